"""What the import commands share: reading the file, and saying what is wrong with it."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

T = TypeVar("T")

MOST_SHOWN = 50

import_argument = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


class FileFault(click.ClickException):
    """A file that was not imported, with a line for each thing wrong with it."""

    def __init__(self, file: Path, sentences: tuple[str, ...]) -> None:
        faults = "1 fault" if len(sentences) == 1 else f"{len(sentences):,} faults"
        lines = [f"{file.name}: {sentence}" for sentence in sentences[:MOST_SHOWN]]
        if len(sentences) > MOST_SHOWN:
            lines.append(f"and {len(sentences) - MOST_SHOWN:,} more")
        super().__init__("\n".join([*lines, f"{faults} found. Nothing was stored."]))

    def show(self, file: object = None) -> None:
        """Print the lines on standard error as they are."""
        click.echo(self.message, err=True)


def import_file(file: Path, store: Callable[[bytes], T]) -> T:
    """What `store` makes of the file's bytes. Raises FileFault when the file cannot be taken."""
    from consultations.faults import SpreadsheetError
    from consultations.spreadsheet import read_content

    try:
        return store(read_content(file))
    except SpreadsheetError as fault:
        raise FileFault(file, fault.sentences) from None
