"""Weeks of a landlord's life in one process: `python -m benchmarks.soak DATABASE_URL` prints its memory week by week.

Every simulated week an activity is closed and everybody who came is asked; all texts leave through the dispatcher, all
replies come through the signed webhook, the jobs of the clock run every three simulated hours, and on Monday the digest
is sent. Nothing is pretended but the carriers, which accept at once.
"""

import asyncio
import json
import sys
from collections.abc import Iterator
from datetime import timedelta
from itertools import count

import structlog

from benchmarks.callers import replies
from benchmarks.landlord import NOW, PHONES, settings_on, tenant, write_policy
from benchmarks.processes import resident_megabytes
from benchmarks.server import INBOUND
from consultations.invitations import expire_closed, invite_waiting, remind_silent
from consultations.launch import launch_due_surveys
from delivery.channel import OutgoingMessage, Receipt, SendResult, Sent
from delivery.dispatch import Dispatcher
from delivery.receipts import take_receipt
from delivery.reconciliation import expire_leases
from outcomes.digest import send_due_digests
from outcomes.rollups import compact
from service.wiring import build_application, web_application
from storage import activities, people
from storage.tenant_upsert import upsert_tenants

WEEKS = 20
TENANTS = 60
ANSWERS = ("Y", "A and C", "It was lovely to meet the neighbours", "Thank you")
PAUSE, WEEK = timedelta(hours=3), timedelta(weeks=1)


class AcceptingCarrier:
    """Accepts every message at once, and remembers the tries."""

    def __init__(self, name: str, numbers: Iterator[int]) -> None:
        self.name = name
        self.accepted: list[tuple[str, str]] = []
        self._numbers = numbers

    async def send(self, message: OutgoingMessage) -> SendResult:
        provider_id = f"SM{next(self._numbers):032x}"
        self.accepted.append((message.attempt, provider_id))
        return Sent(provider_id)


class Soak:
    """A landlord's weeks, one after the other."""

    def __init__(self, database_url: str) -> None:
        self._now = NOW
        write_policy(database_url)
        self._application = build_application(settings_on(database_url), lambda: self._now)
        self._client = web_application(self._application).test_client()
        self._numbers = count(1)
        self._carriers = {name: AcceptingCarrier(name, self._numbers) for name in ("sms", "mail")}
        self._phones = PHONES[:TENANTS]
        with self._application.database.work() as work:
            upsert_tenants(work, [tenant(phone) for phone in self._phones], NOW)

    def live_a_week(self) -> None:
        """A survey, its replies, and six days in which the clock does what it does."""
        self._close_activity()
        asyncio.run(self._run_jobs())
        for answer in ANSWERS:
            self._now += PAUSE
            for request in replies(self._phones, answer, first_number=next(self._numbers) * 1_000):
                assert self._client.post(INBOUND, data=request.body, headers=request.headers).status_code == 200
            asyncio.run(self._run_jobs())
        for _ in range(int(WEEK / PAUSE) - len(ANSWERS)):
            self._now += PAUSE
            asyncio.run(self._run_jobs())

    def _close_activity(self) -> None:
        with self._application.database.work() as work:
            ref = f"ACTIVITY-{next(self._numbers)}"
            activities.upsert_activities(work, {ref: {"title": "Coffee morning"}}, self._now)
            activity = activities.by_ref(work, ref)
            assert activity is not None
            activities.record_attendance(work, activity.id, list(people.tenant_ids(work).values()), self._now)
            activities.close(work, activity, self._now, self._now)

    async def _run_jobs(self) -> None:
        application, now = self._application, self._now
        launch_due_surveys(application.database, application.survey, application.rules, now)
        invite_waiting(application.database, application.rules, now)
        expire_closed(application.database, now)
        remind_silent(application.database, application.rules, now)
        expire_leases(application.database, now)
        compact(application.database)
        send_due_digests(application.database, now)
        dispatcher = Dispatcher(application.database, self._carriers, application.claim_rules, lambda: now)
        while await dispatcher.send_due():
            pass
        await dispatcher.finish()
        self._deliver()

    def _deliver(self) -> None:
        texts = self._carriers["sms"].accepted
        self._carriers["mail"].accepted.clear()
        for attempt, provider_id in texts:
            with self._application.database.work() as work:
                take_receipt(work, Receipt(attempt, provider_id, "delivered"), self._now)
        texts.clear()


def main(database_url: str) -> None:
    """Live all weeks, and print the megabytes resident at the end of each as JSON."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("ERROR"))
    soak = Soak(database_url)
    megabytes = []
    for _ in range(WEEKS):
        soak.live_a_week()
        megabytes.append(round(resident_megabytes(), 1))
    sys.stdout.write(json.dumps(megabytes))


if __name__ == "__main__":
    main(*sys.argv[1:])
