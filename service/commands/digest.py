"""`sowhat digest`: look at the weekly digest, or send what is due of it."""

from datetime import datetime
from pathlib import Path

import click


@click.group()
def digest() -> None:
    """The weekly digest for managers."""


@digest.command()
@click.option("--week", type=click.DateTime(["%Y-%m-%d"]), help="Any day of the week, e.g. 2026-11-16.")
@click.option(
    "--html",
    "html_file",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    metavar="FILE",
    help="Save it to FILE as a page for a browser instead.",
)
def preview(week: datetime | None, html_file: Path | None) -> None:
    """Print the digest of a week, by default the latest due.

    Nothing is stored or sent.
    """
    from outcomes.digest import browsable_html, preview_digest
    from service.wiring import open_database, system_clock

    try:
        mail = preview_digest(open_database(), week.date() if week else None, system_clock())
    except ValueError as fault:
        raise click.BadParameter(f"{fault}.", param_hint="--week") from None
    if html_file is None:
        click.echo(f"{mail.subject}\n\n{mail.text}")
        return
    try:
        html_file.write_text(browsable_html(mail.html, mail.images), encoding="utf-8")
    except OSError as fault:
        raise click.BadParameter(f"{html_file}: {fault.strerror}; choose another place.", param_hint="--html") from None
    click.echo(f"Saved to {html_file}.")


@digest.command()
def send() -> None:
    """Put the digest that is due into the outbox, for every recipient who does not have it yet."""
    from outcomes.digest import send_due_digests
    from service.wiring import open_database, system_clock
    from storage.policy import current_policy

    database = open_database()
    with database.reading() as work:
        recipients = current_policy(work).digest_recipients
    if not recipients:
        raise click.ClickException("Nobody is set to get the digest: set the policy digest_recipients first.")
    queued = send_due_digests(database, system_clock())
    if queued:
        click.echo(f"Digests queued: {queued}. The worker sends them.")
    else:
        click.echo("Nothing is due: everybody has the latest digest, or nothing had been launched in its week.")
