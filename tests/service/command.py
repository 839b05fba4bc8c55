"""The real `sowhat` in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

from service.settings import Settings

SOWHAT = str(Path(sys.executable).with_name("sowhat"))


def environment(**settings: str) -> dict[str, str]:
    """Our environment with these settings, by their name in lower case, and no others."""
    ours = {name.upper() for name in Settings.model_fields}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return kept | {name.upper(): value for name, value in settings.items()}


def sowhat(
    *arguments: str, directory: Path, timeout: float = 20.0, given: str = "", **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run `sowhat` in `directory` to its end, with `given` on standard input."""
    return subprocess.run(
        [SOWHAT, *arguments],
        cwd=directory,
        env=environment(**settings),
        input=given,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=timeout,
        check=False,
    )
