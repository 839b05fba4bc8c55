"""Secrets and addresses, from the environment and `.env`, read once into one frozen object."""

import re
from pathlib import Path
from typing import Annotated

import click
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from mail.headers import parse_address
from mail.smtp_server import parse_smtp_url
from service.database_address import read_database_address
from sms.opt_out import OptOutMode

SHORTEST_SECRET_KEY = 32
SHORTEST_METRICS_TOKEN = 16
SHORTEST_WEBHOOK_SECRET = 16

_PLAIN_WORDS = {
    "secret_key": f"must have at least {SHORTEST_SECRET_KEY} characters",
    "metrics_token": f"must have at least {SHORTEST_METRICS_TOKEN} characters",
    "port": "must be a whole number from 1 to 65535",
    "trial_mode": "must be true or false",
    "twilio_opt_out_mode": "must be default, advanced or disabled",
}
"""What is said of settings whose faults pydantic finds and words in its own way."""

_TWILIO_FORMS = {
    "twilio_account_sid": ("AC[0-9a-fA-F]{32}", "AC and 32 hexadecimal digits, as the console shows it"),
    "twilio_from": (r"\+[1-9][0-9]{7,14}", "a number with its country code, as in +447700900123"),
    "twilio_messaging_service_sid": (
        "MG[0-9a-fA-F]{32}",
        "MG and 32 hexadecimal digits, as the Twilio console shows it",
    ),
}


_TELEGRAM_FORMS = {
    "telegram_bot_token": (r"[0-9]{1,20}:[A-Za-z0-9_-]{1,200}", "a number, a colon and letters, as @BotFather gave it"),
    "telegram_webhook_secret": (
        f"[A-Za-z0-9_-]{{{SHORTEST_WEBHOOK_SECRET},256}}",
        f"{SHORTEST_WEBHOOK_SECRET} to 256 of the characters A-Z a-z 0-9 _ -",
    ),
}


class SettingsError(click.ClickException):
    """Settings that cannot be worked with; each line names one setting and says what to do."""


class Settings(BaseModel):
    """Every setting by the name it has in the environment, in lower case.

    Only `secret_key` must be set to look at a database; sending needs more, which `missing_for_sending` lists.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    database_url: Annotated[str, Field(repr=False)] = "sqlite:///sowhat.db"
    secret_key: Annotated[SecretStr, Field(min_length=SHORTEST_SECRET_KEY)]
    public_base_url: str | None = None
    port: Annotated[int, Field(ge=1, le=65_535)] = 8000
    trial_mode: bool = True
    twilio_account_sid: str | None = None
    twilio_auth_token: SecretStr | None = None
    twilio_from: str | None = None
    twilio_messaging_service_sid: str | None = None
    twilio_api_base_url: str | None = None
    twilio_opt_out_mode: OptOutMode = OptOutMode.DEFAULT
    telegram_bot_token: SecretStr | None = None
    telegram_webhook_secret: SecretStr | None = None
    telegram_api_base_url: str | None = None
    smtp_url: SecretStr | None = None
    mail_from: str | None = None
    metrics_token: Annotated[SecretStr, Field(min_length=SHORTEST_METRICS_TOKEN)] | None = None

    @field_validator("twilio_account_sid", "twilio_from", "twilio_messaging_service_sid")
    @classmethod
    def _has_twilios_form(cls, value: str | None, field: ValidationInfo) -> str | None:
        pattern, description = _TWILIO_FORMS[field.field_name or ""]
        if value is not None and not re.fullmatch(pattern, value):
            raise ValueError(f"must be {description}")
        return value

    @field_validator("telegram_bot_token", "telegram_webhook_secret")
    @classmethod
    def _has_telegrams_form(cls, value: SecretStr | None, field: ValidationInfo) -> SecretStr | None:
        pattern, description = _TELEGRAM_FORMS[field.field_name or ""]
        if value is not None and not re.fullmatch(pattern, value.get_secret_value()):
            raise ValueError(f"must be {description}")
        return value

    @field_validator("public_base_url", "twilio_api_base_url", "telegram_api_base_url")
    @classmethod
    def _is_web_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if not re.fullmatch(r"https?://[A-Za-z0-9.:\[\]-]+(/[^?#\s]*)?", value):
            raise ValueError("must be a web address such as https://sowhat.example.org")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _is_known_database(cls, value: str) -> str:
        return read_database_address(value)

    @field_validator("smtp_url")
    @classmethod
    def _names_a_mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            parse_smtp_url(value.get_secret_value())
        return value

    @field_validator("mail_from")
    @classmethod
    def _is_one_address(cls, value: str | None) -> str | None:
        if value is not None:
            parse_address(value, "From")
        return value

    @model_validator(mode="after")
    def _one_sender(self) -> "Settings":
        if self.twilio_from and self.twilio_messaging_service_sid:
            raise ValueError("set TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID, not both")
        return self

    def missing_for_sending(self) -> list[str]:
        """The names of the settings without which no text and no mail can leave, in capitals."""
        needed = {
            "PUBLIC_BASE_URL": self.public_base_url,
            "TWILIO_ACCOUNT_SID": self.twilio_account_sid,
            "TWILIO_AUTH_TOKEN": self.twilio_auth_token,
            "TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID": self.twilio_from or self.twilio_messaging_service_sid,
            "SMTP_URL": self.smtp_url,
            "MAIL_FROM": self.mail_from,
        }
        return [name for name, value in needed.items() if not value]


class EnvironmentSettings(BaseSettings, Settings):
    """Settings read from the environment. Apart, so that the demo's own can never mix with a real landlord's."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, env_ignore_empty=True)


def read_settings(env_file: Path | None = Path(".env")) -> Settings:
    """The settings in the environment, with `env_file` behind it.

    Raises:
        SettingsError: something required is missing or something given is wrong; no value is repeated, since
            most of them are secrets.
    """
    try:
        return EnvironmentSettings(_env_file=env_file)  # type: ignore[call-arg]  # pydantic-settings' own argument
    except UnicodeDecodeError:
        raise SettingsError(f"{env_file} is not text in UTF-8: save it as UTF-8") from None
    except OSError as fault:
        raise SettingsError(f"{env_file} cannot be read ({fault.strerror}): see who may read it") from None
    except ValidationError as error:
        raise SettingsError("\n".join(_sentence(fault) for fault in error.errors())) from None


def _sentence(fault: object) -> str:
    assert isinstance(fault, dict)
    name = "_".join(str(part) for part in fault["loc"]).upper()
    if not name:
        return str(fault["msg"]).removeprefix("Value error, ")
    if fault["type"] == "missing":
        return f"{name} is not set: copy .env.example to .env and fill it in, or run `sowhat doctor`"
    wording = _PLAIN_WORDS.get(name.lower()) or str(fault["msg"]).removeprefix("Value error, ")
    return f"{name} is wrong: {wording}"
