"""The settings one by one, so that a wrong one does not hide the others."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError
from pydantic_settings import DotEnvSettingsSource, EnvSettingsSource

from service.settings import SHORTEST_SECRET_KEY, EnvironmentSettings, Settings

SENDERS = ("twilio_from", "twilio_messaging_service_sid")

# Stands in for a key that is missing or too short. Nothing is hashed with it: the doctor only looks.
_STAND_INS = {"secret_key": "-" * SHORTEST_SECRET_KEY}


@dataclass(frozen=True)
class GivenSettings:
    """What the environment and `.env` hold.

    `settings` has every value that is right, and the default where one is missing or wrong. `written` has every
    value as it was written, right or wrong, and `wrong` the names of those that cannot be used; names are the
    settings' own, in lower case.
    """

    settings: Settings
    written: Mapping[str, str] = field(repr=False)
    wrong: frozenset[str]


def read_given_settings(env_file: Path) -> GivenSettings:
    """Read the environment, with `env_file` behind it, as `read_settings` does.

    Raises:
        UnicodeDecodeError: the file is not UTF-8 text.
        OSError: it cannot be read.
    """
    found = DotEnvSettingsSource(EnvironmentSettings, env_file=env_file)() | EnvSettingsSource(EnvironmentSettings)()
    written = {name: str(value) for name, value in found.items() if name in Settings.model_fields}
    right, wrong = dict(written), set[str]()
    while True:
        try:
            settings = Settings.model_validate({**_STAND_INS, **right})
        except ValidationError as error:
            # A fault without a place is about the two senders together.
            faulty = {name for fault in error.errors() for name in fault["loc"] or SENDERS}
            wrong |= {str(name) for name in faulty}
            right = {name: value for name, value in right.items() if name not in faulty}
        else:
            return GivenSettings(settings, written, frozenset(wrong))
