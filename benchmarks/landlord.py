"""A landlord with a thousand tenants who have just been asked their first question."""

from collections.abc import Sequence
from datetime import UTC, datetime

from consultations.launch import launch_due_surveys
from delivery.channel import Sent
from delivery.claim import claim
from delivery.results import record_results
from service.settings import Settings
from service.wiring import Application, build_application
from simulator import Account
from storage import activities, people
from storage.models.people import LawfulBasis
from storage.policy import change_policy
from storage.tenant_upsert import TenantDetails, upsert_tenants

NOW = datetime(2026, 11, 17, 12, 0, tzinfo=UTC)
"""A Tuesday noon, at which every clock of a benchmark stands: outside quiet hours."""

ACCOUNT = Account(sid="AC" + "5" * 32, auth_token="benchmark-token", number="+447700900999")
AUTH_TOKEN, OUR_NUMBER = ACCOUNT.auth_token, ACCOUNT.number
PUBLIC_BASE_URL = "https://benchmark.example"
POLICY = {
    "landlord": "Derwent Living",
    "landlord_phone": "01632 960100",
    "alert_recipients": ("gwen.pugh@example.org",),
    "digest_recipients": ("gwen.pugh@example.org",),
    "spending_cap_pence": 1_000_000,
}
PHONES = tuple(f"+447700900{number:03}" for number in range(999))


def settings_on(database_url: str, port: int = 8000) -> Settings:
    """Complete settings with this database."""
    return Settings.model_validate(
        {
            "database_url": database_url,
            "secret_key": "a-key-for-benchmarks-and-nothing-else",
            "public_base_url": PUBLIC_BASE_URL,
            "port": port,
            "trial_mode": False,
            "twilio_account_sid": ACCOUNT.sid,
            "twilio_auth_token": AUTH_TOKEN,
            "twilio_from": OUR_NUMBER,
            "smtp_url": "smtp://127.0.0.1:1",
            "mail_from": "surveys@benchmark.example",
        }
    )


def application_on(database_url: str) -> Application:
    """The application on this database."""
    return build_application(settings_on(database_url), lambda: NOW)


def write_policy(database_url: str) -> None:
    """Finish the policy, without which nothing starts live, in a database that has tables alone."""
    database = application_on(database_url).database
    with database.work() as work:
        change_policy(work, POLICY, "benchmark", NOW)
    database.close()


def ask_everybody(database_url: str, phones: Sequence[str]) -> None:
    """Let each phone's conversation wait for the reply to its first question, in a database that has tables alone."""
    application = application_on(database_url)
    with application.database.work() as work:
        change_policy(work, POLICY, "benchmark", NOW)
        upsert_tenants(work, [tenant(phone) for phone in phones], NOW)
        activities.upsert_activities(work, {"BENCHMARK": {"title": "Coffee morning"}}, NOW)
        activity = activities.by_ref(work, "BENCHMARK")
        assert activity is not None
        activities.record_attendance(work, activity.id, list(people.tenant_ids(work).values()), NOW)
        activities.close(work, activity, NOW, NOW)
    launch_due_surveys(application.database, application.survey, application.rules, NOW)
    claims = claim(application.database, NOW, len(phones), application.claim_rules)
    assert len(claims) == len(phones)
    with application.database.work() as work:
        for number, claimed in enumerate(claims):
            record_results(work, {claimed.message.attempt: Sent(f"SM{number:032x}")}, NOW)
    application.database.close()


def tenant(phone: str) -> TenantDetails:
    """Somebody with this phone who has agreed to be texted."""
    return TenantDetails(
        tenant_ref=phone[-3:],
        first_name="Ann",
        last_name="Beech",
        mobile=phone,
        language="en",
        lawful_basis=LawfulBasis.CONSENT,
        basis_recorded_on=NOW.date(),
        basis_evidence="sign-up sheet",
    )
