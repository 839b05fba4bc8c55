"""`sowhat consultations`: how each survey is going."""

import json
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

if TYPE_CHECKING:
    from service.survey_progress import SurveyProgress


@click.command("consultations")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
def consultations(as_json: bool) -> None:
    """List the consultations, newest first: who was asked, who replied, and where every conversation stands."""
    from service.survey_progress import survey_progress
    from service.wiring import open_database, system_clock
    from storage.consultations import all_consultations
    from storage.policy import current_policy

    with open_database().reading() as work:
        surveys = survey_progress(work, all_consultations(work), system_clock())
        time_zone = ZoneInfo(current_policy(work).time_zone)
    if as_json:
        click.echo(json.dumps([_row(survey) for survey in surveys], ensure_ascii=False))
        return
    if not surveys:
        click.echo("Nobody has been asked anything yet. Close an activity first: sowhat activities close REF")
    for survey in surveys:
        _print(survey, time_zone)


def _row(survey: "SurveyProgress") -> dict[str, object]:
    rate = survey.response.rate
    return {
        "id": survey.id,
        "activity_ref": survey.activity_ref,
        "activity": survey.activity,
        "flow": survey.flow,
        "launched_at": survey.launched_at.isoformat(),
        "closes_at": survey.closes_at.isoformat(),
        "asked": rate.base,
        "replied": rate.count,
        "response_rate": rate.count / rate.base if rate.base else None,
        **{str(progress): count for progress, count in survey.conversations.items()},
        "left_out": dict(survey.left_out),
    }


def _print(survey: "SurveyProgress", time_zone: ZoneInfo) -> None:
    from outcomes.wording import response_line

    about = survey.flow if survey.activity is None else f"{survey.activity} ({survey.activity_ref}), {survey.flow}"
    launched, closes = (
        f"{moment.astimezone(time_zone):%d %b %Y %H:%M}" for moment in (survey.launched_at, survey.closes_at)
    )
    click.echo(f"{survey.id}  {about}")
    click.echo(f"    launched {launched}, closes {closes}")
    click.echo(f"    {response_line(survey.response)}")
    click.echo("    " + ", ".join(f"{progress} {count:,}" for progress, count in survey.conversations.items()))
    if survey.left_out:
        click.echo("    not asked: " + ", ".join(f"{reason} {count:,}" for reason, count in survey.left_out.items()))
