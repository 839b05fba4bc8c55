"""A database of every earlier version, with rows in all tables, becomes one of today's that goes on where it was."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, Table, select, text

from conversations.inbound import Taken
from outcomes.digest import preview_digest
from outcomes.rollups import check, compact
from storage.database import Database, DatabaseUnavailableError
from storage.migrations import _config, _free_to_replace_tables, is_current, upgrade
from storage.models import Attachment, ChatLink
from storage.models.outbox import OutboxState
from tests.clock import NOON, Clock
from tests.conftest import ADDRESS_KEY
from tests.conversations.landlord import Landlord
from tests.postgres import Postgres
from tests.rows import ANN, FARAH, JOE
from tests.storage.conftest import MakeEmpty
from tests.storage.definitions import definitions

ROWS = Path(__file__).parent / "rows"

VERSIONS = [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()][::-1]
EARLIER_VERSIONS = VERSIONS[:-1]

Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Upgraded:
    """A database of an earlier version after its upgrade, and what was in it before."""

    database: Database
    before: Rows


@pytest.fixture(params=EARLIER_VERSIONS)
def upgraded(request: pytest.FixtureRequest, empty: Database) -> Upgraded:
    """What a landlord has who used this version until today."""
    for version in EARLIER_VERSIONS[: EARLIER_VERSIONS.index(request.param) + 1]:
        _upgrade_to(empty, version)
        _run(empty, (ROWS / f"{version}.sql").read_text(encoding="utf-8"))
    before = _all_rows(empty)
    assert [table for table, rows in before.items() if not rows] == [], "add rows of that version to tests/storage/rows"
    upgrade(empty)
    return Upgraded(empty, before)


def test_it_is_made_of_the_same_as_a_new_one(upgraded: Upgraded, make_empty: MakeEmpty) -> None:
    assert is_current(upgraded.database)
    new = make_empty()
    upgrade(new)
    assert definitions(upgraded.database) == definitions(new)


def test_every_row_is_still_there(upgraded: Upgraded) -> None:
    after = _all_rows(upgraded.database)
    for table, rows in upgraded.before.items():
        kept = after[table][: len(rows)]
        assert [{name: row[name] for name in row if name in now} for row, now in zip(rows, kept, strict=True)] == [
            {name: now[name] for name in now if name in row} for row, now in zip(rows, kept, strict=True)
        ], table


def test_what_had_only_been_counted_is_attached(upgraded: Upgraded) -> None:
    with upgraded.database.reading() as work:
        kept = work.session.scalars(select(Attachment.kind).where(Attachment.message_id == 2)).all()
    assert kept == ["other", "other"]


def test_its_conversations_go_on_where_they_were(upgraded: Upgraded) -> None:
    landlord = Landlord(upgraded.database, Clock())
    landlord.deliver()
    (question,) = landlord.talk(ANN, "Yes")
    assert question == "What would you tell a friend about it?"
    (thanks,) = landlord.talk(ANN, "Come along")
    assert thanks == "Thank you from Derwent Living."


def test_a_stop_still_holds_and_a_start_outweighs_an_earlier_one(upgraded: Upgraded) -> None:
    landlord = Landlord(upgraded.database, Clock())
    landlord.deliver()
    assert [row.state for row in landlord.texts_to(FARAH)] == [OutboxState.CANCELLED]
    assert landlord.talk(JOE, "help") != []


def test_a_message_that_was_known_is_known(upgraded: Upgraded) -> None:
    landlord = Landlord(upgraded.database, Clock())
    assert landlord.receive(JOE, "Yes, lovely", sid="SM00000000000000000000000000000001") == Taken(None, None)


def test_the_digest_counts_what_came_in_before(upgraded: Upgraded) -> None:
    assert "1 of 2" in preview_digest(upgraded.database, NOON.date(), NOON).text


def test_its_figures_are_right_at_once_and_when_they_are_totalled(upgraded: Upgraded) -> None:
    before = preview_digest(upgraded.database, NOON.date(), NOON)
    assert check(upgraded.database).is_right
    assert compact(upgraded.database) == len(upgraded.before["conversation"])
    assert check(upgraded.database).is_right
    assert preview_digest(upgraded.database, NOON.date(), NOON) == before


def test_new_rows_get_new_ids(upgraded: Upgraded) -> None:
    landlord = Landlord(upgraded.database, Clock())
    known = {row["id"] for row in upgraded.before["inbound_message"]}
    assert landlord.receive(ANN, "Hello").message_id not in known


@pytest.mark.parametrize("upgraded", EARLIER_VERSIONS[1:], indirect=True)
def test_a_chat_that_was_linked_is_linked(upgraded: Upgraded) -> None:
    landlord = Landlord(upgraded.database, Clock())
    landlord.set_policy(telegram=True)
    assert [link.used_by_id for link in landlord.rows(ChatLink)] == [4]
    assert landlord.chat("7001", "hello") != []


@pytest.mark.postgresql
def test_an_upgrade_does_not_hold_everybody_up_behind_a_table_that_is_in_use(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(postgres.make_empty(), ADDRESS_KEY)
    _upgrade_to(database, "0001")
    monkeypatch.setattr("storage.migrations.LONGEST_WAIT_SECONDS", 0.02)
    with database.work() as work:
        work.session.execute(text("LOCK TABLE outbox_message"))
        with pytest.raises(DatabaseUnavailableError, match="lock timeout"):
            upgrade(database)
    upgrade(database)
    assert is_current(database)
    database.close()


def _upgrade_to(database: Database, version: str) -> None:
    config = _config()
    with database.engine.connect() as connection, _free_to_replace_tables(connection), connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, version)


def _run(database: Database, script: str) -> None:
    """Carry out many statements, as the driver does it."""
    with database.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        if database.is_for_a_fleet:
            driver.execute(script)
            driver.commit()
        else:
            driver.executescript(script)


def _all_rows(database: Database) -> Rows:
    """Every row of ours by table, in the order of the primary key, as the database holds it."""
    tables = MetaData()
    tables.reflect(database.engine)
    with database.reading() as work:
        return {
            name: [dict(row) for row in work.session.execute(_in_order(table)).mappings()]
            for name, table in tables.tables.items()
            if not name.startswith(("procrastinate", "alembic"))
        }


def _in_order(table: Table) -> Any:
    return select(table).order_by(*table.primary_key)
