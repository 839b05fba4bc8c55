"""What a flow file holds: questions as data, each text in every language of the flow."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, StringConstraints, model_validator

from flows.answers import Answer

LANGUAGES = ("en", "cy", "pl", "ur", "so", "hi", "gu", "ps", "zh")
"""The languages that replies are understood in and system texts exist in."""

LONGEST_ID = 60
MOST_REASKS = 2
LONGEST_WAIT_DAYS = 60
VERSION_LENGTH = 12

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$", max_length=LONGEST_ID)]
LanguageCode = Annotated[str, StringConstraints(pattern=f"^({'|'.join(LANGUAGES)})$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Text = Mapping[LanguageCode, Words]
"""One text in several languages, by language code."""

ConditionValue = bool | int | float | str


class _Part(BaseModel):
    """A part of a flow file: an unknown key is a fault, and nothing changes once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Translation(_Part):
    """How far a language is: a draft is machine-made or unread, and is never sent to tenants for real."""

    status: Literal["reviewed", "draft"]
    by: Words | None = Field(default=None, description="Who reviewed it.")
    on: date | None = Field(default=None, description="The day it was reviewed, as 2026-11-20.")


class Condition(_Part):
    """Ask the question only when an earlier one was answered so: exactly one of the four tests."""

    question: Slug = Field(description="The id of an earlier question.")
    is_: ConditionValue | tuple[ConditionValue, ...] | None = Field(
        default=None, alias="is", description="The answer, or a list of answers of which one must hold."
    )
    at_least: FiniteFloat | None = None
    at_most: FiniteFloat | None = None
    answered: bool | None = Field(
        default=None, description="true: it was answered; false: it was skipped, unclear or not asked."
    )

    @model_validator(mode="after")
    def _one_test(self) -> Self:
        tests = (self.is_, self.at_least, self.at_most, self.answered)
        if sum(test is not None for test in tests) != 1:
            raise ValueError("write exactly one of is, at_least, at_most and answered after question")
        return self

    @property
    def accepted(self) -> tuple[ConditionValue, ...]:
        """The values that `is` lists, or none at all where another test is used."""
        if self.is_ is None:
            return ()
        return self.is_ if isinstance(self.is_, tuple) else (self.is_,)


class Question(_Part):
    """One question: what is asked, how the reply is read, and what the answer adds up to."""

    id: Slug
    measure: Slug = Field(description="What the answers are added up under, across flows.")
    when: Condition | None = None
    ask: Text
    again: Text | None = Field(default=None, description="The question in other words, for the second asking.")
    answer: Answer


class Flow(_Part):
    """A whole flow file."""

    flow: Slug = Field(description="The flow's id; the file is called <id>.yaml.")
    title: Words
    languages: Annotated[Mapping[LanguageCode, Translation], Field(min_length=1)]
    reasks: Annotated[int, Field(ge=0, le=MOST_REASKS)] = Field(
        default=1, description="How often an unclear reply is asked again before it goes to a person."
    )
    reminder_after_days: Annotated[int, Field(ge=1, le=LONGEST_WAIT_DAYS)] | None = Field(
        default=None, description="Days until one reminder; leave it out for none."
    )
    expires_after_days: Annotated[int, Field(ge=1, le=LONGEST_WAIT_DAYS)] = Field(
        default=7, description="Days after which a reply is kept as late."
    )
    many_questions_because: Words | None = Field(
        default=None, description="Why this flow may ask more than three questions."
    )
    opening: Text = Field(description="Sent in one message with the first question.")
    chat_opening: Text | None = Field(
        default=None, description="The opening in a chat, where replying costs nothing; leave it out to use `opening`."
    )
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]
    thanks: Text

    @cached_property
    def version(self) -> str:
        """A short SHA-256 of the content: the same content has the same version, whatever its layout."""
        content = json.dumps(self.model_dump(mode="json", by_alias=True), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()[:VERSION_LENGTH]

    def question(self, question_id: str) -> Question:
        """The question with this id.

        Raises:
            KeyError: the flow has no such question.
        """
        for question in self.questions:
            if question.id == question_id:
                return question
        raise KeyError(f"flow {self.flow} has no question {question_id}")
