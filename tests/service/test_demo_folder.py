"""Where the demo may make its folder, and which folders it may delete for it."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from service.commands.demo import demo
from service.demo import landlord_files
from service.demo.error import DemoError
from service.demo.folder import MAIL_FROM, renew_folder


def leave_demo(folder: Path, mail_from: str = MAIL_FROM) -> None:
    folder.mkdir()
    (folder / "sowhat.db").touch()
    (folder / ".env").write_text(f"PORT=8000\nMAIL_FROM={mail_from}\n", encoding="utf-8")


def test_a_folder_is_made_where_there_is_none(tmp_path: Path) -> None:
    renew_folder(tmp_path / "demo")
    assert list((tmp_path / "demo").iterdir()) == []


def test_what_an_earlier_demo_left_is_deleted(tmp_path: Path) -> None:
    leave_demo(tmp_path / "demo")
    renew_folder(tmp_path / "demo")
    assert list((tmp_path / "demo").iterdir()) == []


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    renew_folder(tmp_path)
    assert tmp_path.is_dir()


def test_an_installation_in_a_folder_of_that_name_is_never_deleted(tmp_path: Path) -> None:
    leave_demo(tmp_path / "demo", mail_from="surveys@bankcourt.example")
    with pytest.raises(DemoError, match="not a demo's: rename it"):
        renew_folder(tmp_path / "demo")
    assert (tmp_path / "demo" / "sowhat.db").exists()


def test_somebodys_own_files_are_never_deleted(tmp_path: Path) -> None:
    (tmp_path / "slides.odp").touch()
    with pytest.raises(DemoError, match="not a demo's: rename it"):
        renew_folder(tmp_path)
    assert (tmp_path / "slides.odp").exists()


def test_a_file_or_a_link_of_that_name_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    leave_demo(tmp_path / "elsewhere")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for name in ("file", "link"):
        with pytest.raises(DemoError, match="not a demo's: rename it"):
            renew_folder(tmp_path / name)


def test_where_nothing_can_be_written_a_sentence_says_so() -> None:
    with pytest.raises(DemoError, match="cannot be made here"):
        renew_folder(Path("/proc/demo"))


def test_the_command_ends_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "demo").touch()
    result = CliRunner().invoke(demo, ["--once"])
    assert (result.exit_code, "not a demo's: rename it" in result.output) == (1, True)


def test_without_the_examples_the_command_says_where_to_run_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(landlord_files, "ACTIVITIES_FILE", tmp_path / "examples" / "derwent_activities.csv")
    result = CliRunner().invoke(demo, ["--once"])
    assert (result.exit_code, "run it from a checkout" in result.output) == (1, True)
    assert list(tmp_path.iterdir()) == []
