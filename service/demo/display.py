"""What the demo shows while it runs, and at its end."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from service.demo.figures import Comparison
from service.demo.scenario import Demo
from service.demo.stages import Tally, Watcher

_MEANINGS = {
    "tenants": "tenants in the landlord's file",
    "invited": "phones and chats written to",
    "chats": "chats among them",
    "delivered": "phones and chats reached",
    "replies": "messages from tenants, taps among them",
    "answers": "answers understood",
    "completed": "conversations completed",
    "opted_out": "phones and chats that said STOP in some way",
    "undeliverable": "phones and chats that could not be reached",
    "alerts": "alerts (hazard at home, disclosure)",
    "unclear": "replies that were not clear",
    "duplicates_sent": "texts sent twice",
    "lost": "messages lost",
    "digest_emails": "digests mailed",
    "segments": "SMS segments sent",
    "tenant_segments": "SMS segments that tenants sent",
}

_NOTES = (
    "“Written to” are those for which the network accepted a message. One that it refused at once counts as not "
    "reached and not as written to, and one may be reached at first and not later: reached and not reached need not "
    "add up to written to. Those for whom a message is parked, since nobody can tell whether it arrived, are left out "
    "of these. “Conversations finished”, above, includes those who said STOP or could not be reached."
)

_FURTHER = {
    "consultations": "how the survey went",
    "inbox": "what needs a person",
    "outbox": "what was sent, and what could not be",
    "digest preview": "the digest as text",
}

JSON_KEYS = (
    "tenants",
    "invited",
    "delivered",
    "replies",
    "answers",
    "completed",
    "opted_out",
    "undeliverable",
    "alerts",
    "unclear",
    "duplicates_sent",
    "lost",
    "parked",
    "digest_emails",
    "digest_path",
    "segments",
    "tenant_segments",
    "cost_gbp",
    "seconds",
    "seed",
)


@contextmanager
def watching(quiet: bool) -> Iterator[Watcher]:
    """Show how far the demo is on standard error: bars on a terminal, a line a stage elsewhere or when `quiet`."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        lines = _StageLines(console)
        yield lines.show
        lines.end()
        return
    with Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console) as progress:
        out = progress.add_task("Messages out", total=None)
        back = progress.add_task("Replies in", total=None)
        finished = progress.add_task("Conversations finished", total=None)

        def show(stage: str, tally: Tally) -> None:
            progress.update(out, completed=tally.messages_out, description=f"Messages out ({stage.lower()})")
            progress.update(back, completed=tally.replies_in)
            progress.update(finished, completed=tally.finished, total=tally.conversations)

        yield show


class _StageLines:
    """One line a stage, printed when the stage is over."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._last: tuple[str, Tally] | None = None

    def show(self, stage: str, tally: Tally) -> None:
        """Take note of how far the demo is."""
        if self._last is not None and self._last[0] != stage:
            self.end()
        self._last = (stage, tally)

    def end(self) -> None:
        """Print how far the last stage came."""
        if self._last is not None:
            stage, tally = self._last
            self._console.print(
                f"{stage}: {tally.messages_out} messages out, {tally.replies_in} replies in, "
                f"{tally.finished} of {tally.conversations} conversations finished",
                highlight=False,
                soft_wrap=True,
            )
            self._last = None


def show_summary(demo: Demo) -> None:
    """The table of figures from both sides, and how to look further."""
    console = Console()
    table = Table(title="Counted twice: by the phone network, from the database")
    table.add_column("")
    table.add_column("network", justify="right")
    table.add_column("database", justify="right")
    for name, meaning in _MEANINGS.items():
        table.add_row(meaning, f"{demo.comparison.network[name]:,}", f"{demo.comparison.database[name]:,}")
    table.add_row("messages parked for a person", "", f"{demo.comparison.database['parked']:,}")
    table.add_row("cost of texts", "", f"£{demo.comparison.cost_gbp:.2f}")
    console.print(table)
    console.print(_NOTES, style="dim", highlight=False)
    folder = demo.digest_path.parents[1]
    console.print(f"The digest, as mailed:          {demo.digest_path}", soft_wrap=True)
    console.print(f"The same, to open in a browser: {demo.digest_path.with_suffix('.html')}", soft_wrap=True)
    console.print(f"One conversation, as a phone:   {folder / 'conversation.html'}", soft_wrap=True)
    console.print(f"One in a chat:                  {folder / 'chat.html'}", soft_wrap=True)
    sowhat = Path(sys.argv[0]).absolute()
    console.print(f"\nTo look further:  cd {folder}", soft_wrap=True)
    for command, what in _FURTHER.items():
        console.print(f"  {sowhat} {command}  [dim]{what}[/dim]", soft_wrap=True, highlight=False)


def show_differences(comparison: Comparison) -> None:
    """Where the two sides differ, on standard error."""
    for difference in comparison.differences:
        click.echo(difference, err=True)


def json_line(demo: Demo, seed: int) -> str:
    """The figures as one line of JSON, as scripts read them."""
    figures = {
        **demo.comparison.database,
        "digest_path": str(demo.digest_path),
        "cost_gbp": float(demo.comparison.cost_gbp),
        "seconds": round(demo.seconds, 1),
        "seed": seed,
    }
    return json.dumps({key: figures[key] for key in JSON_KEYS})
