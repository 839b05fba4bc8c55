"""The pretend phone network in a process of its own: `python -m benchmarks.carrier PORT ACCEPT_SECONDS`.

It takes `ACCEPT_SECONDS` over each request to send a text. Nothing is ever delivered, so that it posts no receipts
while it is measured how fast it can be sent to.
"""

import signal
import sys
from datetime import UTC, datetime
from threading import Event

from benchmarks.landlord import ACCOUNT
from simulator import PhoneNetwork

NEVER = 1e9


def main(port: str, accept_seconds: str) -> None:
    """Serve until the process is told to end."""
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    network = PhoneNetwork(ACCOUNT, now=lambda: datetime.now(UTC), seed=1, pace=NEVER, port=int(port))
    network.conditions.accept_seconds = float(accept_seconds)
    with network:
        stop.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
