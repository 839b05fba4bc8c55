"""What Twilio tells of our account: whether it takes our credentials, its own time, and how our sender is set up.

Sources: Twilio's API reference, "Accounts resource", "IncomingPhoneNumber resource" and (messaging) "Services
resource". None of them tells whether Advanced Opt-Out is on.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from service.doctor.twilio_answers import TwilioQuestions, TwilioSilentError
from service.settings import Settings

_OK, _NOT_FOUND = 200, 404


@dataclass(frozen=True)
class NoTwilio:
    """Twilio cannot be asked. `reason` is a clause; `what_to_do` is None where settings are missing first."""

    reason: str
    what_to_do: str | None = None


@dataclass(frozen=True)
class Inbound:
    """Where Twilio posts texts to one number or messaging service, which `holder` names."""

    holder: str
    url: str | None
    method: str | None
    application: bool = False


@dataclass(frozen=True)
class Sender:
    """How our number or messaging service is set up at Twilio; `numbers` can receive replies."""

    is_in_account: bool
    numbers: int = 0
    inbound: tuple[Inbound, ...] = ()


@dataclass(frozen=True)
class TwilioFacts:
    """What Twilio tells; None for what its server did not want to tell.

    `ahead` is how far our clock is ahead of Twilio's, which tells whole seconds. `status` is the account's, as
    "active"; `type` "Full" or "Trial".
    """

    ahead: timedelta | None
    status: str | None
    type: str | None
    sender: Sender | None


def ask_twilio(settings: Settings, now: Callable[[], datetime], timeout_seconds: float) -> TwilioFacts | NoTwilio:
    """Ask Twilio for everything the checks need; nothing is sent, and nobody's message is read."""
    if not (settings.twilio_account_sid and settings.twilio_auth_token):
        return NoTwilio("TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN must be right first")
    questions = TwilioQuestions(settings, timeout_seconds)
    try:
        # The list of messages that sending and fetching use, from a day that has none yet.
        first = questions.about_account("/Messages.json", **{"PageSize": 1, "DateSent>": _day_to_come(now())})
        refusal = _refusal(first.status, first.content)
        if refusal is not None:
            return refusal
        account = questions.about_account(".json").content
        return TwilioFacts(
            ahead=None if first.date is None else now() - first.date,
            status=account.get("status") if "sid" in account else None,
            type=account.get("type") if "sid" in account else None,
            sender=_sender(questions, settings),
        )
    except TwilioSilentError as silence:
        return NoTwilio(str(silence), "check this machine's way to the internet, and TWILIO_API_BASE_URL if it is set")


def _day_to_come(now: datetime) -> str:
    return (now + timedelta(days=2)).date().isoformat()


def _refusal(status: int, content: Mapping[str, Any]) -> NoTwilio | None:
    if status == _OK and "messages" in content:
        return None
    if status == _OK:
        return NoTwilio("something else than Twilio answered", "check TWILIO_API_BASE_URL; leave it out for Twilio")
    if status == 401:
        return NoTwilio(
            "it does not accept these credentials",
            "copy TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN from the Twilio console again",
        )
    if status == 403:
        return NoTwilio(
            "these credentials may not read messages",
            "use the live Account SID and Auth Token from the Twilio console, not the test credentials",
        )
    if status == _NOT_FOUND:
        return NoTwilio("it knows no such account", "copy TWILIO_ACCOUNT_SID from the Twilio console again")
    return NoTwilio(f"it answers with HTTP {status}", "try again in a few minutes; see https://status.twilio.com")


def _sender(questions: TwilioQuestions, settings: Settings) -> Sender | None:
    if settings.twilio_messaging_service_sid:
        return _service(questions, settings.twilio_messaging_service_sid, is_twilio=not settings.twilio_api_base_url)
    return _number(questions, settings.twilio_from) if settings.twilio_from else None


def _number(questions: TwilioQuestions, number: str) -> Sender | None:
    answer = questions.about_account("/IncomingPhoneNumbers.json", PhoneNumber=number)
    if answer.status != _OK:
        return None
    found = answer.content.get("incoming_phone_numbers") or []
    if not found:
        return Sender(is_in_account=False)
    return Sender(
        is_in_account=True, numbers=_taking_texts(found), inbound=tuple(_inbound(record, "number") for record in found)
    )


def _service(questions: TwilioQuestions, sid: str, *, is_twilio: bool) -> Sender | None:
    answer = questions.about_service(sid)
    if answer.status != _OK:
        # A server that only resembles Twilio may have no such resource at all.
        return Sender(is_in_account=False) if answer.status == _NOT_FOUND and is_twilio else None
    numbers = [
        dict(record) for record in questions.about_service(sid, "/PhoneNumbers").content.get("phone_numbers", ())
    ]
    if answer.content.get("use_inbound_webhook_on_number"):
        inbound = tuple(_inbound_of_numbers(questions, numbers))
    else:
        url, method = answer.content.get("inbound_request_url"), answer.content.get("inbound_method")
        inbound = (Inbound("messaging service", url, method),)
    return Sender(is_in_account=True, numbers=len(numbers), inbound=inbound)


def _inbound_of_numbers(questions: TwilioQuestions, numbers: list[dict[str, Any]]) -> Iterator[Inbound]:
    for number in numbers:
        answer = questions.about_account(f"/IncomingPhoneNumbers/{number.get('sid')}.json")
        yield _inbound(answer.content, f"number {number.get('sid')}")


def _inbound(record: Mapping[str, Any], holder: str) -> Inbound:
    application = bool(record.get("sms_application_sid"))
    return Inbound(holder, record.get("sms_url"), record.get("sms_method"), application)


def _taking_texts(numbers: list[dict[str, Any]]) -> int:
    return sum(bool((number.get("capabilities") or {}).get("sms", True)) for number in numbers)
