"""The processes as they run in production: they answer, they end when told to, and nothing is lost on the way."""

import http.client
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest
from click.testing import CliRunner
from waitress.trigger import trigger

from service.command_line import main
from service.processes import run_clock, run_web, run_worker, serving, stop_on_signal, working
from service.settings import SettingsError
from service.wiring import Application, connect
from simulator import Account, PhoneNetwork
from storage import messages
from storage.database import Database
from storage.models import Activity, Consultation, InboundMessage, OutboxMessage
from storage.models.outbox import OutboxState
from storage.policy import change_policy
from tests.clock import Clock
from tests.conversations.landlord import STRANGER
from tests.given import ACCOUNT_SID, AUTH_TOKEN, MAIL_FROM, OUR_NUMBER, application_in, free_port, settings_in
from tests.journeys.town import wait_until
from tests.mail.post_office import PostOffice, open_post_office
from tests.rows import add_mail
from tests.service.command import SOWHAT, environment
from tests.webhooks.twilio_caller import INBOUND, TwilioCaller

LONGEST_GOODBYE_SECONDS = 5.0
SECRET_KEY = "a-key-of-thirty-two-characters-or-so"
FINISHED_POLICY = {
    "landlord": "Derwent Living",
    "landlord_phone": "01632 960100",
    "alert_recipients": ("gwen.pugh@example.org",),
}


@dataclass(frozen=True)
class Installed:
    """Everything around `sowhat run`, which `start` starts."""

    network: PhoneNetwork
    database: Database
    port: int
    start: Callable[[], "subprocess.Popen[str]"]


@pytest.fixture
def installed(tmp_path: Path, migrated_file: Path) -> Iterator[Installed]:
    """An installation with a phone network and a post office around it, on the machine's own clock."""
    port = free_port()
    with ExitStack() as standing:
        network = PhoneNetwork(
            Account(ACCOUNT_SID, AUTH_TOKEN, OUR_NUMBER),
            now=lambda: datetime.now(UTC),
            seed=7,
            inbound_url=f"http://127.0.0.1:{port}{INBOUND}",
        )
        standing.enter_context(network)
        office = standing.enter_context(open_post_office(PostOffice()))
        variables = environment(
            secret_key=SECRET_KEY,
            public_base_url=f"http://127.0.0.1:{port}",
            port=str(port),
            trial_mode="false",
            twilio_account_sid=ACCOUNT_SID,
            twilio_auth_token=AUTH_TOKEN,
            twilio_from=OUR_NUMBER,
            twilio_api_base_url=network.base_url,
            smtp_url=office.url("?starttls=never"),
            mail_from=MAIL_FROM,
        )
        (tmp_path / "sowhat.db").write_bytes(migrated_file.read_bytes())
        database = connect(settings_in(tmp_path, secret_key=SECRET_KEY))
        standing.callback(database.close)
        with database.work() as work:
            change_policy(work, FINISHED_POLICY, "Gwen Pugh", datetime.now(UTC))

        def start() -> "subprocess.Popen[str]":
            process = subprocess.Popen(
                [SOWHAT, "run"], cwd=tmp_path, env=variables, text=True, stderr=subprocess.PIPE, stdout=subprocess.PIPE
            )
            standing.callback(process.kill)
            wait_until(lambda: answers(port) and _knows_what_was_missed(database), "sowhat run was not ready")
            return process

        yield Installed(network, database, port, start)


def answers(port: int) -> bool:
    """Whether anybody listens."""
    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", port)) == 0


def _knows_what_was_missed(database: Database) -> bool:
    with database.reading() as work:
        return messages.fetched_until(work, "sms") is not None


def _end(process: "subprocess.Popen[str]") -> str:
    """Tell it to stop; what it has logged. It must end in time and in peace."""
    process.send_signal(signal.SIGTERM)
    _, logged = process.communicate(timeout=LONGEST_GOODBYE_SECONDS)
    assert process.returncode == 0, logged
    assert "Traceback" not in logged
    return logged


