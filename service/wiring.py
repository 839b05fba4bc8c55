"""The one place where the rooms meet: settings in, a working application out."""

import secrets
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from threading import Event

from flask import Blueprint, Flask, Response

from bot.telegram_account import TelegramAccount
from bot.telegram_channel import TelegramChannel, open_telegram_channel
from consultations.launch import AFTER_ACTIVITY_FLOW, FlowFile
from conversations.rules import ConversationRules
from delivery.channel import Channel, InboundText
from delivery.claim import ClaimRules
from flows.commands import find_command
from flows.flow import LANGUAGES
from flows.load import LIBRARY, load_flow
from flows.system_texts import load_system_texts
from mail.headers import parse_address
from mail.smtp_channel import SmtpChannel
from mail.smtp_server import parse_smtp_url
from service.received import Received
from service.settings import Settings, SettingsError, read_settings
from sms.opt_out import OptOutMode, answered_by_twilio
from sms.segments import count_segments
from sms.twilio_account import TwilioAccount
from sms.twilio_channel import TwilioChannel, open_twilio_channel
from storage.condition import looking_into
from storage.database import Database, DatabaseUnavailableError
from storage.migrations import is_current
from webhooks.app import create_app
from webhooks.health import health_blueprint
from webhooks.telegram import TelegramWebhooks, telegram_blueprint
from webhooks.twilio import TwilioWebhooks, twilio_blueprint

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Channels:
    """The ways out, open in one event loop. `sms` can also be asked what it has sent and received.

    `telegram` is None where Telegram is not set up.
    """

    sms: TwilioChannel
    mail: SmtpChannel
    telegram: TelegramChannel | None

    def by_name(self) -> Mapping[str, Channel]:
        """The channels as the dispatcher looks them up."""
        channels: tuple[Channel | None, ...] = (self.sms, self.mail, self.telegram)
        return {channel.name: channel for channel in channels if channel is not None}


@dataclass(frozen=True)
class Application:
    """Everything the processes and commands work with. `wake` is set when something may be due in the outbox."""

    settings: Settings
    database: Database
    rules: ConversationRules
    claim_rules: ClaimRules
    survey: FlowFile
    now: Clock
    wake: Event


def open_database(settings: Settings | None = None) -> Database:
    """The database of the settings, which must have today's tables.

    Raises:
        SettingsError: a setting is wrong, the database cannot be used, or its tables are missing or old.
    """
    settings = settings or read_settings()
    with blaming_settings():
        with looking_into(settings.database_url) as found:
            if not is_current(found):
                raise SettingsError("The database has no tables yet, or old ones: run `sowhat db upgrade` first.")
        return connect(settings)


def connect(settings: Settings) -> Database:
    """The database of the settings, whatever its tables. Raises DatabaseUnavailableError."""
    # Derived, so that a key used for one thing says nothing about another made from the same secret.
    key = sha256(b"address hash" + settings.secret_key.get_secret_value().encode()).digest()
    return Database(settings.database_url, key)


@contextmanager
def blaming_settings() -> Iterator[None]:
    """Tell of a database that cannot be used as of a wrong DATABASE_URL, which is where it is mended."""
    try:
        yield
    except DatabaseUnavailableError as fault:
        raise SettingsError(f"DATABASE_URL: {fault}. Check the address and who may write there.") from None


def build_application(settings: Settings, now: Clock = system_clock, *, drafts_allowed: bool = False) -> Application:
    """Wire everything up for sending and receiving.

    `drafts_allowed` lets translations that nobody has reviewed be used, as trial mode does: for the demo alone.

    Raises:
        SettingsError: something needed is not set, or wrong.
    """
    missing = settings.missing_for_sending()
    if missing:
        raise SettingsError("\n".join(f"{name} is not set: `sowhat doctor` says what to do" for name in missing))
    live = not (settings.trial_mode or drafts_allowed)
    path = LIBRARY / f"{AFTER_ACTIVITY_FLOW}.yaml"
    return Application(
        settings=settings,
        database=open_database(settings),
        rules=ConversationRules(
            texts=load_system_texts(),
            count_segments=lambda text: count_segments(text).segments,
            answered_by_carrier=_answered_by_carrier(settings.twilio_opt_out_mode),
            live=live,
        ),
        claim_rules=ClaimRules(
            channels=_channel_names(settings),
            team_only=settings.trial_mode,
            new_token=lambda: secrets.token_urlsafe(16),
            mail_domain=_mail_domain(settings),
        ),
        survey=FlowFile(load_flow(path), path.read_text(encoding="utf-8")),
        now=now,
        wake=Event(),
    )


