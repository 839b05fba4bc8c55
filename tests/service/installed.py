"""An installation as the commands find it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.settings import Settings

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def settings_are(monkeypatch: pytest.MonkeyPatch, directory: Path, **settings: str) -> None:
    """Work in `directory` with these settings, by their name in lower case, and no others."""
    monkeypatch.chdir(directory)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name.upper(), value)
