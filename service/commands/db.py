"""`sowhat db`: the tables."""

import click


@click.group()
def db() -> None:
    """The database: create or migrate it."""


@db.command()
def upgrade() -> None:
    """Create the tables, or migrate them to the newest version; it can be repeated."""
    from service.settings import read_settings
    from service.wiring import blaming_settings, connect
    from storage.migrations import upgrade as migrate

    with blaming_settings():
        migrate(connect(read_settings()))
    click.echo("The database is up to date.")
