"""The address of the SMTP server, as the settings give it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.smtp_server import Encryption, SmtpServer, parse_smtp_url


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://localhost", SmtpServer("localhost", 587, Encryption.OFFERED)),
        ("smtp://127.0.0.1:8025?starttls=never", SmtpServer("127.0.0.1", 8025, Encryption.NEVER)),
        ("smtp://[::1]:25", SmtpServer("::1", 25, Encryption.OFFERED)),
        ("smtp://mail.example.org/?starttls=required", SmtpServer("mail.example.org", 587, Encryption.REQUIRED)),
        ("smtps://mail.example.org", SmtpServer("mail.example.org", 465, Encryption.TLS)),
        (
            "smtp://gwen%40example.org:p%3Ass%2F%40@mail.example.org:2525",
            SmtpServer("mail.example.org", 2525, Encryption.OFFERED, "gwen@example.org", "p:ss/@"),
        ),
    ],
)
def test_an_address_names_a_server(url: str, server: SmtpServer) -> None:
    assert parse_smtp_url(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example.org",
        "http://mail.example.org",
        "smtp://",
        "smtp://mail.example.org:port",
        "smtp://mail.example.org:99999",
        "smtp://gwen@mail.example.org",
        "smtp://mail.example.org?starttls=perhaps",
        "smtp://mail.example.org?starttls",
        "smtp://mail.example.org?tls=1",
        "smtp://gwen:secr%C5%B5t@mail.example.org",
        "smtp://dŵr.example",
        "smtp://[::1",
    ],
)
def test_a_wrong_address_is_refused_in_a_sentence_that_names_the_setting(url: str) -> None:
    with pytest.raises(ValueError, match="SMTP_URL") as refusal:
        parse_smtp_url(url)
    assert str(refusal.value).endswith(".")


def test_the_password_is_never_shown() -> None:
    server = parse_smtp_url("smtp://gwen:secret@mail.example.org")
    assert "secret" not in repr(server)
    with pytest.raises(ValueError, match="SMTP_URL") as refusal:
        parse_smtp_url("smtp://gwen:secret@mail.example.org:port")
    assert "secret" not in str(refusal.value)
    assert refusal.value.__cause__ is None


@given(st.text())
def test_any_text_is_a_server_or_a_value_error(url: str) -> None:
    try:
        assert parse_smtp_url(f"smtp://{url}").host
    except ValueError as refusal:
        sentence = str(refusal)
        assert sentence.startswith("SMTP_URL")
