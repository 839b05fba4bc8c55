"""`sowhat tenants chat-links`, as a person types it, with the pretend Telegram telling the bot's name."""

import csv
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.command_line import main
from simulator import Account, BotAccount, PhoneNetwork
from storage import chat_links, people
from storage.database import Database
from storage.tenant_upsert import TenantDetails, upsert_tenants
from tests.service.installed import NOON

TOKEN = "7000001:a-pretend-token"


@pytest.fixture
def telegram(monkeypatch: pytest.MonkeyPatch) -> Iterator[PhoneNetwork]:
    account = Account("AC" + "5" * 32, "a token", "+447700900999")
    with PhoneNetwork(account, now=lambda: NOON, seed=1, bot=BotAccount(TOKEN, "DerwentBot")) as network:
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
        monkeypatch.setenv("TELEGRAM_API_BASE_URL", network.telegram_base_url)
        yield network


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(main, ["tenants", "chat-links", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def import_tenants(database: Database, *refs: str) -> None:
    with database.work() as work:
        details = [TenantDetails(ref, "Ann", "Beech", "en", None, None, None, None) for ref in refs]
        upsert_tenants(work, details, NOON)


def links_in(file: str) -> dict[str, str]:
    with Path(file).open(encoding="utf-8-sig", newline="") as stream:
        return {row["tenant_ref"]: row["chat_link"] for row in csv.DictReader(stream)}


def open_link(database: Database, link: str, chat: str) -> int | None:
    with database.work() as work:
        address = people.address_of(work, "telegram", chat)
        return chat_links.use(work, link.partition("?start=")[2], address.id, NOON + timedelta(hours=1))


def test_everybody_without_a_link_gets_one_of_their_own(database: Database, telegram: PhoneNetwork) -> None:
    import_tenants(database, "T1", "T2")
    assert run("links.csv").output == "links.csv: 2 links, each good for 90 days and one chat.\n"
    links = links_in("links.csv")
    assert list(links) == ["T1", "T2"]
    assert len(set(links.values())) == 2
    assert all(link.startswith("https://t.me/DerwentBot?start=") for link in links.values())
    assert stat.S_IMODE(Path("links.csv").stat().st_mode) == 0o600

    import_tenants(database, "T3")
    assert run("more.csv").exit_code == 0
    assert list(links_in("more.csv")) == ["T3"], "letters that are out keep working"
    with database.reading() as work:
        ids = people.tenant_ids(work)
    assert open_link(database, links["T1"], "7001") == ids["T1"]


def test_a_link_made_anew_for_somebody_ends_their_older_one(database: Database, telegram: PhoneNetwork) -> None:
    import_tenants(database, "T1", "T2")
    run("links.csv")
    assert run("again.csv", "--tenant", "T1").exit_code == 0
    assert list(links_in("again.csv")) == ["T1"]
    assert open_link(database, links_in("links.csv")["T1"], "7001") is None
    assert open_link(database, links_in("again.csv")["T1"], "7001") is not None


def test_links_that_may_be_in_use_are_never_written_over(database: Database, telegram: PhoneNetwork) -> None:
    Path("links.csv").write_text("precious")
    refused = run("links.csv")
    assert (refused.exit_code, "give another name" in refused.output) == (1, True)
    assert Path("links.csv").read_text() == "precious"


def test_an_unknown_tenant_is_named_and_no_file_is_left(database: Database, telegram: PhoneNetwork) -> None:
    import_tenants(database, "T1")
    refused = run("links.csv", "--tenant", "T1", "--tenant", "T9")
    assert (refused.exit_code, "no tenant has the reference T9" in refused.output) == (1, True)
    assert not Path("links.csv").exists()
    run("links.csv")
    assert list(links_in("links.csv")) == ["T1"], "nothing was made for anybody"


def test_a_reference_that_looks_like_a_formula_is_written_as_text(database: Database, telegram: PhoneNetwork) -> None:
    import_tenants(database, "=1+1")
    run("links.csv")
    assert list(links_in("links.csv")) == ["'=1+1"]


def test_without_a_bot_the_setting_is_named(database: Database) -> None:
    refused = run("links.csv")
    assert (refused.exit_code, "TELEGRAM_BOT_TOKEN is not set" in refused.output) == (1, True)


def test_when_telegram_cannot_be_asked_no_link_is_made(
    database: Database, nowhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("TELEGRAM_API_BASE_URL", f"http://{nowhere}")
    refused = run("links.csv")
    assert (refused.exit_code, "sowhat doctor" in refused.output) == (1, True)
    assert TOKEN not in refused.output
    assert not Path("links.csv").exists()
