"""Settings as a landlord has them once everything is filled in, and an application on a database of its own."""

import secrets
import shutil
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

from service.settings import Settings
from service.wiring import Application, build_application
from tests.clock import Clock

ACCOUNT_SID, AUTH_TOKEN = "AC" + "5" * 32, "a-token-that-only-twilio-shares"
OUR_NUMBER = "+447700900999"
BOT_TOKEN, WEBHOOK_SECRET = "7000001:pretend-token", "a-secret-that-only-telegram-shares"
PUBLIC_BASE_URL = "https://survey.derwent.example"
MAIL_FROM = "surveys@derwent.example"

_OURS_TO_TAKE = range(10_000, 30_000)
"""Above what servers are known by, below what Linux gives to outgoing connections (from 32,768)."""


def settings_in(directory: Path, **changes: Any) -> Settings:
    """Complete settings, live and not in trial mode, with a database in `directory` and `changes` of them."""
    values: dict[str, Any] = {
        "database_url": f"sqlite:///{directory / 'sowhat.db'}",
        "secret_key": "a-key-of-thirty-two-characters-or-so",
        "public_base_url": PUBLIC_BASE_URL,
        "port": free_port(),
        "trial_mode": False,
        "twilio_account_sid": ACCOUNT_SID,
        "twilio_auth_token": AUTH_TOKEN,
        "twilio_from": OUR_NUMBER,
        "telegram_bot_token": BOT_TOKEN,
        "telegram_webhook_secret": WEBHOOK_SECRET,
        "telegram_api_base_url": "http://127.0.0.1:1",
        "smtp_url": "smtp://localhost:1?starttls=never",
        "mail_from": MAIL_FROM,
    }
    return Settings.model_validate(values | changes)


def application_in(directory: Path, migrated_file: Path, clock: Clock, **changes: Any) -> Application:
    """An application wired as in production, on a fresh copy of a migrated database."""
    shutil.copy(migrated_file, directory / "sowhat.db")
    return build_application(settings_in(directory, **changes), clock)


def free_port() -> int:
    """A port on loopback that nobody listens on, and that the system does not give to whoever opens a connection."""
    while True:
        port = secrets.choice(_OURS_TO_TAKE)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
