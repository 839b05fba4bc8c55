"""What monitoring is told: yes or no to anybody, figures to whoever has the token, and nothing of anybody's."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from service.jobs import JOBS, run_job
from service.processes import serving
from service.wiring import Application, build_application
from storage import messages
from storage.models import Alert, InboxItem
from storage.models.outbox import OutboxState, RowClass
from tests.clock import NOON, Clock
from tests.given import settings_in
from tests.rows import ANN, add_address, add_inbound, add_mail, add_text
from tests.webhooks.caller import Answer, Caller
from tests.webhooks.twilio_caller import TwilioCaller

TOKEN = "a-token-for-monitoring"


@dataclass
class Watched:
    """A web process on its database, and monitoring that asks it."""

    application: Application
    clock: Clock

    def get(self, path: str, token: str | None = None) -> Answer:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return Caller(self.application.settings.port).ask("GET", path, headers=headers)

    def figures(self) -> dict[str, float]:
        """Every figure, by its name with its labels as they are written."""
        answer = self.get("/metrics", TOKEN)
        assert (answer.status, answer.content_type) == (200, "text/plain")
        samples = [sample for family in text_string_to_metric_families(answer.text) for sample in family.samples]
        return {_written(sample.name, sample.labels): sample.value for sample in samples}


def _written(name: str, labels: dict[str, str]) -> str:
    return name + "".join(f" {value}" for _, value in sorted(labels.items()))


@pytest.fixture
def watched(tmp_path: Path, database_url: str, clock: Clock) -> Iterator[Watched]:
    """A web process on an empty database: SQLite, and then PostgreSQL."""
    with watching(tmp_path, database_url, clock) as watched:
        yield watched


@pytest.fixture
def watched_on_sqlite(tmp_path: Path, migrated_file: Path, clock: Clock) -> Iterator[Watched]:
    """A web process on a database of its own, with whose tables and file a test may do as it likes."""
    own_file = shutil.copy(migrated_file, tmp_path / "sowhat.db")
    with watching(tmp_path, f"sqlite:///{own_file}", clock) as watched:
        yield watched


@contextmanager
def watching(directory: Path, database_url: str, clock: Clock) -> Iterator[Watched]:
    application = build_application(settings_in(directory, database_url=database_url, metrics_token=TOKEN), clock)
    with serving(application, host="127.0.0.1"):
        yield Watched(application, clock)
    application.database.close()


def test_a_process_that_answers_is_alive_whatever_its_database_does(watched_on_sqlite: Watched) -> None:
    with watched_on_sqlite.application.database.work() as work:
        work.session.execute(text("DROP TABLE alembic_version"))
    assert (watched_on_sqlite.get("/healthz").status, watched_on_sqlite.get("/healthz").text) == (200, "alive\n")


def test_it_is_ready_while_its_database_is_there_and_migrated(watched: Watched) -> None:
    assert (watched.get("/readyz").status, watched.get("/readyz").text) == (200, "ready\n")


def test_it_is_not_ready_on_a_database_with_old_tables(watched_on_sqlite: Watched) -> None:
    with watched_on_sqlite.application.database.work() as work:
        work.session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    answer = watched_on_sqlite.get("/readyz")
    assert (answer.status, answer.text) == (503, "The database has no tables yet, or old ones.\n")


def test_it_is_ready_on_a_database_that_the_next_version_has_migrated(watched_on_sqlite: Watched) -> None:
    with watched_on_sqlite.application.database.work() as work:
        work.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert watched_on_sqlite.get("/readyz").status == 200


def test_it_is_not_ready_while_its_database_is_away(watched_on_sqlite: Watched, tmp_path: Path) -> None:
    watched_on_sqlite.application.database.close()
    for file in tmp_path.glob("sowhat.db*"):
        file.unlink()
    (tmp_path / "sowhat.db").mkdir()
    answer = watched_on_sqlite.get("/readyz")
    assert (answer.status, answer.text) == (503, "The database cannot be reached.\n")
    figures = watched_on_sqlite.figures()
    assert figures["sowhat_database_up"] == 0
    assert not any(name.startswith("sowhat_outbox") for name in figures)


@pytest.mark.parametrize("token", [None, "", "another-token-altogether", TOKEN + "x", "é"])
def test_without_the_token_there_are_no_figures(watched: Watched, token: str | None) -> None:
    answer = watched.get("/metrics", token)
    assert (answer.status, answer.content_type) == (401, "text/plain")
    assert "sowhat_" not in answer.text


def test_where_no_token_is_set_there_is_no_such_page(tmp_path: Path, sqlite_url: str, clock: Clock) -> None:
    application = build_application(settings_in(tmp_path, database_url=sqlite_url), clock)
    with serving(application, host="127.0.0.1"):
        assert [Watched(application, clock).get("/metrics", token).status for token in (None, TOKEN, "")] == [404] * 3
    application.database.close()


def test_the_figures_say_since_when_the_longest_due_message_of_each_class_is_due(watched: Watched) -> None:
    with watched.application.database.work() as work:
        address = add_address(work)
        add_text(work, address, row_class=RowClass.BULK)
        watched.clock.advance(NOON.replace(hour=13) - NOON)
        add_text(work, address, row_class=RowClass.BULK, due_at=watched.clock())
        add_text(work, address, row_class=RowClass.REPLY, due_at=NOON.replace(minute=50))
        add_text(work, address, row_class=RowClass.SAFETY, due_at=NOON.replace(hour=14))
        add_text(work, address, row_class=RowClass.SAFETY, state=OutboxState.SENT)
    figures = watched.figures()
    assert (figures["sowhat_oldest_due_seconds bulk"], figures["sowhat_oldest_due_seconds reply"]) == (3_600, 600)
    assert "sowhat_oldest_due_seconds safety" not in figures


def test_the_figures_count_what_may_not_stay_as_it_is(watched: Watched) -> None:
    states = {OutboxState.QUEUED: 4, OutboxState.SENDING: 3, OutboxState.UNKNOWN: 2, OutboxState.PARKED: 1}
    with watched.application.database.work() as work:
        address = add_address(work)
        for state, count in states.items():
            for _ in range(count):
                add_text(work, address, state=state)
        add_mail(work, state=OutboxState.SENT)
        message, settled = add_inbound(work, address), add_inbound(work, address)
        work.session.add(Alert(message_id=message.id, kind="damp_mould", raised_at=NOON))
        work.session.add(InboxItem(message_id=message.id, reason="unclear", raised_at=NOON))
        work.session.add(InboxItem(message_id=settled.id, reason="unclear", raised_at=NOON, settled_at=NOON))
    figures = watched.figures()
    assert [figures[f"sowhat_outbox_messages {state}"] for state in states] == [4, 3, 2, 1]
    assert figures["sowhat_alerts_unacknowledged damp_mould"] == 1
    assert figures["sowhat_inbox_items_waiting unclear"] == 1


def test_the_figures_say_which_job_is_late_and_when_it_was_last_done(watched: Watched) -> None:
    keep_time = next(job for job in JOBS if job.name == "keep_time")
    assert watched.figures()["sowhat_job_late_seconds keep_time"] == float("inf")
    run_job(watched.application, keep_time)
    assert watched.figures()["sowhat_job_late_seconds keep_time"] == 0
    watched.clock.advance(NOON.replace(minute=10) - NOON)
    figures = watched.figures()
    assert figures["sowhat_job_late_seconds keep_time"] == 600 - keep_time.every_seconds
    assert figures["sowhat_job_finished_timestamp_seconds keep_time"] == NOON.timestamp()


def test_the_figures_say_how_long_sending_and_delivering_took(watched: Watched) -> None:
    minute = NOON.replace(minute=1) - NOON
    with watched.application.database.work() as work:
        address = add_address(work)
        for seconds in (0.5, 4.5, 59):
            sent = NOON + minute * seconds / 60
            add_text(work, address, state=OutboxState.DELIVERED, sent_at=sent, delivered_at=sent + 2 * minute)
        add_text(work, address, state=OutboxState.SENT, sent_at=NOON)
        add_text(work, address, state=OutboxState.SENDING, sent_at=NOON)
        add_text(work, address, state=OutboxState.DELIVERED, sent_at=NOON - 70 * minute, delivered_at=NOON)
    watched.clock.advance(5 * minute)
    figures = watched.figures()
    step = "sowhat_queued_to_sent_seconds"
    assert [figures[f"{step}_bucket {bound} bulk"] for bound in ("1.0", "5.0", "15.0", "60.0", "+Inf")] == [
        2,
        3,
        3,
        4,
        4,
    ]
    assert figures[f"{step}_sum bulk"] == pytest.approx(64, abs=0.01)
    step = "sowhat_sent_to_delivered_seconds"
    assert [figures[f"{step}_bucket {bound} bulk"] for bound in ("60.0", "300.0", "+Inf")] == [0, 3, 3]
    assert figures[f"{step}_count bulk"] == 3


def test_the_figures_say_how_old_our_knowledge_of_what_was_missed_is(watched: Watched) -> None:
    with watched.application.database.work() as work:
        messages.set_fetched_until(work, "sms", NOON)
    watched.clock.advance(NOON.replace(minute=4) - NOON)
    assert watched.figures()["sowhat_fetched_seconds_ago sms"] == 240


def test_the_figures_count_requests_by_endpoint_and_status(watched: Watched) -> None:
    twilio = TwilioCaller(watched.application.settings.port)
    assert twilio.text("Hello?").status == 200
    for path in ("/webhooks/twilio/inbound?Ann", "/nowhere", "/nowhere/else"):
        Caller(watched.application.settings.port).ask("POST", path)
    figures = watched.figures()
    count = "sowhat_http_request_seconds_count"
    assert (figures[f"{count} twilio.inbound 200"], figures[f"{count} twilio.inbound 403"]) == (1, 1)
    assert figures[f"{count} none 404"] == 2
    assert 0 < figures["sowhat_http_request_seconds_sum twilio.inbound 200"] < 15


def test_nothing_of_anybodys_is_in_the_figures(watched: Watched) -> None:
    TwilioCaller(watched.application.settings.port).text("My name is Ann Beech")
    said = watched.get("/metrics", TOKEN).text
    assert not any(word in said for word in (ANN, ANN[1:], "Ann", "Beech", TOKEN))


def test_on_a_fleet_the_figures_count_living_workers_and_waiting_jobs(watched: Watched) -> None:
    database = watched.application.database
    if not database.is_for_a_fleet:
        assert "sowhat_workers_alive" not in watched.figures()
        return
    with database.work() as work:
        for seconds in (0, 10, 60):
            since = text(f"INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '{seconds} s')")
            work.session.execute(since)
        work.session.execute(text("SELECT sowhat_defer_job('keep_time', true, 0)"))
    figures = watched.figures()
    assert (figures["sowhat_workers_alive"], figures["sowhat_jobs_waiting"]) == (2, 1)
