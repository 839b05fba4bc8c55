"""`sowhat tenants`: the people we may text."""

import secrets
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
    first_name must be filled in. A further column, preferred_channel, may say sms or telegram. A tenant without a basis
    is stored and not texted.
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


@tenants.command("chat-links")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--tenant", "refs", multiple=True, metavar="REF", help="Only this tenant, whose older link then ends.")
def write_chat_links(file: Path, refs: tuple[str, ...]) -> None:
    """Write links into FILE (CSV) with which tenants open a chat with us on Telegram, one for each tenant.

    Without --tenant everybody gets one who has neither a link that still works nor a chat. Put each into a letter to
    that tenant alone: whoever opens it first is that tenant. Links are not kept and cannot be written again.
    """
    from consultations.chat_invitations import VALID_FOR, UnknownTenantsError, make_chat_invitations
    from service.chat_links import ask_bot_name, write_links
    from service.settings import SettingsError, read_settings
    from service.wiring import open_database, system_clock, telegram_account

    settings = read_settings()
    account = telegram_account(settings)
    if account is None:
        raise SettingsError("TELEGRAM_BOT_TOKEN is not set: `sowhat doctor` says what to do")
    if file.exists():
        raise click.ClickException(f"{file} is there already, and may hold links that are in use: give another name")
    database = open_database(settings)
    bot_name = ask_bot_name(account)
    with write_links(file, bot_name) as write:
        try:
            invitations = make_chat_invitations(database, refs, lambda: secrets.token_urlsafe(24), system_clock())
        except UnknownTenantsError as fault:
            raise click.ClickException(
                f"no tenant has the reference {fault}: correct it, or import them first"
            ) from None
        write(invitations)
    click.echo(f"{file}: {len(invitations):,} links, each good for {VALID_FOR.days} days and one chat.")
