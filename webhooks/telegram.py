"""Telegram's webhook: whatever happens in the bot's chats."""

import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from flask import Blueprint, Response, abort, jsonify, request
from structlog import get_logger

from bot.receiving import SECRET_HEADER, WEBHOOK_PATH
from bot.updates import MalformedUpdate, Told, callback_query_id, parse_update

logger = get_logger(__name__)


@dataclass(frozen=True)
class TelegramWebhooks:
    """What the endpoint needs from outside: `take` has stored all that follows from an update when it returns."""

    secret: str = field(repr=False)
    now: Callable[[], datetime]
    take: Callable[[Told], None]


def telegram_blueprint(context: TelegramWebhooks) -> Blueprint:
    """The endpoint, behind the secret that we and Telegram share.

    Only what Telegram should send again is answered with a fault: it repeats that for a day, and holds up what comes
    behind it in the same chat.
    """
    blueprint = Blueprint("telegram", __name__)

    @blueprint.before_request
    def check_secret() -> None:
        if not hmac.compare_digest(request.headers.get(SECRET_HEADER, "").encode(), context.secret.encode()):
            logger.warning("bad_secret", endpoint=request.endpoint)
            abort(403, "The secret is not Telegram's.")

    @blueprint.post(WEBHOOK_PATH)
    def update() -> Response:
        try:
            told = parse_update(_json(request.get_data()), context.now())
        except MalformedUpdate as fault:
            logger.error("malformed_update", fault=str(fault))
            return Response()
        if told is not None:
            context.take(told)
        tap = callback_query_id(told)
        # What is said in answer is done by Telegram: without it, the button would seem to be busy for a minute.
        return Response() if tap is None else jsonify(method="answerCallbackQuery", callback_query_id=tap)

    return blueprint


def _json(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as fault:
        raise MalformedUpdate(f"the update is not JSON ({type(fault).__name__})") from None
