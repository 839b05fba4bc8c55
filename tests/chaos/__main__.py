"""`python -m tests.chaos`: the full chaos suite, as `make chaos` runs it. Exits 1 when anything was found."""

import sys
from pathlib import Path

import click

from tests.chaos.installation import Form
from tests.chaos.run import FULL, FULL_PACE, FULL_TENANTS, SHORT, SHORT_PACE, run

DIRECTORY = Path("build/chaos")


@click.command()
@click.option("--tenants", default=FULL_TENANTS, show_default=True, help="How many tenants.")
@click.option("--seed", default=7, show_default=True, help="What faults, kills and tenants are drawn from.")
@click.option(
    "--form",
    "forms",
    multiple=True,
    type=click.Choice([str(form) for form in Form]),
    help="Only this form; both by default.",
)
@click.option("--short", is_flag=True, help="The short form, as in the tests.")
def main(tenants: int, seed: int, forms: tuple[str, ...], short: bool) -> None:
    """Kill everything at random moments, and count at the network what came of it."""
    plans, pace = (SHORT, SHORT_PACE) if short else (FULL, FULL_PACE)
    clean = True
    for form in map(Form, forms or Form):
        click.echo(f"{form}, {tenants:,} tenants, seed {seed}")
        directory = DIRECTORY / form
        report = run(form, directory, tenants, seed, plans[form], pace, lambda line: click.echo(f"  {line}"))
        click.echo("\n".join(report.lines()))
        if not report.is_clean:
            click.echo(f"  Look into {directory}: databases, logs, and network.jsonl", err=True)
        clean = clean and report.is_clean
    sys.exit(0 if clean else 1)


if __name__ == "__main__":
    main()
