"""The demo's story, from closing an activity to the manager's digest, stage by stage."""

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe

from consultations.chat_invitations import make_chat_invitations
from delivery.reconciliation import LISTED_WITHIN
from outcomes.weeks import Week, local_day, local_moment
from service.demo.clock import LeapingClock
from service.demo.error import DemoError
from service.demo.landlord_files import ACTIVITY
from service.demo.mailbox import Mailbox
from service.demo.person import Person
from service.wiring import Application
from simulator import PhoneNetwork, Start
from storage import activities, outbox
from storage.models.consultations import LIVE
from storage.policy import Policy
from storage.totals import progress_of_conversations

LONGEST_ROUND_SECONDS = 1.5
"""In this time every job but the slowest comes round, so that nothing due is left."""

LONGEST_STAGE_SECONDS = 45.0
SETTLED_AFTER = LISTED_WITHIN + timedelta(minutes=1)
LOOK_EVERY_SECONDS = 0.1


@dataclass(frozen=True)
class Tally:
    """How far the demo is."""

    messages_out: int
    replies_in: int
    finished: int
    conversations: int


Watcher = Callable[[str, Tally], None]
Watching = Callable[[], AbstractContextManager[Watcher]]


class Stages:
    """The story, stage by stage; each ends when nothing is under way any more."""

    def __init__(
        self,
        application: Application,
        people: Sequence[Person],
        network: PhoneNetwork,
        mailbox: Mailbox,
        clock: LeapingClock,
        watch: Watcher,
    ) -> None:
        self._application = application
        self._people = people
        self._network = network
        self._mailbox = mailbox
        self._clock = clock
        self._watch = watch

    def play(self) -> None:
        """From the first chats that are opened to the manager's digest."""
        self._open_chats()
        self._converse("Opening chats")
        self._close_activity()
        self._converse("Asking those who came")
        self._clock.leap_to(self._clock() + timedelta(days=2))
        self._converse("Reminding those who are silent")
        self._clock.leap_to(self._next_digest())
        self._wait("Mailing the weekly digest", lambda: bool(self._mailbox.digests) and self._quiet())

    def _converse(self, stage: str) -> None:
        """Let everybody talk until nobody does; sends that broke off are settled or made again in a quarter of an hour.

        Nobody is left waiting for a question when days go by.
        """
        self._wait(stage, self._quiet)
        while self._is_unsettled():
            self._clock.leap_to(self._clock() + SETTLED_AFTER)
            self._wait("Settling sends that broke off", self._quiet)

    def _is_unsettled(self) -> bool:
        with self._application.database.reading() as work:
            return bool(outbox.unknown_messages(work)) or not outbox.is_quiet(work, self._clock() + SETTLED_AFTER)

    def _open_chats(self) -> None:
        """Tenants open the links that came with a letter."""
        chats = {person.tenant_ref: person.chat for person in self._people if person.chat is not None}
        database, now = self._application.database, self._clock()
        for invitation in make_chat_invitations(database, list(chats), lambda: token_urlsafe(24), now):
            self._network.act(chats[invitation.tenant_ref], Start(invitation.token))

    def _close_activity(self) -> None:
        with self._application.database.work() as work:
            activity = activities.by_ref(work, ACTIVITY)
            assert activity is not None
            now = self._clock()
            due = now + timedelta(minutes=Policy().undo_minutes)
            activities.close(work, activity, now, due)
        self._clock.leap_to(due)

    def _next_digest(self) -> datetime:
        policy = Policy()
        this_week = Week.of(local_day(self._clock(), policy.time_zone), policy.time_zone)
        return local_moment(this_week.following.start, policy.digest_time, policy.time_zone)

    def _tally(self) -> Tally:
        with self._application.database.reading() as work:
            progress = progress_of_conversations(work)
        return Tally(
            messages_out=sum(not message.carrier for message in self._network.messages),
            replies_in=len(self._network.replies_sent),
            finished=sum(count for state, count in progress.items() if state not in LIVE),
            conversations=sum(progress.values()),
        )

    def _quiet(self) -> bool:
        with self._application.database.reading() as work:
            return self._network.idle() and outbox.is_quiet(work, self._clock())

    def _wait(self, stage: str, is_over: Callable[[], bool]) -> None:
        """Wait until the stage has been over for as long as it takes every job to come round."""
        deadline = time.monotonic() + LONGEST_STAGE_SECONDS
        over_since: float | None = None
        while over_since is None or time.monotonic() - over_since < LONGEST_ROUND_SECONDS:
            if time.monotonic() > deadline:
                raise DemoError(f"“{stage}” was not over after {LONGEST_STAGE_SECONDS:.0f} seconds")
            self._watch(stage, self._tally())
            time.sleep(LOOK_EVERY_SECONDS)
            over_since = (over_since or time.monotonic()) if is_over() else None
