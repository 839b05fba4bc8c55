"""`sowhat doctor`: what is wrong with this installation, and what to do about it."""

import json
import sys
from pathlib import Path

import click

ENV_FILE = Path(".env")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def doctor(as_json: bool) -> None:
    """Test every setting and service, and say what to do about each fault.

    Nothing is sent and nothing is changed. Each line begins with ok, FIX (do what it says) or – (could not be checked).
    Exits with 1 where there is something to fix.
    """
    from datetime import UTC, datetime

    from service.doctor.checks import examine
    from service.doctor.finding import Verdict
    from service.doctor.installation import find_installation
    from service.logging import set_up_logging

    set_up_logging()
    try:
        installation = find_installation(ENV_FILE, lambda: datetime.now(UTC))
    except UnicodeDecodeError:
        raise click.ClickException(f"{ENV_FILE} is not text in UTF-8: save it again as UTF-8, then retry") from None
    except OSError as fault:
        raise click.ClickException(f"{ENV_FILE} cannot be read ({fault.strerror}): see who may read it") from None
    findings = []
    for finding in examine(installation):
        findings.append(finding)
        if not as_json:
            click.echo(str(finding))
    to_fix = sum(finding.verdict is Verdict.FIX for finding in findings)
    if as_json:
        click.echo(json.dumps([vars(finding) for finding in findings], ensure_ascii=False))
    else:
        click.echo("\nNothing to fix." if not to_fix else f"\n{to_fix} to fix.")
    if to_fix:
        sys.exit(1)
