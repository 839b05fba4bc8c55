"""What starting costs: `sowhat --help`, and `sowhat run` until it answers and at rest."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.landlord import AUTH_TOKEN, OUR_NUMBER, settings_in
from benchmarks.turns import free_port, wait_for_port
from service.wiring import connect
from simulator import Account, PhoneNetwork
from storage.migrations import upgrade

SOWHAT = str(Path(sys.executable).with_name("sowhat"))

HELP_RUNS, RUN_RUNS = 9, 3
REST_SECONDS = 2.0


@dataclass(frozen=True)
class StartUp:
    """Seconds and megabytes (1,000,000 bytes), each the median of several runs."""

    help_seconds: float
    python_seconds: float
    ready_seconds: float
    resident_megabytes: float


def measure_start_up() -> StartUp:
    """Measure everything."""
    help_times, python_times = [], []
    for _ in range(HELP_RUNS):
        help_times.append(_seconds([SOWHAT, "--help"]))
        python_times.append(_seconds([sys.executable, "-c", "pass"]))
    runs = [_run() for _ in range(RUN_RUNS)]
    return StartUp(
        help_seconds=median(help_times),
        python_seconds=median(python_times),
        ready_seconds=median(ready for ready, _ in runs),
        resident_megabytes=median(megabytes for _, megabytes in runs),
    )


def _seconds(command: Sequence[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def _run() -> tuple[float, float]:
    """Seconds until `sowhat run` listens, and megabytes resident when it has been at rest."""
    account = Account("AC" + "5" * 32, AUTH_TOKEN, OUR_NUMBER)
    network = PhoneNetwork(account, now=lambda: datetime.now(UTC), seed=1)
    with network, TemporaryDirectory() as name:
        directory, port = Path(name), free_port()
        database = connect(settings_in(directory))
        upgrade(database)
        database.close()
        began = time.perf_counter()
        process = subprocess.Popen(
            [SOWHAT, "run"],
            cwd=directory,
            env=os.environ | _variables(directory, port, network.base_url),
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_for_port(port)
            ready = time.perf_counter() - began
            time.sleep(REST_SECONDS)
            return ready, _resident_megabytes(process.pid)
        finally:
            process.terminate()
            process.wait()


def _variables(directory: Path, port: int, twilio_url: str) -> dict[str, str]:
    settings = settings_in(directory, port)
    assert settings.twilio_auth_token
    assert settings.smtp_url
    secrets = {
        "secret_key": settings.secret_key.get_secret_value(),
        "twilio_auth_token": settings.twilio_auth_token.get_secret_value(),
        "smtp_url": settings.smtp_url.get_secret_value(),
        "twilio_api_base_url": twilio_url,
        # A landlord's policy is not set up here, and nobody is texted.
        "trial_mode": "true",
    }
    values = settings.model_dump(mode="json", exclude_none=True) | secrets
    return {name.upper(): str(value) for name, value in values.items()}


def _resident_megabytes(process: int) -> float:
    """VmRSS of a process. Source: proc(5), /proc/pid/status."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    [line] = [line for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(line.split()[1]) * 1024 / 1_000_000
