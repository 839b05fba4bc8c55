"""Where one tenant's conversation stands, and what happens in a step of it. Only data: the engine moves it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from flows.alerts import Alert
from flows.understanding import Understanding, Value


class Progress(StrEnum):
    """How far a conversation has come, in the words of survey practice."""

    INVITED = "invited"
    STARTED = "started"
    PARTIAL = "partial"
    COMPLETED = "completed"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class ConversationState:
    """All the engine needs to know of a conversation between two steps.

    Attributes:
        language: the code of the language in use.
        facts: what placeholders stand for: first_name, activity, landlord, phone.
        question_id: the question waiting for a reply; None before the start and after the end.
        asked: how often the waiting question has been put; 0 when it is held back after an urgent alert.
        answers: the answers understood, by question id. What was declined or stayed unclear is absent.
        turn: grows with every step that says something.
        progress: how far the conversation has come.
        by_chat: whether it is held in a chat, where ready answers can be shown and replying costs nothing.
    """

    language: str
    facts: Mapping[str, str]
    question_id: str | None = None
    asked: int = 0
    answers: Mapping[str, Value] = field(default_factory=dict)
    turn: int = 0
    progress: Progress = Progress.INVITED
    by_chat: bool = False


@dataclass(frozen=True)
class Reply:
    """What a tenant wrote, as received, and when (UTC).

    In a chat `question_id` is the question that the tenant pointed at, by tapping one of its ready answers, `choice`,
    or by editing their reply to it. None for what was simply sent: it is about the open question.
    """

    text: str
    received: datetime
    question_id: str | None = None
    choice: int | None = None


class Reason(StrEnum):
    """Why a person must look at a reply."""

    UNCLEAR = "unclear"
    AMEND = "amend"
    CALL_ME = "call_me"
    DATA_REQUEST = "data_request"
    DELETE_REQUEST = "delete_request"
    WRONG_PERSON = "wrong_person"
    LANGUAGE = "language"
    AFTER_THE_END = "after_the_end"


@dataclass(frozen=True)
class Tap:
    """A ready answer below a question in a chat: what it says, and which choice of the question it is, from 0."""

    label: str
    choice: int


@dataclass(frozen=True)
class Say:
    """A message to send. `safety` ones go out whatever the hour, the budget or an opt-out.

    `text_id` names its text for the records: "opening", "ask:worth", "again:worth", "thanks", or a system text's key;
    of a message made of two texts, the first. `taps` are the ready answers to the question `question_id`.
    """

    text: str
    text_id: str
    safety: bool = False
    question_id: str | None = None
    taps: tuple[Tap, ...] = ()


@dataclass(frozen=True)
class AnswerRecorded:
    """A question is settled: understood, declined, or unclear to the last. Replaces a declined or unclear one."""

    question_id: str
    measure: str
    understanding: Understanding


@dataclass(frozen=True)
class AnswerAmended:
    """The tenant corrected an answer that had been understood before."""

    question_id: str
    measure: str
    understanding: Understanding


@dataclass(frozen=True)
class NeedsPerson:
    """A person must read this reply, and why; `question_id` is the question it came as a reply to."""

    reason: Reason
    question_id: str | None


@dataclass(frozen=True)
class AlertRaised:
    """The reply speaks of a hazard or a disclosure."""

    alert: Alert


@dataclass(frozen=True)
class LanguageChanged:
    """The tenant asked for another language, and gets it from here on."""

    language: str


@dataclass(frozen=True)
class OptedOut:
    """The tenant said STOP in some wording."""


@dataclass(frozen=True)
class OptedIn:
    """The tenant said START."""


@dataclass(frozen=True)
class Ended:
    """The conversation is over, and how."""

    progress: Progress


Event = Say | AnswerRecorded | AnswerAmended | NeedsPerson | AlertRaised | LanguageChanged | OptedOut | OptedIn | Ended
