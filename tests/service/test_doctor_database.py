"""The doctor on a PostgreSQL server."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.doctor.database_checks import check_database_server
from service.doctor.database_facts import DatabaseFacts
from service.doctor.finding import Verdict
from service.doctor.installation import find_installation
from storage.condition import Condition, Server
from tests.given import free_port
from tests.journeys.town import wait_until
from tests.postgres import Postgres, running_postgres
from tests.service.patient import SECRET_KEY, Patient

pytestmark = pytest.mark.postgresql

SUBJECTS = ("database", "tables", "durability", "database server")


@pytest.fixture(scope="module")
def durable() -> Iterator[Postgres]:
    """A server that forgets nothing, as a landlord's must be."""
    with running_postgres() as server:
        for setting in ("fsync", "full_page_writes"):
            configure(server, setting, "on")
        yield server


def configure(server: Postgres, setting: str, value: str) -> None:
    """Have the server go by this setting from now on."""
    server.query(f"ALTER SYSTEM SET {setting} = {value}")
    server.query("SELECT pg_reload_conf()")
    wait_until(lambda: server.query(f"SHOW {setting}") == [(value,)], f"{setting} is not {value}")


def test_a_server_that_is_set_up_well_has_nothing_to_fix(patient: Patient, durable: Postgres) -> None:
    patient.has(secret_key=SECRET_KEY, database_url=durable.make_migrated())
    assert [patient.finding(subject).verdict for subject in SUBJECTS] == [Verdict.OK] * 4
    assert patient.finding("database server").sentence.startswith("PostgreSQL 1")


def test_looking_at_a_database_changes_nothing(patient: Patient, durable: Postgres) -> None:
    url = durable.make_empty()
    patient.has(secret_key=SECRET_KEY, database_url=url)
    assert "sowhat db upgrade" in patient.finding("tables").sentence
    assert patient.finding("database").verdict is Verdict.OK
    assert durable.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", url.rpartition("/")[2]) == []


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
def test_a_setting_of_the_server_that_loses_data_is_named(patient: Patient, durable: Postgres, setting: str) -> None:
    patient.has(secret_key=SECRET_KEY, database_url=durable.make_empty())
    try:
        configure(durable, setting, "off")
        finding = patient.finding("durability")
    finally:
        configure(durable, setting, "on")
    assert finding.verdict is Verdict.FIX
    assert finding.sentence.endswith(f"switch on: {setting}")


def test_a_database_that_commits_before_it_has_written_is_a_fault(patient: Patient, durable: Postgres) -> None:
    url = durable.make_empty()
    durable.query(f"ALTER DATABASE {url.rpartition('/')[2]} SET synchronous_commit = off")
    patient.has(secret_key=SECRET_KEY, database_url=url)
    assert "synchronous_commit" in patient.finding("durability").sentence


def test_a_database_that_lacks_most_characters_is_a_fault(patient: Patient, durable: Postgres) -> None:
    durable.query("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C'")
    patient.has(secret_key=SECRET_KEY, database_url=durable.url_of("latin"))
    assert "ENCODING 'UTF8'" in patient.finding("database server").sentence


@pytest.mark.parametrize(("fast", "words"), [(60, "60 seconds behind"), (-60, "60 seconds ahead of")])
def test_a_server_whose_clock_differs_is_a_fault(patient: Patient, durable: Postgres, fast: int, words: str) -> None:
    patient.has(secret_key=SECRET_KEY, database_url=durable.make_empty())
    finding = patient.finding("database server", fast=timedelta(seconds=fast))
    assert finding.verdict is Verdict.FIX
    assert words in finding.sentence


def test_who_may_not_write_there_is_told_so(patient: Patient, durable: Postgres) -> None:
    durable.query("CREATE ROLE reader LOGIN")
    url = durable.make_migrated().replace("sowhat@", "reader@")
    patient.has(secret_key=SECRET_KEY, database_url=url)
    finding = patient.finding("database")
    assert finding.verdict is Verdict.FIX
    assert "permission denied" in finding.sentence


def test_a_server_that_is_away_is_told_of_without_its_password(patient: Patient) -> None:
    patient.has(secret_key=SECRET_KEY, database_url=f"postgresql+psycopg://gwen:hunter2@127.0.0.1:{free_port()}/sowhat")
    finding = patient.finding("database")
    assert "connection failed" in finding.sentence
    assert "check DATABASE_URL" in finding.sentence
    assert "hunter2" not in finding.sentence
    assert patient.findings("database server") == []


@pytest.mark.parametrize(("version", "verdict"), [(12, Verdict.FIX), (13, Verdict.OK), (18, Verdict.OK)])
def test_an_old_server_is_a_fault(patient: Patient, version: int, verdict: Verdict) -> None:
    patient.has(secret_key=SECRET_KEY)
    installation = find_installation(Path(".env"), lambda: datetime.now(UTC))
    server = Server(version, "UTF8", datetime.now(UTC))
    installation.__dict__["database"] = DatabaseFacts(Condition(True, [], server), timedelta(), None)
    assert [finding.verdict for finding in check_database_server(installation)] == [verdict]