def _channel_names(settings: Settings) -> frozenset[str]:
    names = {TwilioChannel.name, SmtpChannel.name}
    return frozenset(names if telegram_account(settings) is None else names | {TelegramChannel.name})


def _mail_domain(settings: Settings) -> str:
    """The domain that mail comes from."""
    assert settings.mail_from
    return parse_address(settings.mail_from, "From").domain


def _answered_by_carrier(mode: OptOutMode) -> Callable[[InboundText], bool]:
    """Whether Twilio has answered a STOP, START or HELP itself; in a chat nobody but us does."""
    return lambda inbound: (
        inbound.channel == TwilioChannel.name
        and answered_by_twilio(inbound.text, inbound.opt_out_type, mode) is not None
    )


def twilio_account(settings: Settings) -> TwilioAccount:
    """The Twilio account of complete settings."""
    assert settings.twilio_account_sid
    assert settings.twilio_auth_token
    assert settings.public_base_url
    return TwilioAccount(
        account_sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_token.get_secret_value(),
        public_base_url=settings.public_base_url,
        from_number=settings.twilio_from,
        messaging_service_sid=settings.twilio_messaging_service_sid,
        api_base_url=settings.twilio_api_base_url,
    )


def telegram_account(settings: Settings) -> TelegramAccount | None:
    """The Telegram bot of the settings; None where Telegram is not set up."""
    if settings.telegram_bot_token is None:
        return None
    return TelegramAccount(settings.telegram_bot_token.get_secret_value(), settings.telegram_api_base_url)


def open_sms(settings: Settings) -> AbstractAsyncContextManager[TwilioChannel]:
    """The way to send texts, and to ask what was sent and received, for the event loop that opens it."""
    return open_twilio_channel(twilio_account(settings))


@asynccontextmanager
async def open_channels(application: Application) -> AsyncIterator[Channels]:
    """The channels, for the event loop that opens them."""
    settings = application.settings
    assert settings.smtp_url
    assert settings.mail_from
    server = parse_smtp_url(settings.smtp_url.get_secret_value())
    chat_account = telegram_account(settings)
    async with AsyncExitStack() as stack:
        sms = await stack.enter_async_context(open_sms(settings))
        chat = None if chat_account is None else await stack.enter_async_context(open_telegram_channel(chat_account))
        yield Channels(sms, SmtpChannel(server, settings.mail_from, application.now), chat)


def web_application(application: Application) -> Flask:
    """The Flask application. The language files are read now, so that the first tenant does not wait for them."""
    for language in LANGUAGES:
        find_command("", (language,))
    # These look at the whole application, and so must be imported after it.
    from service.health import health_of
    from service.metrics import Metrics

    metrics = Metrics(application)
    health = health_blueprint(health_of(application, metrics))
    app = create_app(health, *_blueprints(application), seen=metrics.seen)
    app.register_error_handler(DatabaseUnavailableError, _ask_to_try_again)
    return app


def _ask_to_try_again(_: Exception) -> Response:
    """Nothing was stored. Telegram tries again for a day; what Twilio gives up at once, the worker fetches."""
    return Response("Try again later.\n", status=503, mimetype="text/plain")


def received_by(application: Application) -> Received:
    """What the application does with what a carrier hands over."""
    return Received(application.database, application.rules, application.now, application.wake)


def _blueprints(application: Application) -> Iterator[Blueprint]:
    account = twilio_account(application.settings)
    received = received_by(application)
    yield twilio_blueprint(
        TwilioWebhooks(
            auth_token=account.auth_token,
            public_base_url=account.public_base_url,
            now=application.now,
            take_in=received.take_in,
            take_receipt=received.take_receipt,
        )
    )
    secret = application.settings.telegram_webhook_secret
    if secret is not None and telegram_account(application.settings) is not None:
        yield telegram_blueprint(
            TelegramWebhooks(
                secret=secret.get_secret_value(),
                now=application.now,
                take=received.take_from_chat,
            )
        )
