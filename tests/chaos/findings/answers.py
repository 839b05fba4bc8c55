"""Which answers are lost, and which are in force that should not be."""

from collections import Counter
from collections.abc import Iterator

from service.demo.manners import ANYTHING, Meaning
from simulator import Message
from storage.models.answers import AnswerStatus
from tests.chaos.evidence import Evidence
from tests.chaos.people import SURVEY

LAST_QUESTION = SURVEY.questions[-1].id


def answers_lost(evidence: Evidence) -> Iterator[str]:
    """What people last said to a question, and is not the answer in force."""
    stored = {sid: answer for answer, sid in evidence.answers if answer.status is AnswerStatus.UNDERSTOOD}
    for said, meaning in last_answers(evidence):
        answer = stored.get(said.sid)
        by = f"{said.sender} answered {meaning.question} by {said.sid}"
        if answer is None and said.sid not in evidence.with_a_person:
            yield f"{by}, and nothing is stored"
        elif answer is not None and answer.question_id != meaning.question:
            yield f"{by}, stored as {answer.question_id}"
        elif answer is not None and meaning.value not in (answer.value, ANYTHING):
            yield f"{by}, stored with another value"


def answers_doubled(evidence: Evidence) -> Iterator[str]:
    """Answers in force that nobody gave, and more than one to the same question from the same address."""
    given = {said.sid for said, _ in last_answers(evidence)}
    out_of_step = {message.sid for message in evidence.network.inbound if message.sender in chats_out_of_step(evidence)}
    for answer, sid in evidence.answers:
        if answer.status is AnswerStatus.UNDERSTOOD and sid not in given | out_of_step:
            yield f"answer {answer.id} is in force, and its message {sid} was no answer, or not the last"
    held = Counter((answer.conversation.address_id, answer.question_id) for answer, _ in evidence.answers)
    for (address, question), times in held.items():
        if times > 1:
            yield f"address {address} has {times} answers to {question}"


def last_answers(evidence: Evidence) -> list[tuple[Message, Meaning]]:
    """The last that each person said to each question."""
    out_of_step = chats_out_of_step(evidence)
    last: dict[tuple[str | None, str], tuple[Message, Meaning]] = {}
    for said in evidence.network.inbound:
        meaning = said.meaning
        if isinstance(meaning, Meaning) and meaning.question is not None and said.sender not in out_of_step:
            last[said.sender, meaning.question] = (said, meaning)
    return list(last.values())


def chats_out_of_step(evidence: Evidence) -> frozenset[str | None]:
    """Chats in which Telegram itself gave up telling us of something: from then on nobody answers what was asked.

    We may have taken it even so, and been killed before we could say that we had.
    """
    return frozenset(message.sender for message in evidence.network.inbound if message.dropped)


def wrongly_completed(evidence: Evidence) -> Iterator[str]:
    """Addresses that have answered to the end and are not completed, or the reverse."""
    finished = {said.sender for said, meaning in last_answers(evidence) if meaning.question == LAST_QUESTION}
    completed = evidence.completed - chats_out_of_step(evidence)
    yield from (f"{address} answered all and is not completed, or the reverse" for address in finished ^ completed)
