"""Tenants out of the landlord's file: all of it, or none."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest

from consultations.faults import SpreadsheetError
from consultations.tenant_import import COLUMNS, ImportRules, TenantImport, import_tenants
from sms.phone_numbers import normalise_phone_number
from storage import people
from storage.database import Database
from storage.models import Tenant
from storage.models.people import LawfulBasis
from storage.upsert_counts import UpsertCounts
from tests.consultations.workbooks import workbook

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
RULES = ImportRules(normalise_phone_number, ("en", "cy", "pl"), today=date(2026, 11, 20))

ANN = ("T1", "Ann", "Beech", "07700 900101", "en", "consent", "2026-01-05", "sign-up form")
JOE = ("T2", "Joe", "Oakley", "+44 7700 900102", "cy", "Public task", "05/01/2026", "policy 7")
GWEN = ("T3", "Gwen", "", "", "", "", "", "")


def csv_file(*rows: Sequence[str]) -> bytes:
    return "\n".join(",".join(row) for row in [COLUMNS, *rows]).encode()


def with_cell(column: str, written: str) -> Sequence[str]:
    return [written if name == column else cell for name, cell in zip(COLUMNS, ANN, strict=True)]


def run(database: Database, content: bytes) -> TenantImport:
    return import_tenants(database, content, RULES, NOW)


def faults_in(database: Database, content: bytes) -> list[str]:
    with pytest.raises(SpreadsheetError) as caught:
        run(database, content)
    return list(caught.value.sentences)


def stored(database: Database) -> dict[str, Tenant]:
    with database.reading() as work:
        return {tenant.tenant_ref: tenant for tenant in work.session.query(Tenant)}


def number_of(database: Database, tenant_ref: str) -> str | None:
    with database.reading() as work:
        tenant_id = people.tenant_ids(work)[tenant_ref]
        address = people.current_addresses(work, [tenant_id]).get(tenant_id, {}).get("sms")
        return address.value if address else None


def test_a_file_of_tenants_is_stored(database: Database) -> None:
    imported = run(database, csv_file(ANN, JOE, GWEN))

    assert imported == TenantImport(UpsertCounts(new=3, changed=0, unchanged=0), without_basis=1, without_mobile=1)
    tenants = stored(database)
    joe = tenants["T2"]
    assert (joe.first_name, joe.last_name, joe.language) == ("Joe", "Oakley", "cy")
    assert (joe.lawful_basis, joe.basis_recorded_on) == (LawfulBasis.PUBLIC_TASK, date(2026, 1, 5))
    assert joe.basis_evidence == "policy 7"
    assert number_of(database, "T2") == "+447700900102"


def test_somebody_with_a_first_name_alone_is_stored_and_asked_in_english(database: Database) -> None:
    run(database, csv_file(GWEN))

    gwen = stored(database)["T3"]
    assert (gwen.first_name, gwen.last_name, gwen.language, gwen.lawful_basis) == ("Gwen", "", "en", None)
    assert number_of(database, "T3") is None


def test_importing_twice_changes_nothing_and_says_so(database: Database) -> None:
    run(database, csv_file(ANN, JOE, GWEN))

    again = run(database, csv_file(GWEN, JOE, ANN))
    assert again.counts == UpsertCounts(new=0, changed=0, unchanged=3)
    assert (again.without_basis, again.without_mobile) == (1, 1)


def test_the_counts_balance(database: Database) -> None:
    run(database, csv_file(ANN, JOE))

    counts = run(database, csv_file(with_cell("last_name", "Oakley"), JOE, GWEN)).counts
    assert counts == UpsertCounts(new=1, changed=1, unchanged=1)
    assert counts.rows == 3


def test_an_empty_mobile_takes_a_tenant_off_their_number(database: Database) -> None:
    run(database, csv_file(ANN))
    run(database, csv_file(with_cell("mobile", "")))

    assert number_of(database, "T1") is None


def test_a_basis_that_is_withdrawn_is_taken_away(database: Database) -> None:
    run(database, csv_file(ANN))
    imported = run(database, csv_file((*ANN[:5], "", "", "")))

    assert imported.without_basis == 1
    assert stored(database)["T1"].lawful_basis is None


def test_joint_tenants_may_share_a_mobile(database: Database) -> None:
    run(database, csv_file(ANN, (*JOE[:3], "07700900101", *JOE[4:])))

    assert number_of(database, "T1") == number_of(database, "T2") == "+447700900101"


def test_a_workbook_with_numbers_and_dates_as_excel_keeps_them_is_read(database: Database) -> None:
    row = [17, "Marek", "Nowak", 7700900103, "PL", "legitimate interests", date(2026, 1, 5), "assessment 3"]
    run(database, workbook([COLUMNS, row]))

    marek = stored(database)["17"]
    assert (marek.language, marek.basis_recorded_on) == ("pl", date(2026, 1, 5))
    assert marek.lawful_basis is LawfulBasis.LEGITIMATE_INTERESTS
    assert number_of(database, "17") == "+447700900103"


@pytest.mark.parametrize(
    ("column", "written", "sentence"),
    [
        ("tenant_ref", "", "Fill this cell in; it cannot be empty."),
        ("tenant_ref", "x" * 65, "Shorten this to 64 characters or fewer."),
        ("first_name", " ", "Fill this cell in; it cannot be empty."),
        ("first_name", "x" * 41, "Shorten this to 40 characters or fewer."),
        ("last_name", "Beech 2", "Write the name alone, in letters, spaces, hyphens, apostrophes and full stops."),
        ("last_name", "=A1", "This is a formula. Replace it with its value."),
        ("mobile", "01632 960101", None),
        ("mobile", "07700 900101 / 07700 900102", None),
        ("mobile", "7.7009E+09", None),
        ("language", "fr", "Give the code of a language we can write in: en, cy, pl."),
        ("language", "English", "Give the code of a language we can write in: en, cy, pl."),
        ("lawful_basis", "yes", "Write one of consent, public_task or legitimate_interests, or leave it empty."),
        ("lawful_basis", "", "Name the basis that was recorded: consent, public_task or legitimate_interests."),
        ("basis_recorded_on", "", "Give the date on which the basis was recorded."),
        ("basis_recorded_on", "2026-11-21", "This date is in the future. Correct it."),
        ("basis_recorded_on", "46027", "This is a number, not a date. Write the date as 2026-11-20 or 20/11/2026."),
        ("basis_evidence", "", "Say where the evidence is, such as a form or a call reference."),
    ],
)
def test_a_cell_that_cannot_be_right_is_named_and_nothing_is_stored(
    database: Database, column: str, written: str, sentence: str | None
) -> None:
    faults = faults_in(database, csv_file(JOE, with_cell(column, written)))

    assert len(faults) == 1
    assert faults[0].startswith(f"Row 3, {column}: ")
    assert sentence is None or faults == [f"Row 3, {column}: {sentence}"]
    assert stored(database) == {}


def test_no_fault_repeats_what_a_cell_holds(database: Database) -> None:
    private = ["Marek-Nowak-Private-Reference-That-Is-Much-Too-Long-For-A-Tenant-Ref", "F" * 61, "K" * 61]
    content = csv_file((*private, "0123 4567 8901 2345", "klingon", "because", "some day", "letter"))

    said = " ".join(faults_in(database, content))
    assert said.count("Row 2, ") == 7
    assert not any(cell in said for cell in (*private, "0123", "klingon", "because", "some day", "letter"))


def test_all_faults_of_a_file_are_listed_by_row(database: Database) -> None:
    content = csv_file(
        with_cell("mobile", "123"),
        JOE,
        ("", "", "", "", "xx", "", "2026-01-05", ""),
        (*JOE[:6], "soon", "policy 7"),
    )
    assert [fault.partition(":")[0] for fault in faults_in(database, content)] == [
        "Row 2, mobile",
        "Row 4, lawful_basis",
        "Row 4, tenant_ref",
        "Row 4, first_name",
        "Row 4, language",
        "Row 5, basis_recorded_on",
        "Row 5, tenant_ref",
    ]


def test_a_reference_given_twice_is_refused_with_both_rows(database: Database) -> None:
    assert faults_in(database, csv_file(ANN, JOE, ("T1 ", *GWEN[1:]))) == [
        "Row 4, tenant_ref: Row 2 has this reference too. Keep one row for each."
    ]
    assert stored(database) == {}


def test_a_reference_that_has_lost_its_zeros_is_refused(database: Database) -> None:
    run(database, csv_file(("0012", *ANN[1:])))

    assert faults_in(database, csv_file(("12", *ANN[1:]))) == [
        "Row 2, tenant_ref: A reference like this one is known with zeros in front, which Excel removes. "
        "Format the column as text and enter it in full."
    ]
    assert list(stored(database)) == ["0012"]


def test_a_file_in_which_only_some_references_have_lost_their_zeros_is_refused(database: Database) -> None:
    [fault] = faults_in(database, csv_file(("12", *ANN[1:]), ("0012", *JOE[1:])))
    assert fault.startswith("Row 2, tenant_ref: A reference like this one is known with zeros in front")


def test_a_file_without_one_of_the_columns_is_refused(database: Database) -> None:
    content = b"tenant_ref,first_name,last_name,mobile,language\nT1,Ann,Beech,,en\n"
    assert faults_in(database, content) == [
        "Row 1: Add the missing column lawful_basis.",
        "Row 1: Add the missing column basis_recorded_on.",
        "Row 1: Add the missing column basis_evidence.",
    ]


def with_preference(preference: str) -> bytes:
    header, row = csv_file(ANN).decode().splitlines()
    return f"{header},preferred_channel\n{row},{preference}\n".encode()


def preference(database: Database) -> str | None:
    with database.reading() as work:
        return people.tenant_by_id(work, people.tenant_ids(work)["T1"]).preferred_channel


def test_a_file_may_say_where_somebody_would_rather_be_written_to(database: Database) -> None:
    run(database, with_preference("Telegram"))
    assert preference(database) == "telegram"
    for silent in (with_preference(""), csv_file(ANN)):
        assert run(database, silent).counts.unchanged == 1
        assert preference(database) == "telegram"
    assert run(database, with_preference("sms")).counts.changed == 1
    assert preference(database) == "sms"


def test_a_channel_we_do_not_have_is_refused(database: Database) -> None:
    assert faults_in(database, with_preference("WhatsApp")) == [
        "Row 2, preferred_channel: Write sms or telegram, or leave it empty."
    ]
