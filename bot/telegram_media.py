"""The pictures and sounds that people sent to the bot, fetched from Telegram for staff.

Source: Telegram's "Bot API", "getFile", which serves files of at most 20 MB.
"""

from telegram import Bot
from telegram.error import BadRequest, TelegramError

from bot.telegram_account import is_telegrams_own
from delivery.channel import MediaUnavailableError

LARGEST_FILE_BYTES = 20 * 1024 * 1024

_TOO_LARGE = "Telegram hands over no files of more than 20 MB"


class TelegramMedia:
    """Fulfils MediaSource; a reference is a file_id."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def fetch(self, reference: str) -> bytes:
        """The content of the file. Raises MediaUnavailableError."""
        try:
            file = await self._bot.get_file(reference)
            if not file.file_path or (file.file_size or 0) > LARGEST_FILE_BYTES:
                raise MediaUnavailableError(_TOO_LARGE)
            return bytes(await file.download_as_bytearray())
        except TelegramError as error:
            raise MediaUnavailableError(_why(error)) from None
        except (TypeError, KeyError, AttributeError, ValueError):
            raise MediaUnavailableError("Telegram answered with something that is not a file") from None


def _why(error: TelegramError) -> str:
    """What staff need to know. Telegram's own text is dropped: that of the network names the bot's token."""
    if not is_telegrams_own(error):
        return f"Telegram could not be asked ({type(error.__cause__ or error).__name__})"
    if isinstance(error, BadRequest):
        return _TOO_LARGE if "too big" in error.message.casefold() else "Telegram no longer has it"
    return f"Telegram refuses ({type(error).__name__})"
