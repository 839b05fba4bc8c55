"""Asking Twilio's API with the official client: one GET at a time, and what came back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from service.settings import Settings

API_VERSION = "2010-04-01"


class TwilioSilentError(Exception):
    """No answer, or none that Twilio would give. Its text is a clause."""


@dataclass(frozen=True)
class Answer:
    """The HTTP status, the moment in the `Date` header (UTC) if it has one, and the JSON object, if it is one."""

    status: int
    date: datetime | None
    content: Mapping[str, Any]


class TwilioQuestions:
    """Puts questions to the account of complete settings, on Twilio's servers or at `TWILIO_API_BASE_URL`."""

    def __init__(self, settings: Settings, timeout_seconds: float) -> None:
        assert settings.twilio_auth_token
        self._client = Client(
            settings.twilio_account_sid,
            settings.twilio_auth_token.get_secret_value(),
            http_client=TwilioHttpClient(timeout=timeout_seconds),
        )
        self._account = f"/{API_VERSION}/Accounts/{settings.twilio_account_sid}"
        self._api = settings.twilio_api_base_url or self._client.api.base_url
        self._messaging = settings.twilio_api_base_url or self._client.messaging.base_url

    def about_account(self, path: str, **filters: object) -> Answer:
        """Ask for what is below the account, as in `/Messages.json`. Raises TwilioSilentError."""
        return self._get(f"{self._api}{self._account}{path}", filters)

    def about_service(self, service_sid: str, path: str = "") -> Answer:
        """Ask for a messaging service, or for what is below it. Raises TwilioSilentError."""
        return self._get(f"{self._messaging}/v1/Services/{service_sid}{path}", {})

    def _get(self, address: str, filters: Mapping[str, object]) -> Answer:
        try:
            response = self._client.request("GET", address, params=dict(filters))
        except OSError as fault:
            # The fault's own text repeats the address with its filters, which hold a phone number.
            raise TwilioSilentError(f"it cannot be reached ({type(fault).__name__})") from None
        return Answer(response.status_code, _date(response.headers), _json_object(response.text))


def _date(headers: Mapping[str, str] | None) -> datetime | None:
    try:
        return parsedate_to_datetime((headers or {})["Date"])
    except (KeyError, ValueError):
        return None


def _json_object(text: str) -> Mapping[str, Any]:
    try:
        content = json.loads(text)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}
