"""sowhat's own processes, run as a landlord runs them, and what they take of the machine."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.landlord import settings_on

SOWHAT = str(Path(sys.executable).with_name("sowhat"))
LONGEST_START_SECONDS = 120.0


@contextmanager
def sowhat(command: str, database_url: str, twilio_url: str, port: int) -> Iterator[int]:
    """Run `sowhat run`, `web` or `worker` on a database until the block ends; gives its process id."""
    process = subprocess.Popen(
        [SOWHAT, command],
        env=os.environ | _variables(database_url, twilio_url, port),
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def _variables(database_url: str, twilio_url: str, port: int) -> dict[str, str]:
    settings = settings_on(database_url, port)
    assert settings.twilio_auth_token
    assert settings.smtp_url
    secrets = {
        "database_url": database_url,
        "secret_key": settings.secret_key.get_secret_value(),
        "twilio_auth_token": settings.twilio_auth_token.get_secret_value(),
        "smtp_url": settings.smtp_url.get_secret_value(),
        "twilio_api_base_url": twilio_url,
    }
    values = settings.model_dump(mode="json", exclude_none=True) | secrets
    return {name.upper(): str(value) for name, value in values.items()}


def resident_megabytes(process: int | None = None) -> float:
    """VmRSS of a process, or of this one, in units of 1,000,000 bytes. Source: proc(5), /proc/pid/status."""
    status = Path(f"/proc/{process or 'self'}/status").read_text(encoding="ascii")
    [line] = [line for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(line.split()[1]) * 1024 / 1_000_000


def wait_for_port(port: int) -> None:
    """Wait until somebody listens. Raises TimeoutError."""
    deadline = time.monotonic() + LONGEST_START_SECONDS
    while True:
        with socket.socket() as connection:
            if connection.connect_ex(("127.0.0.1", port)) == 0:
                return
        if time.monotonic() > deadline:
            raise TimeoutError(f"nobody listens on port {port} after {LONGEST_START_SECONDS:.0f} seconds")
        time.sleep(0.005)
