"""The texts that every flow shares: asking again, confirming STOP, passing a hazard on.

One file a language, `flows/system_texts/<language>.yaml`, each with every text of `SYSTEM_TEXTS`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from flows.document import Document, parse_document, read_text
from flows.faults import Fault, FlowError
from flows.flow import LanguageCode, Words
from flows.model_faults import closest, read_model
from flows.placeholders import allowed_placeholders, fill, has_stray_brace, placeholders

DIRECTORY = Path(__file__).parent / "system_texts"

_FACTS = frozenset({"first_name", "activity", "landlord", "phone"})

SYSTEM_TEXTS: Mapping[str, frozenset[str]] = {
    "reask": frozenset({"hint"}),
    "hint_yes_no": frozenset(),
    "hint_choice": frozenset({"letters"}),
    "hint_choices": frozenset({"letters"}),
    "hint_scale": frozenset({"min", "max"}),
    "hint_number": frozenset(),
    "hint_date": frozenset(),
    "hint_text": frozenset(),
    "stop_confirmation": _FACTS,
    "start_confirmation": _FACTS,
    "help": _FACTS,
    "reminder": _FACTS,
    "unmatched": frozenset({"landlord", "phone"}),
    "late": _FACTS,
    "emergency_hazard": frozenset({"landlord", "phone"}),
    "damp_mould": frozenset({"landlord", "phone"}),
    "safeguarding": frozenset({"landlord", "phone"}),
    "wrong_person": frozenset({"landlord", "phone"}),
    "call_me": _FACTS,
    "data_request": _FACTS,
    "delete_request": _FACTS,
    "amended": _FACTS,
    "language_unknown": _FACTS,
    "media": frozenset({"landlord"}),
    "button_yes": frozenset(),
    "button_no": frozenset(),
    "button_done": frozenset(),
    "picked": frozenset({"chosen"}),
    "chat_linked": frozenset({"first_name", "landlord"}),
    "chat_not_linked": frozenset({"landlord", "phone"}),
}
"""Every text by its key, with the placeholders it may use.

Texts that somebody other than the tenant may read (a shared phone, a wrong number) do not name the tenant.
"""


class LanguageTexts(BaseModel):
    """The system texts of one language, as its file holds them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    language: LanguageCode
    status: Literal["reviewed", "draft"]
    texts: Mapping[str, Words]


@dataclass(frozen=True)
class SystemTexts:
    """The system texts of every language, by language code."""

    by_language: Mapping[str, LanguageTexts]

    def text(self, language: str, key: str, facts: Mapping[str, str]) -> str:
        """The text `key` in `language`, filled in with `facts`.

        Raises:
            KeyError: there is no such language, text or fact.
        """
        return fill(self.by_language[language].texts[key], facts)

    def is_reviewed(self, language: str) -> bool:
        """Whether a person who speaks `language` has reviewed its system texts."""
        return language in self.by_language and self.by_language[language].status == "reviewed"


def load_system_texts(directory: Path = DIRECTORY) -> SystemTexts:
    """Load every language's file in `directory`.

    Raises:
        FlowError: with every fault in all the files, each as path:line:column and what to do.
    """
    loaded: dict[str, LanguageTexts] = {}
    faults: list[Fault] = []
    for path in sorted(directory.glob("*.yaml")):
        try:
            texts = read_language_texts(read_text(path), str(path))
        except FlowError as error:
            faults.extend(error.faults)
        else:
            loaded[texts.language] = texts
    if faults:
        raise FlowError(tuple(faults))
    return SystemTexts(loaded)


def read_language_texts(source: str, path: str) -> LanguageTexts:
    """Read one language's file from its text.

    Raises:
        FlowError: with every fault found.
    """
    document = parse_document(source, path)
    texts = read_model(LanguageTexts, document)
    faults = tuple(_faults(texts, document))
    if faults:
        raise FlowError(faults)
    return texts


def _faults(texts: LanguageTexts, document: Document) -> Iterator[Fault]:
    if Path(document.path).stem != texts.language:
        sentence = f"this file says language '{texts.language}': call it {texts.language}.yaml"
        yield document.fault(("language",), sentence)
    for key in SYSTEM_TEXTS:
        if key not in texts.texts:
            yield document.fault(("texts",), f"the text '{key}' is missing: add it", at_key=True)
    for key, text in texts.texts.items():
        if problem := _fault_in_text(key, text):
            yield document.fault(("texts", key), problem, at_key=key not in SYSTEM_TEXTS)


def _fault_in_text(key: str, text: str) -> str | None:
    if key not in SYSTEM_TEXTS:
        return f"there is no system text '{key}': remove it, or mend its name{closest(key, SYSTEM_TEXTS)}"
    unknown = sorted(placeholders(text) - SYSTEM_TEXTS[key])
    if unknown:
        return f"the text '{key}' cannot fill in {{{unknown[0]}}}: use {allowed_placeholders(SYSTEM_TEXTS[key])}"
    if has_stray_brace(text):
        return f"the text '{key}' has a brace that belongs to no placeholder: remove it or complete it"
    return None