def test_run_answers_texts_and_loses_nothing_when_it_is_stopped_in_the_middle(installed: Installed) -> None:
    process = installed.start()
    installed.network.text_from(STRANGER, "Hello?")
    wait_until(lambda: len(installed.network.received(STRANGER)) == 1, "the stranger was not answered")

    crowd = [f"+447700900{number}" for number in range(500, 540)]
    with ThreadPoolExecutor(8) as phones:
        list(phones.map(lambda phone: installed.network.text_from(phone, "Hello?"), crowd))
        wait_until(lambda: len(installed.network.messages) > 5, "nobody was answered")
        logged = _end(process)
    assert not any(word in logged for word in (STRANGER, "Hello", "+4477", AUTH_TOKEN, SECRET_KEY))
    assert installed.network.wait_until_idle(10)
    told = {reply.sid for reply in installed.network.replies_sent} - {text.sid for text in installed.network.untold}
    with installed.database.reading() as work:
        stored = {row.channel_message_id for row in work.session.query(InboundMessage)}
        under_way = work.session.query(OutboxMessage).filter_by(state=OutboxState.SENDING).count()
    assert told <= stored
    assert under_way == 0

    again = installed.start()
    wait_until(lambda: installed.network.untold == (), "what was missed was not fetched")
    wait_until(
        lambda: all(len(installed.network.received(phone)) == 1 for phone in crowd), "somebody was never answered"
    )
    logged = _end(again)
    assert f"sowhat listens on port {installed.port}. Trial mode is off, tenants are texted. Ctrl-C ends it." in logged
    assert installed.network.duplicates == ()


