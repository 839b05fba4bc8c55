"""One run of the story in one form, and what came of it."""

import logging
import time
from collections.abc import Callable
from pathlib import Path

from tests.chaos.installation import Form, empty, install
from tests.chaos.people import draw_people
from tests.chaos.reaper import Haste
from tests.chaos.report import Report, keep_evidence, report_on
from tests.chaos.story import Plan, Story

FULL = {
    Form.FLEET: Plan(6, 24, 8, 6, 6, Haste(250, (1.5, 6.0), 2.0), 1.5),
    Form.ONE: Plan(3, 12, 4, 3, 3, Haste(250, (4.0, 15.0), 1.0), 1.5),
}
SHORT = {
    Form.FLEET: Plan(1, 3, 1, 1, 1, Haste(40, (0.5, 1.5), 0.3), 0.2),
    Form.ONE: Plan(1, 2, 1, 1, 1, Haste(40, (1.0, 2.0), 0.2), 0.2),
}

FULL_PACE, SHORT_PACE = 0.03, 0.004

FULL_TENANTS, SHORT_TENANTS = 2_000, 150


def run(
    form: Form, directory: Path, tenants: int, seed: int, plan: Plan, pace: float, tell: Callable[[str], None]
) -> Report:
    """Play the story in `directory`, which is emptied first; what is in it afterwards is for whoever looks into it.

    Raises UnsettledError when it does not come to an end.
    """
    began = time.monotonic()
    # Clients of the pretend network die in the middle of a request: that is what this is about.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    empty(directory)
    with install(form, directory, draw_people(tenants, seed), seed, pace) as installation:
        story = Story(installation, plan, tell)
        try:
            story.play()
            report = report_on(installation, story.crashes)
        except BaseException:
            keep_evidence(installation)
            raise
        if not report.is_clean:
            keep_evidence(installation)
    tell(f"{form}: {time.monotonic() - began:.0f} seconds")
    return report
