"""The corpus of replies in tests/flows/replies: what tenants text, and what it means."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import TypeAdapter
from ruamel.yaml import YAML

from flows.answers import Answer

FOLDER = Path(__file__).parent / "replies"
RECEIVED = datetime(2026, 11, 20, 10, tzinfo=UTC)  # a Friday
NOT_ANSWERS = ("commands", "alerts")


class LabelledReply(NamedTuple):
    """A reply to a question, with the status and value that a careful person would give it."""

    answer: Answer
    languages: tuple[str, ...]
    reply: str
    status: str
    value: Any

    def __str__(self) -> str:
        return f"{self.answer.type}-{self.languages[0]}-{self.reply}"


class LabelledMessage(NamedTuple):
    """A message, with the command or alert that it holds; `none` for an ordinary one."""

    languages: tuple[str, ...]
    message: str
    label: str


def labelled_replies() -> Iterator[LabelledReply]:
    """Every reply to a question."""
    answers: TypeAdapter[Answer] = TypeAdapter(Answer)
    for path in sorted(FOLDER.glob("*.yaml")):
        for group in _groups(path) if path.stem not in NOT_ANSWERS else ():
            answer, languages = answers.validate_python(group.pop("answer")), tuple(group.pop("languages"))
            for value, replies in group.pop("understood", {}).items():
                for reply in replies:
                    yield LabelledReply(
                        answer, languages, reply, "understood", list(value) if isinstance(value, tuple) else value
                    )
            for status, replies in group.items():
                for reply in replies:
                    yield LabelledReply(answer, languages, reply, status, None)


def labelled_messages(subject: str) -> Iterator[LabelledMessage]:
    """Every message of `commands` or `alerts`."""
    for group in _groups(FOLDER / f"{subject}.yaml"):
        languages = tuple(group.pop("languages"))
        for label, messages in group.items():
            for message in messages:
                yield LabelledMessage(languages, message, label)


def _groups(path: Path) -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = YAML(typ="safe").load(path.read_text("utf-8"))
    return groups
