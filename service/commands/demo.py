"""`sowhat demo`: the whole thing on this machine, in under a minute."""

from pathlib import Path

import click

from service.demo import DIRECTORY, MOST_TENANTS


@click.command()
@click.option("--once", is_flag=True, help="Exit when the digest is out, instead of staying up.")
@click.option(
    "--tenants",
    type=click.IntRange(12, MOST_TENANTS),
    default=200,
    show_default=True,
    help="How many pretend tenants.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed plays the same story.")
@click.option("--json", "as_json", is_flag=True, help="End with the figures as one line of JSON.")
def demo(once: bool, tenants: int, seed: int, as_json: bool) -> None:
    """Close an activity, ask pretend tenants by SMS and in chats, understand them and mail the digest.

    Everything is kept in the folder demo/ until the next run, which deletes it. Nothing leaves this machine.
    """
    from service.demo.display import json_line, show_differences, show_summary, watching
    from service.demo.error import DemoError
    from service.demo.scenario import run_demo
    from service.logging import set_up_logging
    from service.wiring import system_clock

    set_up_logging("ERROR")
    try:
        with run_demo(Path(DIRECTORY), tenants, seed, system_clock(), lambda: watching(as_json)) as finished:
            if not as_json:
                show_summary(finished)
            show_differences(finished.comparison)
            if not once:
                _stay_up(finished.application.settings.port)
            if as_json:
                click.echo(json_line(finished, seed))
    except DemoError as error:
        raise click.ClickException(f"The demo cannot go on: {error}.") from None
    if finished.comparison.differences:
        raise click.exceptions.Exit(1)


def _stay_up(port: int) -> None:
    from service.processes import stop_on_signal, wait_for

    click.echo(
        f"\nStill running, with its phone network, on http://127.0.0.1:{port}. Ctrl-C ends it.",
        err=True,
    )
    wait_for(stop_on_signal())
