"""What is SQLite's alone."""

from pathlib import Path

import pytest
from sqlalchemy import text

from storage.database import Database, DatabaseUnavailableError


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 10_000)],
)
def test_it_keeps_what_it_acknowledged_and_minds_its_references(
    sqlite_database: Database, pragma: str, value: str | int
) -> None:
    for open_work in (sqlite_database.work, sqlite_database.reading):
        with open_work() as work:
            assert work.session.scalar(text(f"PRAGMA {pragma}")) == value


def test_the_folder_of_the_file_is_made_if_it_is_missing(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new' / 'folder' / 'sowhat.db'}", b"key")
    with database.work() as work:
        work.session.execute(text("CREATE TABLE thing (id INTEGER)"))
    assert (tmp_path / "new" / "folder" / "sowhat.db").exists()


def test_a_folder_that_cannot_be_made_is_said_so_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a file").write_text("in the way")
    with pytest.raises(DatabaseUnavailableError, match="the folder of the database cannot be made"):
        Database(f"sqlite:///{tmp_path / 'a file' / 'sowhat.db'}", b"key")
