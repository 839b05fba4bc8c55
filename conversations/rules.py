"""What a conversation needs to know from outside: texts, flows, and what the carrier does by itself."""

from collections.abc import Callable
from dataclasses import dataclass, field

from delivery.channel import InboundText
from flows.flow import Flow
from flows.load import read_flow
from flows.system_texts import SystemTexts
from storage.models import FlowVersion


class PinnedFlows:
    """The flows that conversations are pinned to, each read once from its stored text."""

    def __init__(self) -> None:
        self._read: dict[tuple[str, str], Flow] = {}

    def flow(self, version: FlowVersion) -> Flow:
        """The flow as it was at launch."""
        key = (version.flow, version.version)
        if key not in self._read:
            self._read[key] = read_flow(version.source, version.flow)
        return self._read[key]


@dataclass(frozen=True)
class ConversationRules:
    """Passed in by the wiring, the same for every conversation.

    `count_segments` says how many SMS segments a text takes. `answered_by_carrier` tells whether the carrier has
    already answered a message itself, as Twilio does with STOP, so that we do not answer it again. `live` is false
    where nobody but the team is texted, and draft translations may be used.
    """

    texts: SystemTexts
    count_segments: Callable[[str], int]
    answered_by_carrier: Callable[[InboundText], bool]
    live: bool
    flows: PinnedFlows = field(default_factory=PinnedFlows)
