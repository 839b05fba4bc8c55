"""What a flow says of itself fits together: who reviewed it, and when it reminds."""

from collections.abc import Iterator

from flows.checks.finding import Finding
from flows.flow import Flow


def reviewed_by_nobody(flow: Flow) -> Iterator[Finding]:
    """A translation called reviewed without who read it and when: nobody could be asked about it."""
    for language, translation in flow.languages.items():
        given = {"by": translation.by, "on": translation.on}
        missing = [key for key, value in given.items() if value is None]
        if translation.status == "reviewed" and missing:
            sentence = (
                f"'{language}' is called reviewed without '{' and '.join(missing)}': write who read it (by) and the "
                'day ("on"), or status: draft'
            )
            yield Finding(("languages", language), sentence)


def reminder_after_expiry(flow: Flow) -> Iterator[Finding]:
    """A reminder that is due when the survey has closed: it would never be sent."""
    reminder = flow.reminder_after_days
    if reminder is not None and reminder >= flow.expires_after_days:
        sentence = (
            f"the reminder after {reminder} days comes too late, since the survey closes after "
            f"{flow.expires_after_days}: make reminder_after_days less than expires_after_days"
        )
        yield Finding(("reminder_after_days",), sentence)
