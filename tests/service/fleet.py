"""An installation of many processes: each is the real `sowhat` in a process of its own, on one database."""

import http.client
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from simulator import Account, PhoneNetwork
from storage import outbox
from storage.database import Database
from storage.models import OutboxMessage
from storage.models.outbox import OutboxState, RowClass
from storage.policy import change_policy
from tests.given import ACCOUNT_SID, AUTH_TOKEN, MAIL_FROM, OUR_NUMBER, free_port
from tests.mail.post_office import PostOffice, open_post_office
from tests.rows import add_address, outgoing_text
from tests.service.command import SOWHAT, environment

SECRET_KEY = "a-key-of-thirty-two-characters-or-so"
METRICS_TOKEN = "a-token-for-monitoring"
LONGEST_GOODBYE_SECONDS = 15.0
EVERYBODY = [f"+447700900{number:03}" for number in range(1_000)]
"""Numbers that Ofcom keeps for drama."""


LOOK_EVERY_SECONDS = 0.02
LONGEST_WAIT_SECONDS = 60.0
"""Long for one that fails, but a machine that runs other tests takes seconds to start a process."""


def wait_until(is_so: Callable[[], bool], complaint: str) -> None:
    """Look again and again until it is so. Raises AssertionError with the complaint when it takes too long."""
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, complaint
        time.sleep(LOOK_EVERY_SECONDS)


def now() -> datetime:
    """The machine's own time, which the processes go by."""
    return datetime.now(UTC)


@dataclass
class Process:
    """One `sowhat`, with what it has logged."""

    command: str
    popen: "subprocess.Popen[str]"
    log: Path
    port: int

    def logged(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def events(self) -> list[str]:
        """The events it has logged, one word each."""
        return [line.split('"event": "')[1].split('"')[0] for line in self.logged().splitlines() if '"event"' in line]

    def end(self) -> None:
        """Tell it to stop. It must end in time and in peace."""
        self.popen.send_signal(signal.SIGTERM)
        assert self.popen.wait(LONGEST_GOODBYE_SECONDS) == 0, self.logged()
        assert "Traceback" not in self.logged()

    def kill(self) -> None:
        """End it as a crash of its machine would."""
        self.popen.kill()
        self.popen.wait()

    def ask(self, path: str, **headers: str) -> tuple[int, str]:
        """GET a page of a web process: the status and what it says."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        said = answer.read().decode()
        connection.close()
        return answer.status, said


@dataclass
class Fleet:
    """What all processes share, and those that were started."""

    directory: Path
    database: Database
    network: PhoneNetwork
    office: PostOffice
    standing: ExitStack
    public_port: int = field(default_factory=free_port)
    processes: list[Process] = field(default_factory=list)

    def start(self, command: str, **settings: str) -> Process:
        """Start one more process; it is killed at the end of the test, if not before.

        The first web process is the one that receipts are brought to.
        """
        others = any(process.command in ("web", "run") for process in self.processes)
        port = free_port() if others or command not in ("web", "run") else self.public_port
        public_port = port if command in ("web", "run") else self.public_port
        own = {"port": str(port), "public_base_url": f"http://127.0.0.1:{public_port}"}
        log = self.directory / f"{len(self.processes)}-{command}.log"
        with log.open("w") as written:
            popen = subprocess.Popen(
                [SOWHAT, command],
                cwd=self.directory,
                env=environment(**(self._shared_settings() | own | settings)),
                text=True,
                stdout=written,
                stderr=written,
            )
        process = Process(command, popen, log, port)
        self.processes.append(process)
        self.standing.callback(process.kill)
        return process

    def start_web(self) -> Process:
        """Start a web process that answers, and have the texts of tenants brought there."""
        web = self.start("web")
        wait_until(lambda: _answers(web), "the web was not ready")
        self.network.conditions.inbound_url = f"http://127.0.0.1:{web.port}/webhooks/twilio/inbound"
        return web

    def start_worker(self, **settings: str) -> Process:
        """Start a worker that knows what was missed and takes jobs."""
        before = self._engine_workers()
        worker = self.start("worker", **settings)
        wait_until(lambda: bool(self._engine_workers() - before), "the worker was not ready")
        return worker

    def _engine_workers(self) -> set[int]:
        return {number for (number,) in self.query("SELECT id FROM procrastinate_workers")}

    def start_clock(self) -> Process:
        """Start a clock that has ticked."""
        clock = self.start("clock")
        wait_until(lambda: "clock_elected" in clock.events(), "the clock did not tick")
        return clock

    def queue(self, *phones: str, row_class: RowClass = RowClass.REPLY, **details: Any) -> None:
        """Put a text to each of these phones into the outbox."""
        with self.database.work() as work:
            for phone in phones:
                outbox.enqueue(work, outgoing_text(add_address(work, phone), row_class=row_class, **details))

    def states(self) -> dict[OutboxState, int]:
        """How many messages are in each state."""
        with self.database.reading() as work:
            rows = [row.state for row in work.session.query(OutboxMessage)]
        return {state: rows.count(state) for state in set(rows)}

    def all_are(self, state: OutboxState) -> bool:
        """Whether nothing is in any other state."""
        return set(self.states()) == {state}

    def query(self, statement: str) -> list[Any]:
        """What a statement finds in the database."""
        with self.database.reading() as work:
            connection = work.session.connection()
            return list(connection.exec_driver_sql(statement).all())

    def _shared_settings(self) -> dict[str, str]:
        return {
            "database_url": self.database.engine.url.render_as_string(hide_password=False),
            "secret_key": SECRET_KEY,
            "trial_mode": "false",
            "twilio_account_sid": ACCOUNT_SID,
            "twilio_auth_token": AUTH_TOKEN,
            "twilio_from": OUR_NUMBER,
            "twilio_api_base_url": self.network.base_url,
            "smtp_url": self.office.url("?starttls=never"),
            "mail_from": MAIL_FROM,
            "metrics_token": METRICS_TOKEN,
        }


@contextmanager
def open_fleet(directory: Path, database_url: str, **network: Any) -> Iterator[Fleet]:
    """An installation with a finished policy, around which a phone network and a post office stand; nothing runs yet.

    It is the middle of the day for it, so that bulk texts may leave whenever the test is run.
    """
    with ExitStack() as standing:
        account = Account(ACCOUNT_SID, AUTH_TOKEN, OUR_NUMBER)
        phones = standing.enter_context(PhoneNetwork(account, now=now, seed=7, **network))
        office = standing.enter_context(open_post_office(PostOffice()))
        database = Database(database_url, SECRET_KEY.encode())
        standing.callback(database.close)
        with database.work() as work:
            change_policy(work, _finished_policy(), "Gwen Pugh", now())
        yield Fleet(directory, database, phones, office, standing)


def _finished_policy() -> dict[str, Any]:
    return {
        "landlord": "Derwent Living",
        "landlord_phone": "01632 960100",
        "alert_recipients": ("gwen.pugh@example.org",),
        "quiet_weekdays": (),
        "time_zone": f"Etc/GMT{now().hour - 12:+d}",
        "spending_cap_pence": 1_000_000,
    }


def _answers(web: Process) -> bool:
    try:
        return web.ask("/readyz")[0] == 200
    except OSError:
        return False
