"""Many processes on one PostgreSQL: the work is shared and done once, whatever dies on the way."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from service.fleet import FLEET_JOBS
from simulator import Faults, Reply, Tenant
from storage.database import Database
from storage.models import Activity, Attendance, Conversation, OptOut
from storage.models.consultations import Progress
from storage.models.outbox import OutboxState, RowClass
from tests.given import AUTH_TOKEN
from tests.postgres import Postgres
from tests.rows import ANN, JOE, add_address, add_tenant
from tests.service.fleet import EVERYBODY, METRICS_TOKEN, SECRET_KEY, Fleet, Process, now, open_fleet, wait_until

pytestmark = pytest.mark.postgresql


@pytest.fixture
def fleet(tmp_path: Path, postgresql_url: str) -> Iterator[Fleet]:
    """An installation on PostgreSQL of which nothing runs yet."""
    with open_fleet(tmp_path, postgresql_url) as opened:
        yield opened
        for process in opened.processes:  # shown where the test has failed
            print(process.log.name, process.logged(), sep="\n")  # noqa: T201


@contextmanager
def black_hole() -> Iterator[str]:
    """The address of a server that takes every connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def change(fleet: Fleet, statement: str) -> None:
    """Change the database as time would."""
    with fleet.database.work() as work:
        work.session.execute(text(statement))


def fetched_an_hour_ago(fleet: Fleet) -> None:
    """What was missed has been fetched before: on a new database the first fetch asks nobody."""
    change(fleet, "INSERT INTO fetch_mark (channel, fetched_until) VALUES ('sms', now() - interval '1 hour')")


def all_jobs_are_due(fleet: Fleet) -> None:
    change(fleet, "UPDATE job_run SET started_at = started_at - interval '1 hour'")


def test_workers_share_what_is_due_and_what_one_died_over_is_sent_once_by_another(fleet: Fleet) -> None:
    with black_hole() as nowhere:
        stuck = fleet.start_worker(twilio_api_base_url=nowhere)
        fleet.queue(*EVERYBODY[:300])
        wait_until(lambda: fleet.states().get(OutboxState.SENDING) == 50, "the stuck worker took nothing")
        for _ in range(2):
            fleet.start("worker")
        wait_until(lambda: OutboxState.QUEUED not in fleet.states(), "the others did not send the rest")
        stuck.kill()
    assert 0 < len(fleet.network.messages) < 300
    # Sixteen minutes later the carrier still does not list them.
    past = "now() - interval '16 minutes'"
    change(fleet, f"UPDATE attempt SET started_at = {past}, lease_until = {past} WHERE provider_id IS NULL")
    fleet.start_clock()
    wait_until(lambda: len(fleet.network.messages) == 300, "what the stuck worker held was not sent")
    wait_until(lambda: fleet.all_are(OutboxState.SENT), "somebody does not know of a send")
    assert {message.recipient for message in fleet.network.messages} == set(EVERYBODY[:300])
    assert fleet.network.duplicates == ()


def test_a_text_that_was_accepted_while_its_worker_was_killed_is_found_and_not_sent_again(fleet: Fleet) -> None:
    fleet.network.conditions.faults = Faults(hang_after_accepting=1)
    worker = fleet.start_worker()
    fleet.queue(ANN)
    wait_until(lambda: len(fleet.network.messages) == 1, "nothing was sent")
    worker.kill()
    fleet.network.conditions.faults = Faults()
    change(fleet, "UPDATE attempt SET lease_until = now()")
    fleet.start_worker()
    fleet.start_clock()
    wait_until(lambda: fleet.all_are(OutboxState.DELIVERED), "it was not found")
    assert len(fleet.network.messages) == 1


