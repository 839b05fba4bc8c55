"""Telegram: the bot, and how what people write to it comes to us."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.receiving import WEBHOOK_PATH
from bot.update_fields import ALLOWED_UPDATES
from service.doctor.finding import Finding, fix, ok, unchecked
from service.doctor.installation import Installation
from service.doctor.telegram_facts import NoTelegram, TelegramFacts

RECENT = timedelta(hours=1)
"""Telegram tries again at least every minute, so what has not gone wrong for an hour has been mended."""

MOST_WAITING = 100
"""So many messages that have not been handed over are no passing crowd."""

_BOT, _GROUPS, _MESSAGES, _POLICY = "Telegram bot", "Telegram groups", "Telegram messages", "policy telegram"


def check_bot(installation: Installation) -> Iterator[Finding]:
    """Telegram accepts our token."""
    telegram = installation.telegram
    if telegram is None:
        yield ok(_BOT, "is not set up, so tenants are asked by text alone")
    elif isinstance(telegram, NoTelegram):
        yield fix(_BOT, f"{telegram.reason}; {telegram.what_to_do}")
    else:
        yield ok(_BOT, f"tenants write to {telegram.name}")


def check_groups(installation: Installation) -> Iterator[Finding]:
    """Nobody can put the bot into a group, where it has nothing to say."""
    telegram = installation.telegram
    if not isinstance(telegram, TelegramFacts):
        return
    if telegram.joins_groups:
        advice = "to shut it out, tell @BotFather: /setjoingroups, Disable"
        yield ok(_GROUPS, f"anybody may put the bot into one; what is said there is not taken in, and {advice}")
    else:
        yield ok(_GROUPS, "nobody can put the bot into one")


def check_chat_policy(installation: Installation) -> Iterator[Finding]:
    """Whether staff let tenants be written to on Telegram."""
    telegram, policy = installation.telegram, installation.policy
    if policy is None or (telegram is None and not policy.telegram):
        return
    if telegram is None:
        yield fix(_POLICY, "yes, but there is no bot; set TELEGRAM_BOT_TOKEN, or run: sowhat policy set telegram no")
    elif policy.telegram:
        yield ok(_POLICY, "yes: tenants who have opened their link are asked there")
    else:
        yield ok(_POLICY, "no: nobody is written to there; when you are ready, run: sowhat policy set telegram yes")


def check_messages(installation: Installation) -> Iterator[Finding]:
    """What people write comes to us, in the one way or the other."""
    telegram, settings = installation.telegram, installation.settings
    if telegram is None:
        return
    if isinstance(telegram, NoTelegram):
        yield unchecked(_MESSAGES, f"Telegram cannot be asked: {telegram.reason}")
    elif settings.telegram_webhook_secret is None:
        yield _asked_for(telegram)
    elif settings.public_base_url is None:
        yield unchecked(_MESSAGES, "PUBLIC_BASE_URL must be right first")
    else:
        yield _posted(telegram, settings.public_base_url + WEBHOOK_PATH, installation.now())


def _asked_for(telegram: TelegramFacts) -> Finding:
    if telegram.webhook_url:
        return fix(
            _MESSAGES,
            f"Telegram posts them to {_host(telegram.webhook_url)}, but TELEGRAM_WEBHOOK_SECRET is not set; set it and "
            "run: sowhat bot --set-webhook; or ask for them here with: sowhat bot --delete-webhook",
        )
    if telegram.waiting:
        return fix(_MESSAGES, f"{telegram.waiting:,} wait at Telegram; keep running: sowhat bot")
    return ok(_MESSAGES, "none wait; `sowhat bot`, which asks for them, must be kept running")


def _posted(telegram: TelegramFacts, address: str, now: datetime) -> Finding:
    if not telegram.webhook_url:
        return fix(
            _MESSAGES,
            "Telegram posts them to nobody; run: sowhat bot --set-webhook; or, where Telegram cannot reach this "
            "machine, remove TELEGRAM_WEBHOOK_SECRET and keep running: sowhat bot",
        )
    if telegram.webhook_url != address:
        return fix(
            _MESSAGES, f"Telegram posts them to {telegram.webhook_url} and not to us; run: sowhat bot --set-webhook"
        )
    if telegram.kinds and not set(ALLOWED_UPDATES) <= set(telegram.kinds):
        return fix(_MESSAGES, "Telegram does not tell us all that people do; run: sowhat bot --set-webhook")
    if telegram.waiting and telegram.last_fault_at is not None and now - telegram.last_fault_at < RECENT:
        return fix(
            _MESSAGES,
            f"{telegram.waiting:,} wait, since Telegram cannot post to us: “{telegram.last_fault}”; see that "
            "`sowhat run` is up; after a change of TELEGRAM_WEBHOOK_SECRET run: sowhat bot --set-webhook",
        )
    if telegram.waiting > MOST_WAITING:
        return fix(_MESSAGES, f"{telegram.waiting:,} wait at Telegram; see that `sowhat run` is up and keeps pace")
    return ok(_MESSAGES, "Telegram posts them to us")


def _host(address: str) -> str:
    return urlsplit(address).netloc
