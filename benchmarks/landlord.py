"""A landlord with a thousand tenants who have just been asked their first question."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from consultations.launch import launch_due_surveys
from delivery.channel import Sent
from delivery.claim import claim
from delivery.results import record_result
from service.settings import Settings
from service.wiring import Application, build_application, connect
from storage import activities, people
from storage.migrations import upgrade
from storage.models.people import LawfulBasis
from storage.policy import change_policy
from storage.tenant_upsert import TenantDetails, upsert_tenants

NOW = datetime(2026, 11, 17, 12, 0, tzinfo=UTC)
"""A Tuesday noon, at which every clock of a benchmark stands: outside quiet hours."""

AUTH_TOKEN = "benchmark-token"
OUR_NUMBER = "+447700900999"
PUBLIC_BASE_URL = "https://benchmark.example"
PHONES = tuple(f"+447700900{number:03}" for number in range(999))


def settings_in(directory: Path, port: int = 8000) -> Settings:
    """Complete settings with a database in `directory`."""
    return Settings.model_validate(
        {
            "database_url": f"sqlite:///{directory / 'sowhat.db'}",
            "secret_key": "a-key-for-benchmarks-and-nothing-else",
            "public_base_url": PUBLIC_BASE_URL,
            "port": port,
            "trial_mode": False,
            "twilio_account_sid": "AC" + "5" * 32,
            "twilio_auth_token": AUTH_TOKEN,
            "twilio_from": OUR_NUMBER,
            "smtp_url": "smtp://127.0.0.1:1",
            "mail_from": "surveys@benchmark.example",
        }
    )


def application_in(directory: Path, port: int = 8000) -> Application:
    """The application on the database in `directory`."""
    return build_application(settings_in(directory, port), lambda: NOW)


def ask_everybody(directory: Path, phones: Sequence[str]) -> None:
    """Make a database in `directory` in which each phone's conversation waits for the reply to its first question."""
    database = connect(settings_in(directory))
    upgrade(database)
    database.close()
    application = application_in(directory)
    with application.database.work() as work:
        change_policy(work, {"landlord": "Derwent Living", "spending_cap_pence": 1_000_000}, "benchmark", NOW)
        upsert_tenants(work, [_tenant(phone) for phone in phones], NOW)
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
            record_result(work, claimed.message.attempt, Sent(f"SM{number:032x}"), NOW)
    application.database.close()


def _tenant(phone: str) -> TenantDetails:
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
