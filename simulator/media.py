"""What a message can carry beside words."""

from dataclasses import dataclass
from enum import StrEnum


class MediaKind(StrEnum):
    """What it is, in the Bot API's words; an MMS has a content type instead."""

    PHOTO = "photo"
    VOICE = "voice"
    AUDIO = "audio"
    VIDEO = "video"
    STICKER = "sticker"
    DOCUMENT = "document"
    LOCATION = "location"
    CONTACT = "contact"


@dataclass(frozen=True)
class Media:
    """One photo, voice note, sticker … A location or a contact has no content."""

    kind: MediaKind
    content_type: str = ""
    content: bytes = b""

    @property
    def is_file(self) -> bool:
        """Whether there is something to fetch."""
        return self.kind not in (MediaKind.LOCATION, MediaKind.CONTACT)
