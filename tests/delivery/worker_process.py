"""A worker in a process of its own: `python -m tests.delivery.worker_process DATABASE_URL API_URL PUBLIC_URL`.

It says "ready", waits for a line, sends what is due until nothing is, and prints how many it tried.
"""

import asyncio
import secrets
import sys

from delivery.claim import ClaimRules
from delivery.dispatch import Dispatcher
from sms.twilio_channel import open_twilio_channel
from storage.database import Database
from tests.clock import Clock
from tests.conftest import ADDRESS_KEY
from tests.delivery.conftest import twilio_account


async def send_everything(database_url: str, api_url: str, public_url: str) -> int:
    rules = ClaimRules(
        channels=frozenset({"sms", "mail"}),
        team_only=False,
        new_token=secrets.token_urlsafe,
        mail_domain="derwent.example.org",
    )
    tried = 0
    async with open_twilio_channel(twilio_account(api_url, public_url), send_timeout_seconds=60) as channel:
        dispatcher = Dispatcher(Database(database_url, ADDRESS_KEY), {"sms": channel}, rules, Clock())
        while sent := await dispatcher.send_due():
            tried += sent
        await dispatcher.finish()
    return tried


if __name__ == "__main__":
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sys.stdout.write(f"{asyncio.run(send_everything(*sys.argv[1:4]))}\n")
