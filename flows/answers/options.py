"""The options that a tenant may choose from, as a flow file writes them."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

LABEL = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # options are lettered, so there is a letter for each of them


class Option(BaseModel):
    """One option: a stable `id` for the figures and a `label` in each language of the flow."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")]
    label: Mapping[str, LABEL]


def check_options(options: Sequence[Option]) -> None:
    """Refuse options that cannot be told apart.

    Raises:
        ValueError: two options share an id, or share a label in one language.
    """
    ids = [option.id for option in options]
    for option_id in ids:
        if ids.count(option_id) > 1:
            raise ValueError(f"the option id '{option_id}' is used twice: give each option its own id")
    seen: set[tuple[str, str]] = set()
    for option in options:
        for language, label in option.label.items():
            key = (language, label.casefold())
            if key in seen:
                raise ValueError(f"two options have the label '{label}' ({language}): word one differently")
            seen.add(key)
