"""The settings, one by one: set where they must be, and usable."""

from collections.abc import Callable, Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from mail.smtp_server import Encryption, parse_smtp_url
from service.doctor.finding import Finding, fix, ok
from service.doctor.given_settings import SENDERS
from service.doctor.installation import Installation
from service.settings import SHORTEST_METRICS_TOKEN, SHORTEST_SECRET_KEY, SHORTEST_WEBHOOK_SECRET, Settings
from sms.senders import can_receive_replies

NEEDED = (
    "secret_key",
    "public_base_url",
    "twilio_account_sid",
    "twilio_auth_token",
    "smtp_url",
    "mail_from",
)
"""What must be set before anything can be sent, besides one of the senders."""

WHAT_TO_DO = {
    "database_url": "write sqlite:/// and the name of a file, not of a folder, as in sqlite:///sowhat.db; "
    "or postgresql+psycopg://ACCOUNT:PASSWORD@HOST:PORT/DATABASE",
    "secret_key": f"give it at least {SHORTEST_SECRET_KEY} random characters, made with: "
    'python3 -c "import secrets; print(secrets.token_urlsafe(32))"',
    "public_base_url": "give the address at which Twilio reaches this machine, as in https://sowhat.example.org",
    "port": "give a port number from 1 to 65535, or leave it out for 8000",
    "trial_mode": "write true or false",
    "twilio_account_sid": "copy the Account SID (AC and 32 characters) from the Twilio console",
    "twilio_auth_token": "copy the Auth Token from the Twilio console",
    "twilio_from": "give the number you have at Twilio with its country code, as in +447…",
    "twilio_messaging_service_sid": "copy the SID of the messaging service (MG and 32 characters) from the console",
    "twilio_api_base_url": "leave it out to use Twilio; only the simulator has an address of its own",
    "twilio_opt_out_mode": "write default, advanced or disabled; .env.example says which is which",
    "telegram_bot_token": "copy your bot's token from @BotFather (/mybots), or leave it out to do without Telegram",
    "telegram_webhook_secret": f"give {SHORTEST_WEBHOOK_SECRET} to 256 of the characters A-Z a-z 0-9 _ -, made with: "
    'python3 -c "import secrets; print(secrets.token_urlsafe(32))"',
    "telegram_api_base_url": "leave it out to use Telegram; only the simulator has an address of its own",
    "smtp_url": "name your mail server, as in smtp://user:password@mail.example.org:587",
    "mail_from": "give the one address that digests come from, as in surveys@example.org",
    "metrics_token": f"give it at least {SHORTEST_METRICS_TOKEN} random characters, made as those of SECRET_KEY, or "
    "leave it out to do without /metrics",
}
"""What to do about a setting that is missing or wrong, for every setting there is."""


def check_env_file(installation: Installation) -> Iterator[Finding]:
    """There is a file of settings, unless the environment has them."""
    if installation.env_file.is_file():
        yield ok(".env", "is there")
    elif set(NEEDED) <= set(installation.given.written):
        yield ok(".env", "is not there, and not needed: the environment has the settings")
    else:
        yield fix(".env", "is not there; make it with: cp .env.example .env, and fill it in")


def check_settings(installation: Installation) -> Iterator[Finding]:
    """Every setting on its own; the senders are checked together."""
    for name in Settings.model_fields:
        if name not in SENDERS:
            yield _check_setting(installation, name)


def _check_setting(installation: Installation, name: str) -> Finding:
    given, subject = installation.given, name.upper()
    if name in given.wrong:
        return fix(subject, f"is wrong; {WHAT_TO_DO[name]}")
    if name not in given.written:
        if name in NEEDED:
            return fix(subject, f"is not set; {WHAT_TO_DO[name]}")
        return ok(subject, "is not set, so the default holds")
    fault = _FAULTS[name](installation.settings) if name in _FAULTS else None
    return ok(subject, "is set") if fault is None else fix(subject, fault)


def check_text_sender(installation: Installation) -> Iterator[Finding]:
    """Exactly one sender, and one that people can answer."""
    given = installation.given
    subject = " or ".join(name.upper() for name in SENDERS)
    number, service = (given.written.get(name) for name in SENDERS)
    if number and service:
        yield fix(subject, "both are set; keep the one that texts are to come from and remove the other")
    elif not number and not service:
        yield fix(subject, f"neither is set; {WHAT_TO_DO['twilio_from']}")
    elif number and not can_receive_replies(number):
        yield fix("TWILIO_FROM", f"a name or a broken number takes no replies; {WHAT_TO_DO['twilio_from']}")
    else:
        name = SENDERS[0 if number else 1]
        yield fix(name.upper(), f"is wrong; {WHAT_TO_DO[name]}") if name in given.wrong else ok(name.upper(), "is set")


def check_trial_mode(installation: Installation) -> Iterator[Finding]:
    """Say plainly who is texted, and by whom."""
    settings = installation.settings
    if settings.trial_mode:
        yield ok(
            "trial mode",
            "ON: only the policy's team_numbers are ever texted, drafts of translations among the texts, and tenants "
            "get nothing; when you are ready to go live, set TRIAL_MODE=false",
        )
    else:
        yield ok("trial mode", "off: tenants are texted for real")
    if settings.twilio_api_base_url:
        yield ok("simulator", f"texts go to {settings.twilio_api_base_url} and not to Twilio, while that is set")
    if settings.telegram_api_base_url:
        yield ok("chat simulator", f"messages go to {settings.telegram_api_base_url} and not to Telegram meanwhile")


def _public_base_url_fault(settings: Settings) -> str | None:
    assert settings.public_base_url
    parts = urlsplit(settings.public_base_url)
    if not is_loopback(parts.hostname or ""):
        return None if parts.scheme == "https" else "begins with http://, so anybody could read replies; use https://"
    if settings.twilio_api_base_url:
        return None
    return f"is this machine's own, which Twilio cannot reach; {WHAT_TO_DO['public_base_url']}"


def is_loopback(host: str) -> bool:
    """Whether only this machine is meant."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _smtp_url_fault(settings: Settings) -> str | None:
    assert settings.smtp_url
    server = parse_smtp_url(settings.smtp_url.get_secret_value())
    if server.encryption is Encryption.NEVER and server.user and not is_loopback(server.host):
        return "sends its password unencrypted; remove starttls=never"
    return None


_FAULTS: dict[str, Callable[[Settings], str | None]] = {
    "public_base_url": _public_base_url_fault,
    "smtp_url": _smtp_url_fault,
}
