"""The digest as a manager sees it: opened in a real browser, on a phone and at a desk."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from outcomes.digest import browsable_html, preview_digest
from storage.database import Database
from tests.outcomes.records import Records

MONDAY = datetime(2026, 11, 16, 10, tzinfo=UTC)
A_WEEK_LATER = MONDAY + timedelta(days=7)
CHROMIUM = shutil.which("chromium")
LONG_COMMENT = "It was lovely " + "and ever so much more of it would be lovely too " * 5 + "x" * 60

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine; .ci/run installs it")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def page_file(database: Database, tmp_path: Path) -> Path:
    """A digest with two activities and a comment that does not want to be broken into lines."""
    with database.work() as work:
        records = Records(work)
        for title in ("Coffee morning", "A very long name of a garden day at Bank Court with everybody"):
            launched = records.launch(title, MONDAY)
            for number in range(12):
                comment = LONG_COMMENT if number == 0 else None
                conversation = records.invite(launched)
                records.answer(conversation, "worth", number % 3 > 0, MONDAY + timedelta(hours=1), comment=comment)
    mail = preview_digest(database, MONDAY.date(), A_WEEK_LATER)
    path = tmp_path / "digest.html"
    path.write_text(browsable_html(mail.html, mail.images), encoding="utf-8")
    return path


def opened(browser: Browser, file: Path, width: int) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(file.as_uri())
    return page


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_is_cut_off_or_needs_scrolling_sideways(browser: Browser, page_file: Path, width: int) -> None:
    page = opened(browser, page_file, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_every_picture_is_shown_and_says_its_figures_in_words(browser: Browser, page_file: Path) -> None:
    page = opened(browser, page_file, 390)
    pictures = page.locator("img").all()
    assert pictures
    for picture in pictures:
        assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
        assert "12" in (picture.get_attribute("alt") or "")
    page.close()


def test_text_can_be_read_on_a_phone_without_zooming(browser: Browser, page_file: Path) -> None:
    page = opened(browser, page_file, 390)
    smallest = page.evaluate(
        "Math.min(...[...document.querySelectorAll('td, p, li')]"
        ".filter(each => each.innerText.trim()).map(each => parseFloat(getComputedStyle(each).fontSize)))"
    )
    assert smallest >= 13
    page.close()
