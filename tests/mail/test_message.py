"""Mails as a mail program opens them again."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.channel import OutgoingMessage
from mail.headers import UnsendableMail
from mail.message import build_mail

SENDER = "Derwent surveys <surveys@derwent.example>"
DATE = datetime(2026, 11, 23, 8, 0, tzinfo=ZoneInfo("Europe/London"))
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
DIGEST = OutgoingMessage(
    attempt="attempt-1",
    to="Gwen Pugh <gwen.pugh@derwent.example>",
    body="Wythnos dda – £5 a go.\n\nFrom here\n.\nto there.\n" + "long " * 400,
    subject="Your week: 12 replies – \U0001f600",
    html='<p>Wythnos dda</p><img src="cid:chart-1" alt="12 replies">',
    images={"chart-1": PNG, "chart-2": PNG[::-1]},
    message_id="<digest-2026-w47-gwen@derwent.example>",
)


def reopened(message: OutgoingMessage = DIGEST) -> EmailMessage:
    opened = message_from_bytes(bytes(build_mail(message, SENDER, DATE)), policy=default)
    assert isinstance(opened, EmailMessage)
    return opened


def part(mail: EmailMessage, content_type: str) -> EmailMessage:
    found = [each for each in mail.walk() if each.get_content_type() == content_type]
    assert len(found) == 1
    return found[0]


def test_a_digest_says_from_whom_to_whom_when_and_about_what() -> None:
    mail = reopened()
    assert mail["From"] == SENDER
    assert mail["To"] == "Gwen Pugh <gwen.pugh@derwent.example>"
    assert mail["Subject"] == "Your week: 12 replies – \U0001f600"
    assert mail["Date"] == "Mon, 23 Nov 2026 08:00:00 +0000"
    assert mail["Message-ID"] == "<digest-2026-w47-gwen@derwent.example>"
    assert mail["Auto-Submitted"] == "auto-generated"


def test_plain_text_comes_first_and_html_is_its_alternative() -> None:
    mail = reopened()
    assert mail.get_content_type() == "multipart/alternative"
    assert [each.get_content_type() for each in mail.iter_parts()] == ["text/plain", "multipart/related"]
    assert part(mail, "text/plain").get_content().splitlines() == DIGEST.body.splitlines()
    assert part(mail, "text/html").get_content().splitlines() == [DIGEST.html]


def test_pictures_stand_inline_beside_the_html_under_their_content_ids() -> None:
    pictures = [each for each in reopened().walk() if each.get_content_type() == "image/png"]
    assert {each["Content-ID"]: each.get_content() for each in pictures} == {
        "<chart-1>": PNG,
        "<chart-2>": PNG[::-1],
    }
    assert {each.get_content_disposition() for each in pictures} == {"inline"}


def test_a_mail_without_html_is_plain_text() -> None:
    mail = reopened(replace(DIGEST, html=None, images={}))
    assert mail.get_content_type() == "text/plain"


def test_the_same_message_makes_the_same_mail_but_for_its_boundaries() -> None:
    plain = replace(DIGEST, html=None, images={})
    assert bytes(build_mail(plain, SENDER, DATE)) == bytes(build_mail(plain, SENDER, DATE))


@pytest.mark.parametrize("body", ["£5 – ŵ", DIGEST.body, "\r\n.\r\n", "x" * 5000])
def test_every_server_can_take_the_bytes(body: str) -> None:
    content = bytes(build_mail(replace(DIGEST, body=body), SENDER, DATE))
    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert b"\n" not in content.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    "forged", ["x\r\nBcc: all@derwent.example", "x\nBcc: y", "x\rBcc: y", "x\x0bBcc: y", "x\u2028y"]
)
def test_a_line_break_cannot_forge_a_header(forged: str) -> None:
    for message in (
        replace(DIGEST, subject=forged),
        replace(DIGEST, to=f"gwen.pugh@derwent.example{forged}"),
        replace(DIGEST, to=f"{forged} <gwen.pugh@derwent.example>"),
        replace(DIGEST, message_id=f"<a@b>{forged}"),
        replace(DIGEST, images={forged: PNG}),
    ):
        with pytest.raises(UnsendableMail):
            build_mail(message, SENDER, DATE)
    with pytest.raises(UnsendableMail):
        build_mail(DIGEST, f"surveys@derwent.example{forged}", DATE)


@pytest.mark.parametrize(
    "to",
    [
        "",
        "gwen",
        "gwen@",
        "@derwent.example",
        "gwen@derwent.example, farah@derwent.example",
        "Pugh, Gwen <gwen@derwent.example>",
        "undisclosed-recipients:;",
        "gwen pugh@derwent.example",
        "gwen..pugh@derwent.example",
        "gŵen@derwent.example",
        "gwen@dŵr.example",
        "x" * 300 + "@derwent.example",
    ],
)
def test_what_is_not_one_plain_address_is_refused_without_repeating_it(to: str) -> None:
    with pytest.raises(UnsendableMail) as refusal:
        build_mail(replace(DIGEST, to=to), SENDER, DATE)
    assert "To header" in str(refusal.value)
    assert not to or to not in str(refusal.value)


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(replace(DIGEST, subject=None), id="no subject"),
        pytest.param(replace(DIGEST, message_id=None), id="no Message-ID"),
        pytest.param(replace(DIGEST, message_id="digest-1"), id="a Message-ID without brackets and place"),
        pytest.param(replace(DIGEST, subject="\ud83d"), id="half a character in the subject"),
        pytest.param(replace(DIGEST, body="\ud83d"), id="half a character in the text"),
        pytest.param(replace(DIGEST, html="\ud83d"), id="half a character in the HTML"),
    ],
)
def test_a_message_that_makes_no_mail_is_refused(message: OutgoingMessage) -> None:
    with pytest.raises(UnsendableMail):
        build_mail(message, SENDER, DATE)


@given(st.text(), st.text(), st.text(), st.text())
def test_any_text_makes_a_mail_that_opens_again_or_none(name: str, subject: str, body: str, html: str) -> None:
    with suppress(UnsendableMail):
        message = replace(DIGEST, to=f'"{name}" <gwen@derwent.example>', subject=subject, body=body, html=html)
        mail = reopened(message)
        assert [address.addr_spec for address in mail["To"].addresses] == ["gwen@derwent.example"]
        assert sorted(mail.keys()) == sorted(reopened().keys())
        assert len(list(mail.walk())) == len(list(reopened().walk()))


@given(st.text())
def test_any_address_is_one_address_or_refused(to: str) -> None:
    with suppress(UnsendableMail):
        assert len(reopened(replace(DIGEST, to=to))["To"].addresses) == 1