@pytest.mark.parametrize("command", ["run", "web", "worker", "clock", "bot"])
def test_nothing_starts_for_real_before_the_policy_is_finished(
    command: str, tmp_path: Path, migrated_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sowhat.db").write_bytes(migrated_file.read_bytes())
    settings = settings_in(tmp_path, trial_mode=False)
    monkeypatch.setattr("service.settings.read_settings", lambda: settings)
    result = CliRunner().invoke(main, [command])
    assert result.exit_code == 1
    said = result.output.splitlines()
    assert said[0] == "Error: TRIAL_MODE is false, but the policy is not finished:"
    assert [line.split(":")[0] for line in said[1:]] == list(FINISHED_POLICY)
    assert all(f"sowhat policy set {name} " in line for name, line in zip(FINISHED_POLICY, said[1:], strict=True))


def test_a_connection_that_is_kept_open_does_not_hold_up_the_end(online_application: Application) -> None:
    with serving(online_application, host="127.0.0.1") as port:
        kept_open = http.client.HTTPConnection("127.0.0.1", port)
        kept_open.request("GET", "/")
        assert kept_open.getresponse().read()
    assert "web" not in {thread.name for thread in threading.enumerate()}, "the web was given up on and left behind"
    kept_open.close()


def test_the_web_can_be_stopped_while_its_own_threads_still_wake_each_other(
    online_application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    wake = trigger._physical_pull

    def wake_early_and_late(self: trigger) -> None:
        wake(self)
        time.sleep(0.02)
        wake(self)

    monkeypatch.setattr(trigger, "_physical_pull", wake_early_and_late)
    with serving(online_application, host="127.0.0.1") as port:
        assert TwilioCaller(port).text("Hello?").status == 200


def test_a_request_under_way_is_answered_before_the_web_ends(
    online_application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    from conversations.inbound import take_in

    begun, let_go = Event(), Event()

    def take_in_slowly(*about: object) -> object:
        begun.set()
        assert let_go.wait(5)
        return take_in(*about)  # type: ignore[arg-type]  # whatever the web hands on

    monkeypatch.setattr("service.received.take_in", take_in_slowly)
    with ThreadPoolExecutor(1) as caller:
        with serving(online_application, host="127.0.0.1") as port:
            answer = caller.submit(TwilioCaller(port).text, "Hello?")
            assert begun.wait(5)
            threading.Timer(0.05, let_go.set).start()
        assert answer.result().status == 200
    with online_application.database.reading() as work:
        assert work.session.query(InboundMessage).count() == 1


def test_a_port_that_is_taken_is_named_in_a_sentence(tmp_path: Path, migrated_file: Path, clock: Clock) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        application = application_in(tmp_path, migrated_file, clock, port=port)
        with (
            pytest.raises(SettingsError, match=f"PORT {port} cannot be listened on"),
            serving(application, "127.0.0.1"),
        ):
            pass
    application.database.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("run", [run_web, run_worker, run_clock])
def test_each_process_alone_does_its_work_until_it_is_told_to_stop(
    run: Callable[[Application], None], number: signal.Signals, online_application: Application
) -> None:
    with _signals_restored(), ThreadPoolExecutor(1) as observer:
        seen = observer.submit(_watch, run, online_application, number)
        run(online_application)
        assert seen.result()


def test_a_worker_that_breaks_ends_the_process_and_says_why(
    online_application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object) -> None:
        raise RuntimeError("the worker is broken")

    monkeypatch.setattr("service.processes.work", break_down)
    stop = Event()
    with pytest.raises(RuntimeError, match="the worker is broken"), working(online_application, stop):
        has_stopped = stop.wait(5)
    assert has_stopped


def test_a_second_signal_changes_nothing() -> None:
    with _signals_restored():
        stop = stop_on_signal()
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGTERM)
        assert stop.wait(1)


def test_a_signal_that_comes_while_the_event_is_looked_at_blocks_nothing() -> None:
    with _signals_restored():
        stop = stop_on_signal()
        handle = signal.getsignal(signal.SIGTERM)
        assert callable(handle)
        with vars(stop)["_cond"]:  # its lock, which wait() has for a moment, in the thread that handles signals
            handling = threading.Thread(target=handle, args=(signal.SIGTERM, None), daemon=True)
            handling.start()
            handling.join(5)
            is_blocked = handling.is_alive()
        assert not is_blocked
        assert stop.wait(5)


@pytest.fixture
def online_application(tmp_path: Path, migrated_file: Path, clock: Clock) -> Iterator[Application]:
    """An application with a phone network and a post office to reach, which runs nothing yet."""
    with ExitStack() as standing:
        network = standing.enter_context(PhoneNetwork(Account(ACCOUNT_SID, AUTH_TOKEN, OUR_NUMBER), now=clock, seed=7))
        office = standing.enter_context(open_post_office(PostOffice()))
        application = application_in(
            tmp_path,
            migrated_file,
            clock,
            twilio_api_base_url=network.base_url,
            smtp_url=office.url("?starttls=never"),
        )
        standing.callback(application.database.close)
        yield application


def _watch(run: Callable[[Application], None], application: Application, number: signal.Signals) -> bool:
    """See the process at its work, and then tell it to stop."""
    signs: dict[Callable[[Application], None], Callable[[], bool]] = {
        run_web: lambda: answers(application.settings.port),
        run_worker: lambda: _a_mail_has_left(application),
        run_clock: lambda: _a_survey_is_launched(application),
    }
    if run is run_worker:
        with application.database.work() as work:
            add_mail(work)
    if run is run_clock:
        with application.database.work() as work:
            now = application.now()
            work.session.add(
                Activity(activity_ref="A1", title="Tea", imported_at=now, closed_at=now, survey_due_at=now)
            )
    try:
        wait_until(signs[run], "the process did nothing")
    finally:
        os.kill(os.getpid(), number)
    return True


def _a_mail_has_left(application: Application) -> bool:
    with application.database.reading() as work:
        return work.session.query(OutboxMessage).filter_by(state=OutboxState.SENT).count() == 1


def _a_survey_is_launched(application: Application) -> bool:
    with application.database.reading() as work:
        return work.session.query(Consultation).count() == 1


@contextmanager
def _signals_restored() -> Iterator[None]:
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
