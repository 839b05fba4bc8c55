"""Chat links as a landlord mails them: the bot's name asked of Telegram, and a file that only its owner may read."""

import asyncio
import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from telegram.error import TelegramError

from bot.telegram_account import TelegramAccount, open_bot
from consultations.chat_invitations import ChatInvitation

_ONLY_ITS_OWNER = 0o600
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def ask_bot_name(account: TelegramAccount) -> str:
    """The @username of our bot, without the @. Raises ClickException when Telegram does not tell."""

    async def ask() -> str:
        async with open_bot(account) as bot:
            return (await bot.get_me()).username or ""

    try:
        return asyncio.run(ask())
    except TelegramError:
        raise click.ClickException("Telegram did not tell the name of the bot: `sowhat doctor` looks why") from None


@contextmanager
def write_links(file: Path, bot_name: str) -> Iterator[Callable[[Sequence[ChatInvitation]], None]]:
    """Open a new file, so that no link is made that cannot be written; it is gone again when the block fails.

    Raises ClickException when the file cannot be made.
    """
    try:
        file.touch(mode=_ONLY_ITS_OWNER, exist_ok=False)
    except OSError as fault:
        raise click.ClickException(f"{file} cannot be written ({fault.strerror}): give another name") from None

    def write(invitations: Sequence[ChatInvitation]) -> None:
        with file.open("w", newline="", encoding="utf-8-sig") as stream:
            rows = csv.writer(stream)
            rows.writerow(("tenant_ref", "chat_link"))
            rows.writerows(
                (_as_text(invitation.tenant_ref), link(bot_name, invitation.token)) for invitation in invitations
            )

    try:
        yield write
    except BaseException:
        file.unlink()
        raise


def _as_text(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, "CSV Injection")."""
    return f"'{cell}" if cell.startswith(_BEGINS_A_FORMULA) else cell


def link(bot_name: str, token: str) -> str:
    """The deep link that opens the chat and carries the token. Source: Telegram, "Deep linking"."""
    return f"https://t.me/{bot_name}?start={token}"
