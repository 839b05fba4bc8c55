"""Placeholders such as {first_name}: finding them in a text, and filling them in."""

import re
from collections.abc import Collection, Mapping

FLOW_PLACEHOLDERS = ("first_name", "activity", "landlord", "phone")
"""What a flow's texts may name: the tenant, what was held, who asks, and the number to ring with questions."""

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


def placeholders(text: str) -> frozenset[str]:
    """The names of the placeholders in `text`."""
    return frozenset(_PLACEHOLDER.findall(text))


def has_stray_brace(text: str) -> bool:
    """Whether a brace is left over that belongs to no placeholder, as in "{first name}" or "{phone"."""
    rest = _PLACEHOLDER.sub("", text)
    return "{" in rest or "}" in rest


def fill(text: str, facts: Mapping[str, str]) -> str:
    """`text` with each placeholder replaced by its fact; braces inside a fact are left as they are.

    Raises:
        KeyError: a fact is missing; the message names the placeholder.
    """
    return _PLACEHOLDER.sub(lambda match: facts[match[1]], text)


def allowed_placeholders(names: Collection[str]) -> str:
    """The placeholders that a text may use, as part of a sentence: "{landlord} or {phone}"."""
    return " or ".join(f"{{{name}}}" for name in sorted(names)) or "plain words only"
