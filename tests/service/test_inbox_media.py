"""`sowhat inbox media`: staff fetch what came with a message from the carrier that has it."""

import asyncio
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.receiving import fetch_updates
from bot.telegram_account import TelegramAccount, open_bot
from bot.updates import parse_update
from conversations.inbound import take_in
from delivery.channel import InboundText
from service.commands.inbox import inbox
from service.settings import read_settings
from service.wiring import twilio_account
from simulator import Account, BotAccount, ChatState, Media, MediaKind, PhoneNetwork, Reply, Tenant
from sms.twilio_channel import open_twilio_channel
from storage import messages
from storage.database import Database
from tests.conversations.landlord import rules
from tests.service.derwent import ANN, receive
from tests.service.installed import NOON

CHAT = "7001"
BOT = BotAccount("7000001:pretend-token", "DerwentBot")
ACCOUNT = Account("AC" + "5" * 32, "pretend-token", "+447700900999")
PHOTO = Media(MediaKind.PHOTO, "image/jpeg", b"black mould above the window")
VOICE = Media(MediaKind.VOICE, "audio/ogg", b"the tap drips")
PLACE = Media(MediaKind.LOCATION)


@pytest.fixture
def network(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[PhoneNetwork]:
    """Both carriers, and the settings to reach them."""
    tenants = [Tenant(chat=CHAT, chat_state=ChatState.OPEN)]
    with PhoneNetwork(ACCOUNT, now=lambda: NOON, seed=7, tenants=tenants, bot=BOT) as running:
        settings = {
            "public_base_url": "https://sowhat.example.org",
            "twilio_account_sid": ACCOUNT.sid,
            "twilio_auth_token": ACCOUNT.auth_token,
            "twilio_from": ACCOUNT.number,
            "twilio_api_base_url": running.base_url,
            "telegram_bot_token": BOT.token,
            "telegram_api_base_url": running.telegram_base_url,
        }
        for name, value in settings.items():
            monkeypatch.setenv(name.upper(), value)
        yield running


def take(database: Database, text: InboundText) -> int:
    taken = take_in(database, text, rules(), NOON)
    assert taken.message_id is not None
    return taken.message_id


def message_from(database: Database, network: PhoneNetwork, sender: str, *media: Media) -> int:
    """Somebody sends this, and it is taken in; the message's id."""
    network.act(sender, Reply("look", media=media))
    return take(database, asyncio.run(newest_chat_message(network) if sender == CHAT else newest_text()))


async def newest_text() -> InboundText:
    async with open_twilio_channel(twilio_account(read_settings())) as channel:
        return (await channel.list_inbound(NOON - timedelta(minutes=5)))[-1]


async def newest_chat_message(network: PhoneNetwork) -> InboundText:
    async with open_bot(TelegramAccount(BOT.token, network.telegram_base_url)) as bot:
        told = parse_update((await fetch_updates(bot, None, wait_seconds=0))[-1], NOON)
    assert isinstance(told, InboundText)
    return told


def run(*arguments: object) -> Result:
    return CliRunner().invoke(inbox, ["media", *map(str, arguments)])


@pytest.mark.parametrize(("sender", "media"), [(ANN, (PHOTO, VOICE)), (CHAT, (VOICE,))])
def test_what_came_is_saved_from_either_carrier(
    database: Database, network: PhoneNetwork, tmp_path: Path, sender: str, media: tuple[Media, ...]
) -> None:
    message_id = message_from(database, network, sender, *media)
    folder = tmp_path / "for" / "staff"
    result = run(message_id, folder)
    assert result.exit_code == 0, result.output
    saved = [line.partition(": saved as ")[2] for line in result.output.splitlines()]
    assert [Path(path).read_bytes() for path in saved] == [each.content for each in media]
    endings = {PHOTO: "jpg", VOICE: "ogg"}
    named = [f"message-{message_id}-{place}.{endings[each]}" for place, each in enumerate(media, start=1)]
    assert [Path(path).name for path in saved] == named


def test_only_we_can_read_what_is_saved(database: Database, network: PhoneNetwork, tmp_path: Path) -> None:
    folder = tmp_path / "staff"
    run(message_from(database, network, CHAT, PHOTO), folder)
    [file] = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_it_can_be_fetched_again(database: Database, network: PhoneNetwork, tmp_path: Path) -> None:
    message_id = message_from(database, network, ANN, PHOTO)
    assert [run(message_id, tmp_path / "staff").exit_code for _ in range(2)] == [0, 0]


def test_what_is_no_file_is_said_to_be_none(database: Database, network: PhoneNetwork, tmp_path: Path) -> None:
    result = run(message_from(database, network, CHAT, PLACE), tmp_path / "staff")
    assert result.output == "location: not fetched, since the carrier keeps no file of it\n"
    assert result.exit_code == 1


def test_what_the_carrier_has_no_more_is_said_and_the_rest_is_fetched(
    database: Database, network: PhoneNetwork, tmp_path: Path
) -> None:
    message_id = message_from(database, network, ANN, PHOTO)
    gone = f"{network.base_url}/2010-04-01/Accounts/{ACCOUNT.sid}/Messages/MM1/Media/ME1"
    with database.work() as work:
        messages.keep_attachment(work, message_id, "audio", gone, "audio/amr")
    result = run(message_id, tmp_path / "staff")
    assert result.exit_code == 1
    assert result.output.splitlines()[1] == "audio: not fetched, since Twilio no longer has it"
    assert len(list((tmp_path / "staff").iterdir())) == 1


@pytest.mark.parametrize(("content_type", "ending"), [("text/html", "bin"), (None, "bin"), ("application/pdf", "pdf")])
def test_a_file_that_could_do_harm_does_not_open_at_a_click(
    database: Database, network: PhoneNetwork, tmp_path: Path, content_type: str | None, ending: str
) -> None:
    with database.work() as work:
        message_id = receive(work, ANN, "look")
        network.act(ANN, Reply("look", media=(PHOTO,)))
        [attachment] = asyncio.run(newest_text()).attachments
        messages.keep_attachment(work, message_id, "document", attachment.reference, content_type)
    run(message_id, tmp_path / "staff")
    assert [file.suffix for file in (tmp_path / "staff").iterdir()] == [f".{ending}"]


def test_a_message_without_anything_and_one_that_is_not_there_are_told(database: Database, tmp_path: Path) -> None:
    with database.work() as work:
        message_id = receive(work, ANN, "Yes")
    assert run(message_id, tmp_path / "staff").output == f"Nothing came with message {message_id}.\n"
    assert "There is no message 99." in run(99, tmp_path / "staff").output
    assert not (tmp_path / "staff").exists()


def test_a_folder_that_cannot_be_written_to_is_told(database: Database, network: PhoneNetwork, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    message_id = message_from(database, network, ANN, PHOTO)
    assert "cannot be written to" in run(message_id, tmp_path / "taken" / "staff").output


@pytest.mark.parametrize(
    ("sender", "setting"), [(ANN, "TWILIO_AUTH_TOKEN"), (ANN, "TWILIO_FROM"), (CHAT, "TELEGRAM_BOT_TOKEN")]
)
def test_what_is_missing_to_ask_the_carrier_is_named(
    database: Database,
    network: PhoneNetwork,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    sender: str,
    setting: str,
) -> None:
    message_id = message_from(database, network, sender, PHOTO)
    monkeypatch.delenv(setting)
    result = run(message_id, tmp_path / "staff")
    assert (result.exit_code, setting in result.output) == (1, True)


def test_a_message_that_is_shown_says_how_to_see_what_came_with_it(database: Database, network: PhoneNetwork) -> None:
    message_id = message_from(database, network, CHAT, PHOTO)
    shown = CliRunner().invoke(inbox, ["show", str(message_id)]).output
    assert f"attached: photo\nto see it: sowhat inbox media {message_id} FOLDER\n" in shown
    place = message_from(database, network, CHAT, PLACE)
    assert "FOLDER" not in CliRunner().invoke(inbox, ["show", str(place)]).output
