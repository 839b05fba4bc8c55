"""Twilio's two webhooks: a text somebody sent us, and the fate of a text we sent."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, abort, request
from structlog import get_logger

from conversations.inbound import Taken
from delivery.channel import InboundText, Receipt
from sms.webhook import SIGNATURE_HEADER, MalformedWebhook, parse_inbound, parse_receipt, signature_is_valid

EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
"""Tells Twilio to send nothing: our replies leave through the outbox only."""

logger = get_logger(__name__)


@dataclass(frozen=True)
class TwilioWebhooks:
    """What the endpoints need from outside.

    `take_in` and `take_receipt` have stored all that follows from a request when they return; `take_receipt` says
    whether the receipt was about a message of ours.
    """

    auth_token: str
    public_base_url: str
    now: Callable[[], datetime]
    take_in: Callable[[InboundText], Taken]
    take_receipt: Callable[[Receipt], bool]


def twilio_blueprint(context: TwilioWebhooks) -> Blueprint:
    """The endpoints below /webhooks/twilio, every one behind Twilio's signature."""
    blueprint = Blueprint("twilio", __name__, url_prefix="/webhooks/twilio")

    @blueprint.before_request
    def check_signature() -> None:
        if not signature_is_valid(
            context.auth_token,
            context.public_base_url,
            request.path,
            request.query_string.decode("latin-1"),
            request.form.to_dict(flat=False),
            request.headers.get(SIGNATURE_HEADER),
        ):
            logger.warning("bad_signature", endpoint=request.endpoint)
            abort(403, "The signature is not Twilio's.")

    @blueprint.errorhandler(MalformedWebhook)
    def refuse(fault: MalformedWebhook) -> Response:
        return Response(f"{fault}\n", status=400, mimetype="text/plain")

    @blueprint.post("/inbound")
    def inbound() -> Response:
        taken = context.take_in(parse_inbound(request.form.to_dict(flat=False), context.now()))
        logger.info("inbound", message_id=taken.message_id, placement=taken.placement)
        return Response(EMPTY_TWIML, mimetype="text/xml")

    @blueprint.post("/status")
    def status() -> Response:
        receipt = parse_receipt(request.form.to_dict(flat=False), request.args.get("attempt"))
        if not context.take_receipt(receipt):
            logger.warning("receipt_of_no_message", provider_id=receipt.provider_id)
        return Response(status=204)

    return blueprint
