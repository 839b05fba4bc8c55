"""Tenants from the landlord's file, with the ground on which each may be texted."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime

from consultations.cells import read_date, read_name, read_reference, read_text
from consultations.faults import Faults
from consultations.references import check_own_references
from consultations.spreadsheet import read_spreadsheet
from consultations.spreadsheet_row import Row
from storage import leases, people
from storage.database import Database, Work
from storage.models.people import LawfulBasis
from storage.tenant_upsert import TenantDetails, upsert_tenants
from storage.upsert_counts import UpsertCounts

COLUMNS = (
    "tenant_ref",
    "first_name",
    "last_name",
    "mobile",
    "language",
    "lawful_basis",
    "basis_recorded_on",
    "basis_evidence",
)

OPTIONAL_COLUMNS = ("preferred_channel",)

IMPORTING = "importing"
"""What only one process does at a time: of two files each must see what the other has stored."""

DEFAULT_LANGUAGE = "en"

_BASES = "consent, public_task or legitimate_interests"


@dataclass(frozen=True)
class TenantImport:
    """What an import did. Those without a basis are stored and never texted; those without a mobile cannot be."""

    counts: UpsertCounts
    without_basis: int
    without_mobile: int


@dataclass(frozen=True)
class ImportRules:
    """What importing tenants needs from outside.

    `normalise_phone` gives a number's E.164 form or raises ValueError with a sentence; `languages` are the codes of
    those we can write in; `today` is the date where the landlord is: no basis is recorded later.
    """

    normalise_phone: Callable[[str], str]
    languages: Collection[str]
    today: date


def import_tenants(database: Database, content: bytes, rules: ImportRules, now: datetime) -> TenantImport:
    """Store the tenants of a CSV file or workbook by `tenant_ref`, all or none; again, it changes nothing.

    A tenant's row replaces what was stored of them: an empty mobile takes them off their number. An empty language
    is English. Several people may share a mobile. An empty `preferred_channel` leaves the preference as it was.

    Raises SpreadsheetError with every fault in the file, by row and column.
    """
    faults = Faults()
    rows = read_spreadsheet(content, faults, required=COLUMNS, optional=OPTIONAL_COLUMNS)
    tenants = [_tenant(row, rules, faults) for row in rows]

    def store(work: Work) -> UpsertCounts:
        leases.be_alone(work, IMPORTING)
        check_own_references(rows, "tenant_ref", people.tenant_ids(work), faults)
        faults.raise_if_any()
        return upsert_tenants(work, tenants, now)

    # Reading takes seconds, and on SQLite nobody else writes during this transaction: it holds the storing alone.
    return TenantImport(
        counts=database.retrying(store),
        without_basis=sum(details.lawful_basis is None for details in tenants),
        without_mobile=sum(details.mobile is None for details in tenants),
    )


def _tenant(row: Row, rules: ImportRules, faults: Faults) -> TenantDetails:
    _check_basis_is_whole(row, faults)
    return TenantDetails(
        tenant_ref=faults.require(row, "tenant_ref", read_reference),
        first_name=faults.require(row, "first_name", read_name),
        # Some people have one name only.
        last_name=faults.read(row, "last_name", read_name) or "",
        language=faults.read(row, "language", lambda written: _language(written, rules.languages)) or DEFAULT_LANGUAGE,
        mobile=faults.read(row, "mobile", rules.normalise_phone),
        lawful_basis=faults.read(row, "lawful_basis", _lawful_basis),
        basis_recorded_on=faults.read(row, "basis_recorded_on", lambda written: _past_date(written, rules.today)),
        basis_evidence=faults.read(row, "basis_evidence", read_text),
        preferred_channel=faults.read(row, "preferred_channel", _channel),
    )


def _check_basis_is_whole(row: Row, faults: Faults) -> None:
    basis, recorded_on, evidence = (row.cells[name] for name in ("lawful_basis", "basis_recorded_on", "basis_evidence"))
    if not basis and (recorded_on or evidence):
        faults.add(row.number, "lawful_basis", f"Name the basis that was recorded: {_BASES}.")
    if basis and not recorded_on:
        faults.add(row.number, "basis_recorded_on", "Give the date on which the basis was recorded.")
    if basis and not evidence:
        faults.add(row.number, "basis_evidence", "Say where the evidence is, such as a form or a call reference.")


def _language(written: str, languages: Collection[str]) -> str:
    code = written.lower()
    if code not in languages:
        raise ValueError(f"Give the code of a language we can write in: {', '.join(languages)}.")
    return code


def _channel(written: str) -> str:
    channel = written.lower()
    if channel not in (people.PHONE_CHANNEL, people.CHAT_CHANNEL):
        raise ValueError("Write sms or telegram, or leave it empty.")
    return channel


def _lawful_basis(written: str) -> LawfulBasis:
    try:
        return LawfulBasis("_".join(written.lower().split()))
    except ValueError:
        raise ValueError(f"Write one of {_BASES}, or leave it empty.") from None


def _past_date(written: str, today: date) -> date:
    recorded_on = read_date(written)
    if recorded_on > today:
        raise ValueError("This date is in the future. Correct it.")
    return recorded_on
