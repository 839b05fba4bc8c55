"""A pretend Telegram with one bot, put together."""

from collections.abc import Callable
from datetime import datetime

from simulator.account import BotAccount
from simulator.conditions import Conditions
from simulator.hindrances import Hindrances
from simulator.ledger import Ledger
from simulator.messenger import Messenger
from simulator.poster import Poster
from simulator.telegram_api import TelegramApi
from simulator.telegram_delivery import Delivery
from simulator.telegram_updates import Updates
from simulator.telegram_webhook import Webhook
from simulator.tenants import Tenants
from simulator.work import Work


class Telegram:
    """The parts of Telegram that the network reaches for: its people, its updates, and the application to serve.

    `webhook_seconds` is how long a webhook may take, `retry_seconds` the first pause before an update is posted again.
    """

    def __init__(
        self,
        bot: BotAccount,
        ledger: Ledger,
        tenants: Tenants,
        poster: Poster,
        work: Work,
        conditions: Conditions,
        now: Callable[[], datetime],
        webhook_seconds: float,
        retry_seconds: float,
    ) -> None:
        hindrances = Hindrances(conditions)
        self.updates = Updates(ledger, now, conditions.seed)
        webhook = Webhook(self.updates, poster, hindrances, work, now, webhook_seconds, retry_seconds)
        delivery = Delivery(self.updates, webhook, hindrances, work)
        self.messenger = Messenger(bot, ledger, tenants, delivery.tell, work, conditions, now)
        api = TelegramApi(bot, self.messenger, self.updates, webhook, delivery, conditions)
        webhook.carry_out = api.carry_out
        self.application = api.application
