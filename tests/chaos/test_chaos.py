"""The short form of the chaos suite; `make chaos` is the full one. What is counted, and how, the package says."""

from pathlib import Path

import pytest

from tests.chaos.installation import Form
from tests.chaos.run import SHORT, SHORT_PACE, SHORT_TENANTS, run

SEED = 7


@pytest.mark.parametrize("form", [Form.ONE, pytest.param(Form.FLEET, marks=pytest.mark.postgresql)])
def test_nobody_is_asked_twice_and_nothing_is_lost_whatever_is_killed(form: Form, tmp_path: Path) -> None:
    report = run(form, tmp_path / "chaos", SHORT_TENANTS, SEED, SHORT[form], SHORT_PACE, print)
    assert report.is_clean, "\n".join([f"seed {SEED}", *report.lines()])
    assert report.facts["killed in all"] >= SHORT[form].kills
