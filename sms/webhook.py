"""What Twilio posts to us: its signature checked, its forms turned into an InboundText or a Receipt. No I/O.

A form here is every value of every field, `{"Body": ["Yes"], …}`; in Flask `request.form.to_dict(flat=False)`.
Sources: Twilio docs "Webhooks security" (the signature), "Twilio's request to your incoming message webhook" and
"Track outbound message status".
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from delivery.channel import Attachment, InboundText, Receipt
from sms.attachments import attachment
from sms.statuses import RECEIPT_STATUSES

Form = Mapping[str, Sequence[str]]

SIGNATURE_HEADER = "X-Twilio-Signature"

_MESSAGE_SID = re.compile(r"(SM|MM)[0-9a-fA-F]{32}", re.ASCII)


class MalformedWebhook(ValueError):  # noqa: N818 - the fault is the sender's, not an error of the program
    """A form that Twilio would not send. Its text is a sentence that names the field and repeats no value."""


def signature_is_valid(
    auth_token: str, public_base_url: str, path: str, query_string: str, form: Form, signature: str | None
) -> bool:
    """Whether Twilio, which alone shares `auth_token` with us, sent this form to this address.

    The address is put together from what we told Twilio, because a proxy or a framework may have rewritten the one
    of the request: `public_base_url` ("https://survey.example.org"), `path` ("/webhooks/twilio/status") and the raw
    `query_string` without "?". `signature` is the X-Twilio-Signature header, or None when it is missing.
    """
    if not signature:
        return False
    address = public_base_url.rstrip("/") + path + (f"?{query_string}" if query_string else "")
    fields = MultiDict((name, value) for name, values in form.items() for value in values)
    try:
        return bool(RequestValidator(auth_token).validate(address, fields, signature))
    except UnicodeEncodeError:
        # Lone surrogates cannot have come over HTTP from Twilio.
        return False


def parse_inbound(form: Form, received_at: datetime) -> InboundText:
    """The text message that Twilio hands over, received at `received_at` (UTC).

    The text is kept exactly as sent; it is empty when only pictures came. Raises MalformedWebhook.
    """
    return InboundText(
        channel="sms",
        channel_message_id=_message_sid(form),
        sender=_required(form, "From"),
        recipient=_required(form, "To"),
        text=_optional(form, "Body"),
        received_at=received_at,
        opt_out_type=_optional(form, "OptOutType") or None,
        attachments=tuple(_attachment(form, number) for number in range(_count(form, "NumMedia"))),
    )


def parse_receipt(form: Form, attempt: str | None) -> Receipt:
    """What Twilio reports about a message; `attempt` comes from the query of the callback's address, if there.

    Raises MalformedWebhook.
    """
    status = RECEIPT_STATUSES.get(_required(form, "MessageStatus"))
    if status is None:
        raise MalformedWebhook("The field MessageStatus is not a status of an outgoing message.")
    return Receipt(
        attempt=attempt or None,
        provider_id=_message_sid(form),
        status=status,
        error_code=_optional(form, "ErrorCode") or None,
    )


def _attachment(form: Form, number: int) -> Attachment:
    return attachment(_optional(form, f"MediaUrl{number}"), _optional(form, f"MediaContentType{number}"))


def _message_sid(form: Form) -> str:
    sid = _required(form, "MessageSid")
    if not _MESSAGE_SID.fullmatch(sid):
        raise MalformedWebhook("The field MessageSid is not a message SID (SM or MM and 32 hexadecimal digits).")
    return sid


def _required(form: Form, name: str) -> str:
    value = _optional(form, name)
    if not value:
        raise MalformedWebhook(f"The field {name} is missing or empty.")
    return value


def _optional(form: Form, name: str) -> str:
    values = form.get(name, ())
    if len(values) > 1:
        raise MalformedWebhook(f"The field {name} came more than once.")
    return values[0] if values else ""


def _count(form: Form, name: str) -> int:
    written = _optional(form, name) or "0"
    if not (written.isascii() and written.isdigit() and len(written) <= 3):
        raise MalformedWebhook(f"The field {name} is not a small whole number.")
    return int(written)
