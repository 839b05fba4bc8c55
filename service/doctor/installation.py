"""What the doctor looks at: the settings, and what the services they name have to say, each asked at most once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from service.doctor.database_facts import DatabaseFacts, NoDatabase, look_into_database
from service.doctor.given_settings import GivenSettings, read_given_settings
from service.doctor.telegram_facts import NoTelegram, TelegramFacts, ask_telegram
from service.doctor.twilio_facts import NoTwilio, TwilioFacts, ask_twilio
from service.settings import Settings
from service.wiring import telegram_account
from storage.policy import Policy

TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True)
class Installation:
    """One installation as the doctor finds it.

    `now` gives the machine's time in UTC; `timeout_seconds` is how long any one server may take to answer.
    """

    env_file: Path
    given: GivenSettings
    now: Callable[[], datetime]
    timeout_seconds: float = TIMEOUT_SECONDS

    @property
    def settings(self) -> Settings:
        """Every setting that is right."""
        return self.given.settings

    @cached_property
    def database(self) -> DatabaseFacts | NoDatabase:
        """How the database is, or why it cannot be used."""
        return look_into_database(self.settings.database_url, self.now)

    @property
    def policy(self) -> Policy | None:
        """The policy in force; None where the database cannot tell."""
        return self.database.policy if isinstance(self.database, DatabaseFacts) else None

    @cached_property
    def twilio(self) -> TwilioFacts | NoTwilio:
        """What Twilio tells of the account, or why it cannot be asked."""
        return ask_twilio(self.settings, self.now, self.timeout_seconds)

    @cached_property
    def telegram(self) -> TelegramFacts | NoTelegram | None:
        """What Telegram tells of the bot, or why it cannot be asked; None where there is no token that may be right."""
        account = telegram_account(self.settings)
        return None if account is None else ask_telegram(account, self.timeout_seconds)


def find_installation(
    env_file: Path, now: Callable[[], datetime], timeout_seconds: float = TIMEOUT_SECONDS
) -> Installation:
    """The installation that the environment and `env_file` describe.

    Raises:
        UnicodeDecodeError: the file is not UTF-8 text.
        OSError: it cannot be read.
    """
    return Installation(env_file, read_given_settings(env_file), now, timeout_seconds)
