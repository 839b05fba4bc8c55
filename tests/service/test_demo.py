"""`sowhat demo`: the whole story in a process of its own, played from two seeds."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from service.demo.display import JSON_KEYS
from tests.service.command import SOWHAT, environment

TENANTS = 30
LONGEST_DEMO_SECONDS = 55
PROMISED_KEYS = [
    *("tenants", "invited", "delivered", "replies", "answers", "completed", "opted_out", "undeliverable", "alerts"),
    *("unclear", "duplicates_sent", "lost", "parked", "digest_emails", "digest_path", "segments", "tenant_segments"),
    *("cost_gbp", "seconds", "seed"),
]


@dataclass(frozen=True)
class Played:
    """A demo that has come to its end: where, the figures of its last line, and what it told meanwhile."""

    directory: Path
    figures: dict[str, Any]
    told: str


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, Played]]:
    """Two demos by their seeds, run side by side, each in a folder of its own."""
    with ExitStack() as running:
        started = {seed: _start(tmp_path_factory.mktemp(f"seed-{seed}"), seed, running) for seed in (1, 2)}
        yield {seed: _finish(process, directory) for seed, (process, directory) in started.items()}


def _start(directory: Path, seed: int, running: ExitStack) -> tuple["subprocess.Popen[str]", Path]:
    options = ("--once", "--json", "--tenants", str(TENANTS), "--seed", str(seed))
    process = subprocess.Popen(
        [SOWHAT, "demo", *options],
        cwd=directory,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    running.callback(process.kill)
    return process, directory


def _finish(process: "subprocess.Popen[str]", directory: Path) -> Played:
    printed, told = process.communicate(timeout=LONGEST_DEMO_SECONDS)
    assert process.returncode == 0, told
    [line] = printed.splitlines()
    return Played(directory, json.loads(line), told)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_demo_ends_well_with_every_figure_promised(played: dict[int, Played], seed: int) -> None:
    figures = played[seed].figures
    assert list(figures) == PROMISED_KEYS == list(JSON_KEYS)
    assert (figures["tenants"], figures["seed"]) == (TENANTS, seed)
    assert (figures["duplicates_sent"], figures["lost"], figures["digest_emails"]) == (0, 0, 1)
    assert 0 < figures["completed"] <= figures["delivered"] <= figures["invited"] <= TENANTS
    assert 0 < figures["answers"] <= figures["replies"]
    assert min(figures[name] for name in ("opted_out", "undeliverable", "alerts", "unclear")) > 0
    assert figures["cost_gbp"] == pytest.approx(figures["segments"] * 0.04)
    assert figures["seconds"] < 60


def test_another_seed_plays_another_story(played: dict[int, Played]) -> None:
    story = [name for name in PROMISED_KEYS if name not in ("seed", "seconds", "digest_path")]
    assert [played[1].figures[name] for name in story] != [played[2].figures[name] for name in story]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_digest_is_where_the_figures_say_and_can_be_opened(played: dict[int, Played], seed: int) -> None:
    path = played[seed].directory / played[seed].figures["digest_path"]
    mail = message_from_bytes(path.read_bytes(), policy=default)
    assert mail["To"] == "manager@demo-homes.example"
    page = path.with_suffix(".html").read_text("utf-8")
    assert "<html" in page
    assert "cid:" not in page


@pytest.mark.parametrize("seed", [1, 2])
def test_what_it_tells_meanwhile_has_no_traceback_and_nobody_in_it(played: dict[int, Played], seed: int) -> None:
    told = played[seed].told
    assert told
    assert not any(word in told for word in ("Traceback", "Error", "+4477009"))


def test_the_commands_work_in_the_folder_that_the_demo_leaves(played: dict[int, Played]) -> None:
    folder = played[1].directory / Path(played[1].figures["digest_path"]).parents[1]
    ran = subprocess.run(
        [SOWHAT, "consultations", "--json"],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "DERWENT-07" in ran.stdout
