"""What one step of a conversation says and records, collected until the step is whole."""

from dataclasses import dataclass, field, replace

from flows.alerts import Alert
from flows.conditions import applies, next_question
from flows.conversation import (
    AlertRaised,
    AnswerAmended,
    AnswerRecorded,
    ConversationState,
    Ended,
    Event,
    NeedsPerson,
    Progress,
    Reason,
    Say,
)
from flows.flow import Flow, Question
from flows.render import render_opening, render_question, render_reask, render_thanks
from flows.system_texts import SystemTexts
from flows.taps import chosen_labels, taps_for
from flows.understanding import Status, Understanding, Value

URGENT_ALERTS = frozenset({Alert.EMERGENCY_HAZARD, Alert.SAFEGUARDING})
"""After these nothing but the safety text is said: nobody in danger is asked how the coffee morning was."""


@dataclass
class Turn:
    """Made, filled and finished within one call of the engine; `state` is replaced, never changed."""

    flow: Flow
    texts: SystemTexts
    state: ConversationState
    _happened: list[Event] = field(default_factory=list)
    _safety: list[Say] = field(default_factory=list)
    _ordinary: list[Say] = field(default_factory=list)
    _ended: Progress | None = None
    _hushed: bool = False

    def open_question(self) -> Question | None:
        """The question that waits for a reply."""
        return None if self.state.question_id is None else self.flow.question(self.state.question_id)

    def note(self, event: Event) -> None:
        """Add what happened."""
        self._happened.append(event)

    def needs_person(self, reason: Reason) -> None:
        """Pass the reply to a person."""
        self.note(NeedsPerson(reason, self.state.question_id))

    def change_language(self, language: str) -> None:
        """Use another language from here on."""
        self.state = replace(self.state, language=language)

    def begin(self) -> None:
        """A first reply is in."""
        if self.state.progress is Progress.INVITED:
            self.state = replace(self.state, progress=Progress.STARTED)

    def raise_alert(self, alert: Alert) -> None:
        """Add an alert."""
        self.note(AlertRaised(alert))
        self._hushed = self._hushed or alert in URGENT_ALERTS

    def say_safety(self, key: str) -> None:
        """Say a system text that goes out whatever else holds."""
        self._safety.append(Say(self._system_text(key), key, safety=True))

    def say(self, key: str) -> None:
        """Say a system text."""
        self._say(self._system_text(key), key)

    def say_opening(self) -> None:
        """Say the opening with the first question, which is then open."""
        first = self.flow.questions[0]
        text = render_opening(self.flow, self.state.language, self.state.facts, by_chat=self.state.by_chat)
        self._say(text, "opening", first)
        self.state = replace(self.state, question_id=first.id, asked=1)

    def put(self, question: Question) -> None:
        """Ask a question, which is then open. After an urgent alert it is held back until the tenant writes again."""
        self.repeat(question)
        self.state = replace(self.state, question_id=question.id, asked=0 if self._hushed else 1)

    def repeat(self, question: Question) -> None:
        """Say the open question again as it is; this does not count as asking again after an unclear reply."""
        self._say(render_question(question, self.state.language, self.state.facts), f"ask:{question.id}", question)

    def ask_again(self, question: Question) -> None:
        """Ask the open question again after an unclear reply."""
        text = render_reask(question, self.texts, self.state.language, self.state.facts)
        self._say(text, f"again:{question.id}", question)
        self.state = replace(self.state, asked=self.state.asked + 1)

    def say_picked(self, question: Question, value: Value) -> None:
        """Say which of several options have been tapped so far, with the ready answers again below."""
        facts = {"chosen": chosen_labels(question, value, self.state.language)}
        self._say(self.texts.text(self.state.language, "picked", facts), f"picked:{question.id}", question)

    def record(self, question: Question, reading: Understanding) -> None:
        """Settle a question: understood, declined, or unclear to the last."""
        known_before = question.id in self.state.answers
        event = AnswerAmended if known_before else AnswerRecorded
        self.note(event(question.id, question.measure, reading))
        answers = {key: value for key, value in self.state.answers.items() if key != question.id}
        if reading.status is Status.UNDERSTOOD:
            answers[question.id] = reading.value
        self.state = replace(self.state, answers=answers)
        if answers and self.state.progress is Progress.STARTED:
            self.state = replace(self.state, progress=Progress.PARTIAL)

    def go_on(self, question: Question) -> None:
        """Put the next question after this one, or close: with every question put, the conversation is completed."""
        following = next_question(self.flow, question.id, self.state.answers)
        if following is not None:
            self.put(following)
            return
        self._say(render_thanks(self.flow, self.state.language, self.state.facts), "thanks")
        self.end(Progress.COMPLETED)

    def go_on_where_needed(self) -> None:
        """Go on from the open question when it is not to be asked any more after an earlier answer was changed."""
        question = self.open_question()
        if question is not None and not applies(question, self.state.answers):
            self.go_on(question)

    def end(self, progress: Progress) -> None:
        """Close the conversation, unless it is closed already: how it ended then stands."""
        if self.state.question_id is None:
            return
        self._ended = progress
        self.state = replace(self.state, question_id=None, asked=0, progress=progress)

    def finish(self) -> tuple[ConversationState, tuple[Event, ...]]:
        """The new state, and the events in the order in which they are to be carried out."""
        said = [*self._safety, *self._one_message()]
        if said:
            self.state = replace(self.state, turn=self.state.turn + 1)
        end = [] if self._ended is None else [Ended(self._ended)]
        return self.state, (*self._happened, *said, *end)

    def _one_message(self) -> list[Say]:
        """Several ordinary texts leave as one message, which the tenant reads in one go and we pay for once."""
        if not self._ordinary or self._hushed:
            return []
        text = "\n".join(say.text for say in self._ordinary)
        return [replace(self._ordinary[-1], text=text, text_id=self._ordinary[0].text_id)]

    def _say(self, text: str, text_id: str, question: Question | None = None) -> None:
        if question is None:
            self._ordinary.append(Say(text, text_id))
            return
        taps = taps_for(question, self.texts, self.state.language) if self.state.by_chat else ()
        self._ordinary.append(Say(text, text_id, question_id=question.id, taps=taps))

    def _system_text(self, key: str) -> str:
        return self.texts.text(self.state.language, key, self.state.facts)