def test_a_job_whose_worker_was_killed_is_done_by_another_and_nothing_bulk_leaves_before(fleet: Fleet) -> None:
    fetched_an_hour_ago(fleet)
    with black_hole() as nowhere:
        stuck = fleet.start_worker(twilio_api_base_url=nowhere)
        wait_until(lambda: _doing(fleet) == ["fetch_missed"], "the stuck worker did not fetch")
        stuck.kill()
    change(fleet, "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
    fleet.start_worker()
    fleet.queue(ANN, row_class=RowClass.BULK)
    fleet.queue(JOE, row_class=RowClass.REPLY)
    wait_until(lambda: bool(fleet.network.received(JOE)), "the reply did not leave")
    assert fleet.network.received(ANN) == ()
    assert _fetched_lately(fleet) == [(False,)]
    clock = fleet.start_clock()
    wait_until(lambda: bool(fleet.network.received(ANN)), "what was missed was never fetched")
    assert _fetched_lately(fleet) == [(True,)]
    assert any("job_rescued" in process.events() for process in fleet.processes)
    clock.end()
    wait_until(lambda: fleet.query("SELECT * FROM procrastinate_jobs") == [], "jobs were left behind")
    assert fleet.query("SELECT * FROM procrastinate_events") == []


def _fetched_lately(fleet: Fleet) -> list[tuple[bool]]:
    return [tuple(row) for row in fleet.query("SELECT fetched_until > now() - interval '5 minutes' FROM fetch_mark")]


def _doing(fleet: Fleet) -> list[str]:
    return [name for (name,) in fleet.query("SELECT task_name FROM procrastinate_jobs WHERE status = 'doing'")]


def test_of_two_clocks_one_ticks_and_the_other_follows_it(fleet: Fleet) -> None:
    fleet.start_worker()
    first = fleet.start_clock()
    second = fleet.start("clock")
    wait_until(lambda: len(_runs(fleet)) == len(FLEET_JOBS), "not every job was done")
    assert first.events() == ["clock_elected"]
    assert second.events() == []

    first.kill()
    change(fleet, "UPDATE lease SET until = now()")
    wait_until(lambda: second.events() == ["clock_elected"], "the other clock did not take over")

    third = fleet.start("clock")
    second.end()
    began = time.monotonic()
    wait_until(lambda: third.events() == ["clock_elected"], "the third clock did not take over")
    assert time.monotonic() - began < 10


def _runs(fleet: Fleet) -> dict[str, object]:
    return dict(fleet.query("SELECT name, finished_at FROM job_run WHERE finished_at IS NOT NULL"))


def test_a_worker_told_to_stop_finishes_what_it_is_sending(fleet: Fleet) -> None:
    fleet.network.conditions.faults = Faults(hang_after_accepting=1, hang_seconds=2)
    worker = fleet.start_worker()
    fleet.queue(*EVERYBODY[:60])
    wait_until(lambda: len(fleet.network.messages) >= 50, "nothing was sent")
    worker.end()
    assert OutboxState.SENDING not in fleet.states()
    assert fleet.query("SELECT count(*) FROM attempt WHERE ended_at IS NULL") == [(0,)]
    assert fleet.query("SELECT count(*) FROM attempt") == [(len(fleet.network.messages),)]


def test_a_worker_told_to_stop_ends_in_time_whatever_hangs_in_it(fleet: Fleet) -> None:
    fetched_an_hour_ago(fleet)
    with black_hole() as nowhere:
        worker = fleet.start_worker(twilio_api_base_url=nowhere)
        wait_until(lambda: _doing(fleet) == ["fetch_missed"], "the worker did not fetch")
        worker.end()
    assert _doing(fleet) == []


def test_all_in_one_process_is_a_fleet_of_one_and_leaves_nothing_behind(fleet: Fleet) -> None:
    process = fleet.start("run")
    fleet.queue(ANN)
    wait_until(lambda: fleet.all_are(OutboxState.DELIVERED), "nothing was delivered")
    wait_until(lambda: len(_runs(fleet)) == len(FLEET_JOBS), "not every job was done")
    process.end()
    assert fleet.query("SELECT * FROM procrastinate_workers") == []
    assert fleet.query("SELECT until <= now() FROM lease") == [(True,)]


def test_worker_clock_and_web_outlive_a_restart_of_postgresql(fleet: Fleet, postgres: Postgres) -> None:
    worker, clock, web = fleet.start_worker(), fleet.start_clock(), fleet.start_web()
    fleet.queue(ANN)
    wait_until(lambda: bool(fleet.network.received(ANN)), "the first text did not leave")

    postgres.stop("immediate")
    assert web.ask("/readyz") == (503, "The database cannot be reached.\n")
    assert web.ask("/healthz")[0] == 200
    fleet.network.text_from(JOE, "Hello?")
    wait_until(lambda: "fleet_left" in worker.events(), "the worker noticed nothing")
    wait_until(lambda: "tick_failed" in clock.events(), "the clock noticed nothing")
    postgres.start()

    wait_until(lambda: web.ask("/readyz")[0] == 200, "the web did not come back")
    fleet.queue(EVERYBODY[7])
    wait_until(lambda: bool(fleet.network.received(EVERYBODY[7])), "the worker did not come back")
    all_jobs_are_due(fleet)
    wait_until(lambda: bool(fleet.network.received(JOE)), "nobody fetched what the web could not take")
    fleet.network.text_from(EVERYBODY[8], "Hello?")
    wait_until(lambda: bool(fleet.network.received(EVERYBODY[8])), "the web took nothing in")
    assert fleet.network.duplicates == ()
    for process in (worker, clock, web):
        assert "Traceback" not in process.logged()
        process.end()


def test_a_message_wakes_a_worker_that_would_have_looked_later(fleet: Fleet) -> None:
    fleet.start_worker()
    fleet.queue(ANN)
    wait_until(lambda: bool(fleet.network.received(ANN)), "nothing was sent")
    latencies = []
    for number in range(1, 11):
        began = time.monotonic()
        fleet.queue(EVERYBODY[100 + number])
        wait_until(lambda: len(fleet.network.messages) > number, "nothing was sent")  # noqa: B023 - called at once
        latencies.append(time.monotonic() - began)
    # Somebody who only looked every two seconds would take one second on average.
    assert sorted(latencies)[5] < 0.5


def test_a_whole_survey_goes_through_a_fleet_and_its_logs_name_nobody(fleet: Fleet) -> None:
    words = ("Yes lovely", "A and B", "met my neighbours at last")
    answers = tuple(Reply(each, delay_seconds=0.0) for each in words)
    stop = (Reply("STOP please, leave me alone", delay_seconds=0.0, stop=True),)
    fleet.network.add_tenants([Tenant(ANN, answers), Tenant(JOE, stop)])
    for _ in range(2):
        fleet.start_worker()
    fleet.start_clock()
    fleet.start("clock")
    web = fleet.start_web()
    _hold_activity(fleet.database)
    wait_until(lambda: _has_ended(fleet.database), "the survey was not over")
    wait_until(lambda: fleet.all_are(OutboxState.DELIVERED), "not all was delivered")
    wait_until(lambda: len(_runs(fleet)) == len(FLEET_JOBS), "not every job was done")

    assert fleet.network.duplicates == ()
    with fleet.database.reading() as work:
        assert work.session.query(OptOut).count() == 1
        assert {row.progress for row in work.session.query(Conversation)} == {Progress.COMPLETED, Progress.REFUSED}
    figures = _figures(web)
    assert (figures["sowhat_workers_alive"], figures["sowhat_database_up"]) == (2, 1)
    assert figures['sowhat_outbox_messages{state="queued"}'] == 0
    assert figures['sowhat_sent_to_delivered_seconds_count{row_class="bulk"}'] == 2
    assert figures['sowhat_job_late_seconds{job="keep_time"}'] < 30
    assert figures['sowhat_http_request_seconds_count{endpoint="twilio.inbound",status="200"}'] == 4
    logged = "".join(process.logged() for process in fleet.processes)
    assert "inbound" in logged
    secrets = (SECRET_KEY, AUTH_TOKEN, METRICS_TOKEN)
    personal = (ANN[1:], JOE[1:], "Ann", "Beech", "Joe", "Oakley", "coffee", *words, "STOP please", "leave me alone")
    assert [word for word in (*personal, *secrets) if word in logged] == []


def _figures(web: Process) -> dict[str, float]:
    status, said = web.ask("/metrics", Authorization=f"Bearer {METRICS_TOKEN}")
    assert status == 200
    lines = [line.rpartition(" ") for line in said.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


def _hold_activity(database: Database) -> None:
    """An activity that Ann and Joe came to, whose survey is due."""
    with database.work() as work:
        due = now() - timedelta(seconds=1)
        activity = Activity(
            activity_ref="A1", title="The coffee morning", imported_at=due, closed_at=due, survey_due_at=due
        )
        work.session.add(activity)
        work.session.flush()
        for phone, names in ((ANN, ("Ann", "Beech")), (JOE, ("Joe", "Oakley"))):
            tenant = add_tenant(work, add_address(work, phone), *names)
            work.session.add(Attendance(activity_id=activity.id, tenant_id=tenant.id, recorded_at=due))


def _has_ended(database: Database) -> bool:
    with database.reading() as work:
        conversations = work.session.query(Conversation).all()
        return len(conversations) == 2 and all(row.ended_at is not None for row in conversations)
