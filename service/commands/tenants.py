"""`sowhat tenants`: the people we may text."""

from pathlib import Path
from zoneinfo import ZoneInfo

import click

from service.commands.file_import import import_argument, import_file


@click.group()
def tenants() -> None:
    """Tenants, their mobile numbers, and the ground on which they may be texted."""


@tenants.command("import")
@import_argument
def import_tenants_file(file: Path) -> None:
    """Import tenants from FILE (CSV in UTF-8, or .xlsx), all or none; it can be repeated.

    Columns: tenant_ref, first_name, last_name, mobile, language (en, cy, pl …), lawful_basis (consent, public_task or
    legitimate_interests), basis_recorded_on (2026-11-20 or 20/11/2026) and basis_evidence. Only tenant_ref and
    first_name must be filled in. A further column, preferred_channel, may say sms or telegram. A tenant without a basis is stored and not texted.
    """
    from consultations.tenant_import import ImportRules, import_tenants
    from flows.flow import LANGUAGES
    from service.wiring import open_database, system_clock
    from sms.phone_numbers import normalise_phone_number
    from storage.policy import current_policy

    database, now = open_database(), system_clock()
    with database.reading() as work:
        time_zone = ZoneInfo(current_policy(work).time_zone)
    rules = ImportRules(normalise_phone_number, LANGUAGES, today=now.astimezone(time_zone).date())
    imported = import_file(file, lambda content: import_tenants(database, content, rules, now))
    counts = imported.counts
    click.echo(
        f"{file.name}: tenants: {counts.rows:,} ({counts.new:,} new, {counts.changed:,} changed, "
        f"{counts.unchanged:,} unchanged)."
    )
    if counts.unchanged == counts.rows:
        click.echo("Nothing has changed since the last import.")
    if imported.without_basis:
        click.echo(f"Not texted, because no lawful basis is recorded: {imported.without_basis:,}.")
    if imported.without_mobile:
        click.echo(f"Not texted, because there is no mobile number: {imported.without_mobile:,}.")
