"""What our own code stumbled over, by the inbox and by the logs."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.chaos.evidence import Evidence

_AWAY = ("DatabaseUnavailableError", "ConnectorException")
"""What our processes say of a database that is away."""


def own_faults(evidence: Evidence, logs: Iterable[Path]) -> Iterator[str]:
    """Messages that our own code stumbled over, and what the logs call an error, but for a database that was away."""
    yield from (f"{sid} was not handled" for sid in evidence.not_handled)
    for log in logs:
        for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
            said = json.loads(line) if line.startswith("{") else {}
            if said.get("level") == "error" and said.get("fault") not in _AWAY:
                yield f"{log.name}: {said.get('event')} {said.get('job', '')} {said.get('fault')} {said.get('at', '')}"
