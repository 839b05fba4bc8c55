"""The policy values that staff may set: what each means, how it is typed, and how it is shown."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time
from decimal import Decimal
from typing import Any

from service import policy_readers as readers
from service.policy_readers import NONE, WEEKDAYS, WrongPolicyValueError
from storage.policy import Policy


@dataclass(frozen=True)
class PolicyValue:
    """One policy value. `read` takes the words typed, as in `example`, and raises WrongPolicyValueError."""

    meaning: str
    example: str
    read: Callable[[Sequence[str]], Any]
    show: Callable[[Any], str]


def _show_text(value: str) -> str:
    return value or NONE


def _show_time(value: time) -> str:
    return value.isoformat("minutes")


def _show_pounds(pence: int) -> str:
    return f"£{Decimal(pence) / 100:,.2f}"


def _show_pence(pence: Decimal) -> str:
    return f"{pence.normalize():f}p"


def _show_list(values: Sequence[str]) -> str:
    return " ".join(values) or NONE


def _show_weekdays(numbers: Sequence[int]) -> str:
    return _show_list([WEEKDAYS[number] for number in numbers])


_ADDRESSES = readers.list_of(readers.read_email_address)

POLICY_VALUES: Mapping[str, PolicyValue] = {
    "landlord": PolicyValue(
        "The name in which tenants are texted.", '"Derwent Living"', readers.read_landlord, _show_text
    ),
    "landlord_phone": PolicyValue(
        "The number that texts tell tenants to ring.", '"01632 960100"', readers.read_phone_to_ring, _show_text
    ),
    "time_zone": PolicyValue(
        "The clock that quiet hours, weeks and months go by.", "Europe/London", readers.read_time_zone, str
    ),
    "quiet_from": PolicyValue(
        "From this time in the evening no survey or reminder is begun.", "20:00", readers.read_time, _show_time
    ),
    "quiet_until": PolicyValue(
        "Until this time in the morning no survey or reminder is begun.", "09:00", readers.read_time, _show_time
    ),
    "quiet_weekdays": PolicyValue(
        "On these weekdays no survey or reminder is begun.",
        "sunday",
        readers.list_of(readers.read_weekday),
        _show_weekdays,
    ),
    "spending_cap_pence": PolicyValue(
        "What texts may cost in a calendar month; when it is used up, only alerts and STOP are answered.",
        "£50",
        readers.read_whole_pence,
        _show_pounds,
    ),
    "segment_price_pence": PolicyValue(
        "What Twilio charges for one segment of a text, by which the cap is reckoned.",
        "4.2p",
        readers.read_price,
        _show_pence,
    ),
    "digest_recipients": PolicyValue(
        "Who gets the weekly digest by e-mail.", "gwen.pugh@example.org", _ADDRESSES, _show_list
    ),
    "digest_weekday": PolicyValue(
        "The weekday on which the digest goes out.", "monday", readers.read_weekday, lambda number: WEEKDAYS[number]
    ),
    "digest_time": PolicyValue("The time at which the digest goes out.", "08:00", readers.read_time, _show_time),
    "alert_recipients": PolicyValue(
        "Who is told at once by e-mail when a tenant reports a hazard or a danger.",
        "gwen.pugh@example.org",
        _ADDRESSES,
        _show_list,
    ),
    "undo_minutes": PolicyValue(
        "How long closing an activity can be undone before its survey goes out.", "15", readers.read_minutes, str
    ),
    "team_numbers": PolicyValue(
        "The only mobile numbers that are texted in trial mode.",
        "07700900123",
        readers.list_of(readers.read_mobile_number),
        _show_list,
    ),
    "telegram": PolicyValue(
        "Whether tenants who have linked their chat are written to on Telegram.",
        "yes",
        readers.read_yes_or_no,
        lambda on: "yes" if on else "no",
    ),
}
"""Every policy value by its name in `storage.policy.Policy`, in the order shown."""


def read_policy_value(name: str, words: Sequence[str], policy: Policy) -> Any:
    """The value typed for `name`, as `Policy` holds it. `policy` is the one in force, which it must agree with.

    Raises:
        WrongPolicyValueError: the value is wrong, or would leave no time in which surveys may go out.
    """
    value = POLICY_VALUES[name].read(words)
    if not leaves_time_to_send(replace(policy, **{name: value})):
        raise WrongPolicyValueError(
            "That leaves no time to send: texts go out from quiet_until to quiet_from, which must be later in the day, "
            "and not on quiet_weekdays, of which one must be left out."
        )
    return value


def leaves_time_to_send(policy: Policy) -> bool:
    """Whether there is an hour of the week in which a survey may begin."""
    return policy.quiet_until < policy.quiet_from and len(set(policy.quiet_weekdays)) < len(WEEKDAYS)
