"""The policy: what staff must have filled in before tenants are texted in the landlord's name."""

from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from service.doctor.finding import Finding, fix, ok, unchecked
from service.doctor.installation import Installation
from service.policy_values import POLICY_VALUES, leaves_time_to_send
from storage.policy import Policy

_TIME_ZONES = "time zones"


def check_policy(installation: Installation) -> Iterator[Finding]:
    """Each value that has no useful default has been set, and those set make sense together."""
    policy = installation.policy
    if policy is None:
        yield unchecked("policy", "the database with it cannot be read; see above")
        return
    for name, is_set in MUST_BE_SET.items():
        subject = f"policy {name}"
        if is_set(policy):
            yield ok(subject, POLICY_VALUES[name].show(getattr(policy, name)))
        else:
            yield fix(subject, what_to_do(name))
    if not leaves_time_to_send(policy):
        yield fix("policy quiet hours", "leave no time to send; run: sowhat policy set quiet_weekdays sunday")
    if installation.settings.trial_mode and not policy.team_numbers:
        example = POLICY_VALUES["team_numbers"].example
        yield fix(
            "policy team_numbers",
            f"none, so in trial mode nobody is texted; run: sowhat policy set team_numbers {example}",
        )


def what_to_do(name: str) -> str:
    """What an unset policy value means for tenants or staff, and the command that sets it."""
    return f"{_WHY[name]}; run: sowhat policy set {name} {POLICY_VALUES[name].example}"


MUST_BE_SET: dict[str, Callable[[Policy], bool]] = {
    "landlord": lambda policy: policy.landlord != Policy.landlord,
    "landlord_phone": lambda policy: bool(policy.landlord_phone),
    "digest_recipients": lambda policy: bool(policy.digest_recipients),
    "alert_recipients": lambda policy: bool(policy.alert_recipients),
    "spending_cap_pence": lambda policy: policy.spending_cap_pence >= policy.segment_price_pence,
}
"""The policy values that have no useful default, with whether a policy has one set."""

_WHY = {
    "landlord": "texts still come from “Your landlord”",
    "landlord_phone": "texts that tell tenants whom to ring name no number",
    "digest_recipients": "nobody gets the weekly digest",
    "alert_recipients": "nobody is told when a tenant reports a hazard or a danger",
    "spending_cap_pence": "does not pay for a single text, so none leaves",
}


def check_time_zone(installation: Installation) -> Iterator[Finding]:
    """The machine knows the landlord's time zone and its clock changes."""
    name = (installation.policy or Policy()).time_zone
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield fix(_TIME_ZONES, f"{name} is not known here; install the time zone database: pip install tzdata")
    else:
        yield ok(_TIME_ZONES, f"{name} is known")
