"""What came with a message, fetched from its carrier for staff to look at."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.telegram_account import open_bot
from bot.telegram_media import TelegramMedia
from delivery.channel import MediaSource, MediaUnavailableError
from service.bot_webhook import account_of
from service.settings import Settings, SettingsError
from service.wiring import twilio_account
from sms.twilio_media import TwilioMedia
from storage.models import Attachment
from storage.people import CHAT_CHANNEL

_NEEDED_OF_TWILIO = ("PUBLIC_BASE_URL", "TWILIO_")

_ENDINGS = {
    "application/pdf": "pdf",
    "application/x-tgsticker": "tgs",
    "audio/aac": "aac",
    "audio/amr": "amr",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "image/gif": "gif",
    "image/heic": "heic",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "text/vcard": "vcf",
    "text/x-vcard": "vcf",
    "video/3gpp": "3gp",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/webm": "webm",
}
_OTHER_ENDING = "bin"
"""Anybody can send anything: what is neither picture, sound nor plain document is not to open at a click."""


@dataclass(frozen=True)
class Fetched:
    """What became of one attachment: the file it is in, or why there is none, as a clause."""

    kind: str
    file: Path | None
    why_not: str = ""


@asynccontextmanager
async def open_media_source(settings: Settings, channel: str) -> AsyncIterator[MediaSource]:
    """The carrier of a channel, for the event loop that opens it.

    Raises:
        SettingsError: what is needed to ask it is not set.
    """
    if channel == CHAT_CHANNEL:
        async with open_bot(account_of(settings)) as bot:
            yield TelegramMedia(bot)
        return
    missing = [name for name in settings.missing_for_sending() if name.startswith(_NEEDED_OF_TWILIO)]
    if missing:
        raise SettingsError("\n".join(f"{name} is not set: `sowhat doctor` says what to do" for name in missing))
    yield TwilioMedia(twilio_account(settings))


async def fetch_all(source: MediaSource, attachments: Sequence[Attachment], folder: Path) -> list[Fetched]:
    """Fetch what came with one message into a folder, in files that only we can read. Raises OSError."""
    return [await _fetch(source, attachment, folder, place) for place, attachment in enumerate(attachments, start=1)]


async def _fetch(source: MediaSource, attachment: Attachment, folder: Path, place: int) -> Fetched:
    if not attachment.reference:
        return Fetched(attachment.kind, None, "the carrier keeps no file of it")
    try:
        content = await source.fetch(attachment.reference)
    except MediaUnavailableError as fault:
        return Fetched(attachment.kind, None, str(fault))
    ending = _ENDINGS.get(attachment.content_type or "", _OTHER_ENDING)
    file = folder / f"message-{attachment.message_id}-{place}.{ending}"
    file.touch(mode=0o600)
    file.write_bytes(content)
    return Fetched(attachment.kind, file)


def fetched_lines(fetched: Sequence[Fetched]) -> Iterator[str]:
    """What staff read of it, line by line."""
    for each in fetched:
        yield f"{each.kind}: saved as {each.file}" if each.file else f"{each.kind}: not fetched, since {each.why_not}"
