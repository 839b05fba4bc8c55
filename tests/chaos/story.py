"""The story, from the first chats that are opened to the managers' digest, and what goes wrong in each chapter."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from secrets import token_urlsafe

from consultations.chat_invitations import make_chat_invitations
from outcomes.weeks import Week, local_day, local_moment
from simulator import Start
from storage import activities, conversations
from storage.policy import Policy
from tests.chaos.being_down import TextsWhileDown
from tests.chaos.installation import FIRST_ACTIVITY, MANAGERS, SECOND_ACTIVITY, Installation
from tests.chaos.reaper import Haste, Reaper
from tests.chaos.settling import settle

LONGEST_ASKING_SECONDS = 120.0
"""For so long the web stays up to ask those who are to text while it is down."""

LONGEST_ROUND_SECONDS = 30.0
"""In this time even the slowest job comes round, whoever was killed at it."""

STARTING_SECONDS = 3.0
"""How long our processes may take to start."""

DOWN_FOR = timedelta(hours=1)
STEPS_DOWN = 12


@dataclass(frozen=True)
class Plan:
    """How many kills there are in each chapter, and how quickly they come.

    `step_seconds` is how many real seconds each five minutes without the web take.
    """

    opening: int
    asking: int
    after_being_down: int
    reminding: int
    reporting: int
    haste: Haste
    step_seconds: float

    @property
    def kills(self) -> int:
        """How many there are in all, without those for being down."""
        return self.opening + self.asking + self.after_being_down + self.reminding + self.reporting


class Story:
    """Plays it once. `tell` is given a line for each chapter."""

    def __init__(self, installation: Installation, plan: Plan, tell: Callable[[str], None]) -> None:
        self._all = installation
        self._plan = plan
        self._tell = tell
        self._draw = Random(f"story {installation.seed} {installation.form}")
        self._reaper = Reaper(installation.processes, self._traffic, self._draw, plan.haste)
        self._began = time.monotonic()
        self.crashes = 0

    def play(self) -> None:
        """From beginning to end; raises UnsettledError when a chapter does not end."""
        self._all.processes.start_all()
        self._let_chats_be_opened()
        self._ask()
        self._be_down_for_an_hour()
        self._settle()
        self._remind()
        self._settle()
        self._report()
        self._settle()

    def _let_chats_be_opened(self) -> None:
        """Tenants open the links that came with a letter."""
        chats = {person.ref: person.chat for person in self._all.people if person.chat is not None}
        database, now = self._all.database, self._all.clock()
        for invitation in make_chat_invitations(database, list(chats), lambda: token_urlsafe(24), now):
            self._all.network.act(chats[invitation.tenant_ref], Start(invitation.token))
        self._reaper.reap(self._plan.opening)
        # Whoever is asked before would be asked by SMS.
        self._reaper.wait_for(lambda: not self._all.network.untold, LONGEST_ROUND_SECONDS)
        self._end_chapter("Chats were opened")

    def _ask(self) -> None:
        self._close(FIRST_ACTIVITY)
        self._reaper.reap(self._plan.asking // 2)
        self._crash_database()
        self._reaper.reap(self._plan.asking - self._plan.asking // 2)
        self._end_chapter("Those who came were asked")

    def _crash_database(self) -> None:
        """Crash PostgreSQL. A process that was only starting finds none and ends; its host would start it again."""
        if self._all.server is None:
            return
        processes, crashed = self._all.processes, time.monotonic()
        self._all.server.stop("immediate")
        self._all.server.start()
        self.crashes += 1
        self._reaper.pass_time(STARTING_SECONDS)
        processes.ended = [each for each in processes.ended if each.started < crashed - STARTING_SECONDS]
        self._reaper.relent()

    def _be_down_for_an_hour(self) -> None:
        """At the end of it the second survey is due, and some of those whom it would ask have said STOP meanwhile."""
        down = TextsWhileDown(self._all.people, self._all.network, self._draw)
        self._reaper.wait_for(down.can_begin, LONGEST_ASKING_SECONDS)
        self._reaper.take_down("web", "run")
        texts = down.texts()
        for step in range(STEPS_DOWN):
            for say in texts[step::STEPS_DOWN]:
                say()
            self._reaper.pass_time(self._plan.step_seconds)
            self._all.clock.leap(DOWN_FOR / STEPS_DOWN)
        self._end_chapter(f"The web was down for an hour, in which {len(texts)} texts came")
        self._close(SECOND_ACTIVITY)
        self._reaper.relent()
        self._reaper.reap(self._plan.after_being_down)
        self._end_chapter("What was missed was taken in")

    def _remind(self) -> None:
        self._all.clock.leap(timedelta(days=2))
        self._reaper.reap(self._plan.reminding)
        self._reaper.wait_for(self._nobody_is_to_be_reminded, LONGEST_ROUND_SECONDS)
        self._end_chapter("Those who were silent were reminded")

    def _report(self) -> None:
        self._all.clock.leap_to(self._next_digest() - timedelta(seconds=30))
        self._reaper.reap(self._plan.reporting)
        self._reaper.wait_for(self._managers_have_mail, LONGEST_ROUND_SECONDS)
        self._end_chapter("The digest went out")

    def _settle(self) -> None:
        self._reaper.relent()
        settle(self._all, self._reaper.pass_time)
        self._end_chapter("Everything settled")

    def _close(self, activity_ref: str) -> None:
        """Close an activity of which the survey is due at once."""
        with self._all.database.work() as work:
            activity = activities.by_ref(work, activity_ref)
            assert activity is not None
            now = self._all.clock()
            activities.close(work, activity, now, now)

    def _next_digest(self) -> datetime:
        policy = Policy()
        this_week = Week.of(local_day(self._all.clock(), policy.time_zone), policy.time_zone)
        return local_moment(this_week.following.start, policy.digest_time, policy.time_zone)

    def _nobody_is_to_be_reminded(self) -> bool:
        with self._all.database.work() as work:
            return not conversations.due_for_reminder(work, self._all.clock(), 1)

    def _managers_have_mail(self) -> bool:
        return set(MANAGERS) <= {recipient for recipient, _, _ in self._all.office.taken()}

    def _traffic(self) -> int:
        return len(self._all.network.messages) + len(self._all.network.inbound)

    def _end_chapter(self, what: str) -> None:
        kills = sum(self._all.processes.kills.values())
        self._tell(
            f"{time.monotonic() - self._began:5.0f} s  {what} ({kills} killed, {self._traffic():,} messages out and in)"
        )
