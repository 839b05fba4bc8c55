"""Twilio: the account, the sender, who answers STOP, and where replies are posted."""

from collections.abc import Iterator
from datetime import timedelta

from service.doctor.finding import Finding, fix, ok, unchecked
from service.doctor.installation import Installation
from service.doctor.twilio_facts import Inbound, NoTwilio
from sms.opt_out import OptOutMode

INBOUND_PATH = "/webhooks/twilio/inbound"

LARGEST_CLOCK_DIFFERENCE = timedelta(seconds=30)
"""Quiet hours, leases and the order of messages rest on the clock; Twilio's header tells whole seconds only."""

_ACCOUNT, _SENDER, _INBOUND, _OPT_OUT, _CLOCK = (
    "Twilio account",
    "Twilio sender",
    "Twilio inbound webhook",
    "Twilio opt-out mode",
    "clock",
)


def check_account(installation: Installation) -> Iterator[Finding]:
    """Twilio accepts our credentials, and the account can text anybody."""
    twilio = installation.twilio
    if isinstance(twilio, NoTwilio):
        yield _without_twilio(_ACCOUNT, twilio)
    elif twilio.status not in (None, "active"):
        yield fix(_ACCOUNT, f"the account is {twilio.status}; the Twilio console says why and how to open it again")
    elif twilio.type == "Trial" and not installation.settings.trial_mode:
        yield fix(_ACCOUNT, "it is a trial account, which texts only numbers verified by hand; upgrade it at Twilio")
    elif twilio.type == "Trial":
        yield ok(_ACCOUNT, "reached; a trial account, so team_numbers must be verified in the Twilio console")
    else:
        yield ok(_ACCOUNT, "reached, and it accepts our credentials")


def check_sender(installation: Installation) -> Iterator[Finding]:
    """The number or messaging service is in the account and can receive."""
    twilio, settings = installation.twilio, installation.settings
    if isinstance(twilio, NoTwilio):
        yield unchecked(_SENDER, f"Twilio cannot be asked: {twilio.reason}")
    elif not (settings.twilio_from or settings.twilio_messaging_service_sid):
        yield unchecked(_SENDER, "neither TWILIO_FROM nor TWILIO_MESSAGING_SERVICE_SID is right")
    elif twilio.sender is None:
        yield unchecked(_SENDER, "the server at TWILIO_API_BASE_URL, or Twilio itself now, does not tell of senders")
    elif not twilio.sender.is_in_account:
        yield fix(_SENDER, "this account has no such sender; copy the number or service SID from its Twilio console")
    elif not twilio.sender.numbers:
        yield fix(_SENDER, "there is no number that takes texts; buy one that can, or add one to the service's senders")
    else:
        yield ok(_SENDER, "is in the account and takes texts")


def check_opt_out_mode(installation: Installation) -> Iterator[Finding]:
    """The mode fits the sender. Whether it is Twilio's, only the console tells."""
    settings = installation.settings
    mode = settings.twilio_opt_out_mode
    if mode is OptOutMode.ADVANCED and not settings.twilio_messaging_service_sid:
        yield fix(
            _OPT_OUT,
            "advanced is a feature of messaging services; set TWILIO_MESSAGING_SERVICE_SID instead of TWILIO_FROM, or "
            "TWILIO_OPT_OUT_MODE=default",
        )
        return
    yield unchecked(_OPT_OUT, f"Twilio's API does not tell it: we take it to be {mode}, so {_LOOK_UP[mode]}")


_LOOK_UP = {
    OptOutMode.DEFAULT: "see in the console that Advanced Opt-Out is off; text STOP and START once to try it",
    OptOutMode.ADVANCED: "see in the console, under the messaging service, that Advanced Opt-Out is on",
    OptOutMode.DISABLED: "be sure that Twilio support has switched its opt-out handling off for the account",
}


def check_inbound_webhook(installation: Installation) -> Iterator[Finding]:
    """Replies are posted to us."""
    twilio, base = installation.twilio, installation.settings.public_base_url
    if isinstance(twilio, NoTwilio):
        yield unchecked(_INBOUND, f"Twilio cannot be asked: {twilio.reason}")
    elif base is None:
        yield unchecked(_INBOUND, "PUBLIC_BASE_URL must be right first")
    elif twilio.sender is None or not twilio.sender.inbound:
        yield unchecked(_INBOUND, f"Twilio did not tell of it; in its console it must be {base}{INBOUND_PATH} by POST")
    else:
        faults = [fault for inbound in twilio.sender.inbound if (fault := _inbound_fault(inbound, base))]
        yield from (fix(_INBOUND, fault) for fault in faults)
        if not faults:
            yield ok(_INBOUND, "replies are posted to us")


def _inbound_fault(inbound: Inbound, base: str) -> str | None:
    wanted = base + INBOUND_PATH
    if inbound.application:
        return f"the {inbound.holder} hands its texts to a TwiML app; take that out, and have it post to {wanted}"
    if inbound.url != wanted or (inbound.method or "POST").upper() != "POST":
        return f"the {inbound.holder} does not post replies to us; in the Twilio console set it to {wanted} by POST"
    return None


def check_clock(installation: Installation) -> Iterator[Finding]:
    """Our clock agrees with Twilio's."""
    twilio = installation.twilio
    if isinstance(twilio, NoTwilio):
        yield unchecked(_CLOCK, f"Twilio, whose clock it is compared with, cannot be asked: {twilio.reason}")
    elif twilio.ahead is None:
        yield unchecked(_CLOCK, "the answer from Twilio's API carried no date")
    elif abs(twilio.ahead) > LARGEST_CLOCK_DIFFERENCE:
        direction = "fast" if twilio.ahead > timedelta() else "slow"
        seconds = round(abs(twilio.ahead).total_seconds())
        yield fix(_CLOCK, f"it is {seconds:,} s {direction}; switch time synchronisation on: timedatectl set-ntp true")
    else:
        yield ok(_CLOCK, "agrees with Twilio's")


def _without_twilio(subject: str, twilio: NoTwilio) -> Finding:
    if twilio.what_to_do is None:
        return unchecked(subject, twilio.reason)
    return fix(subject, f"{twilio.reason}; {twilio.what_to_do}")
