"""`sowhat attendance`: who took part in what."""

from pathlib import Path

import click

from service.commands.file_import import import_argument, import_file


@click.group()
def attendance() -> None:
    """Who took part in which activity, and so is asked about it."""


@attendance.command("import")
@import_argument
def import_attendance_file(file: Path) -> None:
    """Import attendance from FILE (CSV in UTF-8, or .xlsx), all or none; it can be repeated.

    Columns: activity_ref and tenant_ref, both of them imported before. Attendance is only ever added.
    """
    from outcomes.attendance_import import import_attendance
    from service.wiring import open_database, system_clock

    database, now = open_database(), system_clock()
    imported = import_file(file, lambda content: import_attendance(database, content, now))
    click.echo(f"{file.name}: attendance: {imported.rows:,} ({imported.new:,} new, {imported.unchanged:,} unchanged).")
    if not imported.new:
        click.echo("Nothing has changed since the last import.")
