"""Every end that sending a mail can come to, against a real SMTP server."""

import shutil
import socket
import ssl
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from delivery.channel import OutgoingMessage, Rejected, Retry, SendResult, Sent, Unknown
from mail.smtp_channel import SmtpChannel
from mail.smtp_server import parse_smtp_url
from tests.mail.post_office import PostOffice, open_post_office

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ACCOUNT = "gwen:a%20password@"
DIGEST = OutgoingMessage(
    attempt="attempt-1",
    to="Gwen Pugh <gwen.pugh@derwent.example>",
    body="Twelve replies this week.\n.\nAnd that line was a full stop.",
    subject="Your week – Derwent",
    html="<p>Twelve replies this week.</p><img src='cid:chart'>",
    images={"chart": b"\x89PNG\r\n\x1a\n"},
    message_id="<digest-2026-w47-gwen@derwent.example>",
)


async def send(url: str, message: OutgoingMessage = DIGEST) -> SendResult:
    sender = "Derwent <surveys@derwent.example>"
    channel = SmtpChannel(parse_smtp_url(url), sender, now=lambda: NOW, timeout_seconds=2.0)
    return await channel.send(message)


async def test_a_mail_arrives_as_it_was_written() -> None:
    with open_post_office(PostOffice()) as office:
        assert await send(office.url()) == Sent("<digest-2026-w47-gwen@derwent.example>")
    [mail], [envelope] = office.mails(), office.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("surveys@derwent.example", ["gwen.pugh@derwent.example"])
    assert mail["Subject"] == "Your week – Derwent"
    assert mail["Date"] == "Mon, 23 Nov 2026 08:00:00 +0000"
    text = mail.get_body(("plain",))
    assert text
    assert text.get_content().splitlines() == DIGEST.body.splitlines()
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
    ]


async def test_a_mail_sent_again_has_the_same_message_id() -> None:
    with open_post_office(PostOffice()) as office:
        await send(office.url())
        await send(office.url(), replace(DIGEST, attempt="attempt-2"))
    assert [mail["Message-ID"] for mail in office.mails()] == [DIGEST.message_id] * 2


async def test_nobody_listening_is_tried_again() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        assert isinstance(await send(f"smtp://127.0.0.1:{unused.getsockname()[1]}"), Retry)


async def test_a_server_that_never_greets_is_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert isinstance(await send(f"smtp://127.0.0.1:{silent.getsockname()[1]}"), Retry)


async def test_a_host_that_does_not_exist_is_tried_again() -> None:
    assert isinstance(await send("smtp://mail.invalid"), Retry)


@pytest.mark.parametrize(
    ("office", "end"),
    [
        pytest.param(PostOffice(rcpt="550 No such person"), "550", id="an unknown recipient"),
        pytest.param(PostOffice(data="554 Looks like spam"), "554", id="a mail it does not want"),
        pytest.param(PostOffice(data="552 Too big"), "552", id="a mail that is too big"),
    ],
)
async def test_a_refusal_for_good_is_rejected_with_its_code(office: PostOffice, end: str) -> None:
    with open_post_office(office):
        assert await send(office.url()) == Rejected(end, f"The SMTP server refused the mail with code {end}.")


@pytest.mark.parametrize(
    "office",
    [
        pytest.param(PostOffice(rcpt="450 Mailbox busy"), id="at the recipient"),
        pytest.param(PostOffice(data="451 Local error"), id="after the mail"),
    ],
)
async def test_a_refusal_for_now_is_tried_again(office: PostOffice) -> None:
    with open_post_office(office):
        assert isinstance(await send(office.url()), Retry)


async def test_a_line_that_goes_dead_after_the_mail_was_sent_is_unknown() -> None:
    with open_post_office(PostOffice(hang_up=True)) as office:
        assert isinstance(await send(office.url()), Unknown)
    assert len(office.envelopes) == 1


async def test_an_answer_that_is_no_reply_after_the_mail_was_sent_is_unknown() -> None:
    with open_post_office(PostOffice(data="oh well")) as office:
        assert isinstance(await send(office.url()), Unknown)


async def test_a_message_that_makes_no_mail_is_rejected_before_anybody_is_called() -> None:
    with open_post_office(PostOffice()) as office:
        end = await send(office.url(), replace(DIGEST, subject="Your week\r\nBcc: everybody@derwent.example"))
    assert end == Rejected("unsendable", "The Subject header must be one line of text.")
    assert office.envelopes == []


async def test_a_password_is_never_sent_without_encryption() -> None:
    with open_post_office(PostOffice()) as office:
        assert isinstance(await send(office.url(account=ACCOUNT)), Retry)
    assert office.logins == []


async def test_a_password_is_sent_in_the_clear_where_the_settings_say_so() -> None:
    with open_post_office(PostOffice()) as office:
        assert isinstance(await send(office.url("?starttls=never", ACCOUNT)), Sent)
    assert office.logins == [("gwen", "a password")]


async def test_a_wrong_password_does_not_use_up_the_mail() -> None:
    with open_post_office(PostOffice()) as office:
        assert isinstance(await send(office.url("?starttls=never", "gwen:wrong@")), Retry)


async def test_a_server_without_starttls_gets_nothing_where_it_is_required() -> None:
    with open_post_office(PostOffice()) as office:
        assert isinstance(await send(office.url("?starttls=required")), Retry)
    assert office.envelopes == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for localhost, in one file."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not here to make a certificate with")
    path = tmp_path_factory.mktemp("certificate") / "localhost.pem"
    command = f"{openssl} req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext".split()
    made = [*command, "subjectAltName=DNS:localhost", "-keyout", str(path), "-out", str(path.with_suffix(".crt"))]
    subprocess.run(made, check=True, capture_output=True)
    return path


@pytest.fixture
def encryption(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """The server's side of a certificate that we trust."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_suffix(".crt")))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.with_suffix(".crt"), certificate)
    return context


@pytest.mark.parametrize("options", ["", "?starttls=required"])
async def test_starttls_is_used_where_it_is_offered_and_the_password_follows(
    options: str, encryption: ssl.SSLContext
) -> None:
    with open_post_office(PostOffice(), tls_context=encryption, require_starttls=True) as office:
        assert isinstance(await send(office.url(options, ACCOUNT)), Sent)
    assert office.logins == [("gwen", "a password")]


async def test_starttls_is_used_without_a_password_too(encryption: ssl.SSLContext) -> None:
    with open_post_office(PostOffice(), tls_context=encryption, require_starttls=True) as office:
        assert isinstance(await send(office.url()), Sent)


async def test_a_certificate_that_is_not_trusted_is_not_used(
    encryption: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with open_post_office(PostOffice(), tls_context=encryption) as office:
        assert isinstance(await send(office.url(account=ACCOUNT)), Retry)
    assert office.logins == []


async def test_a_server_that_speaks_tls_from_the_start_is_used_too(encryption: ssl.SSLContext) -> None:
    with open_post_office(PostOffice(), encryption) as office:
        assert isinstance(await send(office.url(scheme="smtps")), Sent)
