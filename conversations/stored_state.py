"""Between a stored conversation and the state that the engine moves."""

from dataclasses import replace

from flows.conversation import ConversationState
from flows.conversation import Progress as EngineProgress
from flows.understanding import Value
from storage import answers, conversations
from storage.database import Work
from storage.models import Conversation
from storage.models.answers import AnswerStatus
from storage.models.consultations import Progress
from storage.people import PHONE_CHANNEL

_ENGINE_PROGRESS = {
    # The engine knows nothing of waiting and delivery: to it both are still invited.
    Progress.WAITING: EngineProgress.INVITED,
    Progress.INVITED: EngineProgress.INVITED,
    Progress.DELIVERED: EngineProgress.INVITED,
    Progress.STARTED: EngineProgress.STARTED,
    Progress.PARTIAL: EngineProgress.PARTIAL,
}


def state_of(work: Work, conversation: Conversation) -> ConversationState:
    """The engine's state of a stored conversation."""
    return replace(state_without_answers(conversation), answers=_understood(work, conversation))


def state_after_end(work: Work, conversation: Conversation) -> ConversationState:
    """The engine's state of a conversation that is over: no question waits, and only its answers matter."""
    return replace(state_of(work, conversation), question_id=None, asked=0)


def state_without_answers(conversation: Conversation) -> ConversationState:
    """The engine's state of a conversation where no answer matters: to begin it, or to repeat the open question."""
    return ConversationState(
        language=conversation.language,
        facts=conversation.facts,
        question_id=conversation.question_id,
        asked=conversation.asked,
        turn=conversation.turn,
        progress=_ENGINE_PROGRESS.get(conversation.progress, EngineProgress.COMPLETED),
        by_chat=conversation.address.channel != PHONE_CHANNEL,
    )


def _understood(work: Work, conversation: Conversation) -> dict[str, Value]:
    return {
        answer.question_id: answer.value
        for answer in answers.answers_of(work, conversation.id)
        if answer.status is AnswerStatus.UNDERSTOOD
    }


def store_state(work: Work, conversation: Conversation, state: ConversationState) -> None:
    """Write the engine's state back; what was delivered stays so until the tenant has replied."""
    stays_delivered = state.progress is EngineProgress.INVITED and conversation.progress is Progress.DELIVERED
    conversations.move_on(
        work,
        conversation,
        language=state.language,
        question_id=state.question_id,
        asked=state.asked,
        turn=state.turn,
        progress=Progress.DELIVERED if stays_delivered else Progress(state.progress),
    )
