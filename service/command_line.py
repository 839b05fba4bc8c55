"""The `sowhat` command. Each subcommand is imported when it is called, so that `sowhat --help` is quick."""

from importlib import import_module

import click

COMMANDS = {
    "activities": "What was held: import, and close to send its survey.",
    "attendance": "Who came: import.",
    "bot": "Ask Telegram what people write, or set its webhook.",
    "clock": "Run the clock alone.",
    "consultations": "How each survey is going.",
    "db": "Create or migrate the database.",
    "demo": "See the whole thing work on this machine, with pretend tenants.",
    "digest": "Look at the weekly digest, or send it.",
    "doctor": "Test every setting and service, and say what to do.",
    "flows": "Check, show and try the surveys.",
    "inbox": "What only a person can settle.",
    "outbox": "Messages that wait, failed or need a person.",
    "policy": "Quiet hours, caps, recipients: show and set.",
    "rollups": "Prove that the totals are right, or count them anew.",
    "run": "Run web, worker and clock in one process.",
    "sms": "Count the segments of texts.",
    "tenants": "Who may be asked: import.",
    "understand": "Read replies as a flow would: JSON lines in and out.",
    "web": "Run the web alone.",
    "worker": "Run the worker alone.",
}
_PROCESSES = frozenset({"run", "web", "worker", "clock", "bot"})


class LazyGroup(click.Group):
    """A group whose commands are imported when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command's name."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, from service/commands/."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"service.commands.{'processes' if cmd_name in _PROCESSES else cmd_name}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))


@click.group(cls=LazyGroup)
@click.version_option(package_name="sowhat")
def main() -> None:
    """Ask tenants by text message what difference it made, and tell managers what came of it."""
