"""The doctor on the mail server, our own public address, and the database."""

import sqlite3
from pathlib import Path

import pytest

from service.doctor.finding import Verdict
from tests.mail.post_office import PostOffice, open_post_office
from tests.service.patient import Patient
from tests.service.twilio_server import TwilioServer, serving


@pytest.mark.parametrize(
    ("account", "options", "words"),
    [
        ("gwen:a%20password@", "?starttls=never", None),
        ("", "", None),
        ("gwen:wrong@", "?starttls=never", "correct them"),
        ("", "?starttls=required", "does not offer"),
    ],
)
def test_the_mail_server_is_logged_in_to_and_gets_no_mail(
    patient: Patient, account: str, options: str, words: str | None
) -> None:
    with open_post_office(PostOffice()) as office:
        patient.has(smtp_url=office.url(options, account))
        finding = patient.finding("mail server")
    assert finding.verdict is (Verdict.FIX if words else Verdict.OK)
    assert words is None or words in finding.sentence
    assert office.envelopes == []


def test_a_mail_server_that_cannot_be_reached_is_a_fault(patient: Patient, nowhere: str) -> None:
    patient.has(smtp_url=f"smtp://{nowhere}")
    assert "check host and port" in patient.finding("mail server").sentence


@pytest.mark.parametrize(("status", "words"), [(404, "something else answers"), (502, "nothing is behind it")])
def test_another_server_at_our_address_is_a_fault(patient: Patient, status: int, words: str) -> None:
    with serving(TwilioServer(status=status)) as other:
        patient.has(public_base_url=other.url)
        finding = patient.finding("public address")
    assert finding.verdict is Verdict.FIX
    assert words in finding.sentence


def test_nothing_at_our_address_is_a_fault(patient: Patient, nowhere: str) -> None:
    patient.has(public_base_url=f"http://{nowhere}")
    assert "nothing answers there; start `sowhat run`" in patient.finding("public address").sentence


def test_a_file_that_is_no_database_is_a_fault(patient: Patient) -> None:
    Path("sowhat.db").write_text("Dear Gwen, " * 200, encoding="utf-8")
    assert "file is not a database" in patient.finding("database").sentence


@pytest.mark.parametrize("url", ["sqlite:///", "sqlite:///sowhat.db?timeout=long", "sqlite:///\0"])
def test_an_address_of_no_database_is_a_fault(patient: Patient, url: str) -> None:
    Path(".env").write_text(f"DATABASE_URL={url}", encoding="utf-8")
    assert patient.finding("DATABASE_URL").verdict is Verdict.FIX


def test_old_tables_are_to_be_migrated(patient: Patient) -> None:
    sqlite3.connect("sowhat.db").execute("CREATE TABLE tenant (id INTEGER)").connection.close()
    assert patient.finding("database").verdict is Verdict.OK
    assert "sowhat db upgrade" in patient.finding("tables").sentence
    assert patient.finding("policy").verdict is Verdict.UNCHECKED


def test_a_database_on_disk_is_durable_and_one_in_memory_is_not(patient: Patient) -> None:
    patient.has_database()
    assert patient.finding("durability").verdict is Verdict.OK
    patient.has(database_url="sqlite:///:memory:")
    assert patient.finding("durability").verdict is Verdict.FIX
