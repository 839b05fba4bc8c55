"""Telegram as a caller: an update as JSON, with the secret that we gave it in a header.

Source: Telegram's "Bot API", "setWebhook".
"""

import json

from tests.given import WEBHOOK_SECRET
from tests.webhooks.caller import Answer, Caller

UPDATE = "/webhooks/telegram"


class TelegramCaller:
    """Posts as Telegram does, to the server on a port of this machine."""

    def __init__(self, port: int) -> None:
        self._caller = Caller(port)

    def post(self, update: object) -> Answer:
        """Post an update with our secret."""
        return self.post_raw(json.dumps(update).encode())

    def post_raw(self, body: bytes, secret: str | bytes | None = WEBHOOK_SECRET) -> Answer:
        """Post any bytes with any secret, or with none."""
        headers = {"Content-Type": "application/json"}
        if secret is not None:
            headers["X-Telegram-Bot-Api-Secret-Token"] = secret  # type: ignore[assignment]  # http.client takes bytes
        return self._caller.ask("POST", UPDATE, body, headers)
