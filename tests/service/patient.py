"""What the doctor examines in tests."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from service.doctor.checks import examine
from service.doctor.finding import Finding
from service.doctor.installation import find_installation
from service.settings import Settings
from service.wiring import connect
from storage.migrations import upgrade
from storage.policy import change_policy
from tests.service.installed import NOON, settings_are
from tests.service.twilio_server import ACCOUNT_SID, AUTH_TOKEN, NUMBER

SECRET_KEY = "a-secret-that-nobody-may-ever-read"
TWILIO = {"twilio_account_sid": ACCOUNT_SID, "twilio_auth_token": AUTH_TOKEN, "twilio_from": NUMBER}
FILLED_IN = {
    "landlord": "Derwent Living",
    "landlord_phone": "01632 960100",
    "digest_recipients": ("gwen.pugh@example.org",),
    "alert_recipients": ("gwen.pugh@example.org",),
    "team_numbers": ("+447700900123",),
}


class Patient:
    """An installation in its own directory; nothing it names may be reached unless a test starts it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, directory: Path) -> None:
        self._monkeypatch = monkeypatch
        self.directory = directory
        self.has()

    def has(self, **settings: str) -> None:
        """Have these settings and no others."""
        settings_are(self._monkeypatch, self.directory, **settings)

    def has_database(self, **policy: object) -> None:
        """Have today's tables in sowhat.db, and this policy."""
        opened = connect(Settings(secret_key=SecretStr(SECRET_KEY)))
        upgrade(opened)
        with opened.work() as work:
            change_policy(work, policy, "Gwen Pugh", NOON)
        opened.close()

    def findings(self, subject: str, fast: timedelta = timedelta()) -> list[Finding]:
        """What the doctor says of one subject, on a clock that is so fast."""
        installation = find_installation(Path(".env"), lambda: datetime.now(UTC) + fast, timeout_seconds=1.0)
        return [finding for finding in examine(installation) if finding.subject == subject]

    def finding(self, subject: str, fast: timedelta = timedelta()) -> Finding:
        """The one thing that the doctor says of a subject."""
        [found] = self.findings(subject, fast)
        return found
