"""Twilio as a load: several callers at once, each on a connection that it keeps open."""

import http.client
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlencode

from benchmarks.landlord import AUTH_TOKEN, OUR_NUMBER, PUBLIC_BASE_URL
from benchmarks.server import INBOUND
from simulator.callbacks import sign

CONCURRENCY = 8


@dataclass(frozen=True)
class Request:
    """One signed webhook, ready to be sent."""

    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True)
class Load:
    """What a load came to: how many a second, and how long each took, in milliseconds, the quickest first."""

    per_second: float
    milliseconds: Sequence[float]

    def percentile(self, share: float) -> float:
        """The time in milliseconds within which this share (0–1) of the requests were answered."""
        return self.milliseconds[min(len(self.milliseconds) - 1, int(share * len(self.milliseconds)))]


def replies(phones: Sequence[str], text: str, first_number: int) -> list[Request]:
    """One reply from each phone, signed; message ids count up from `first_number`."""
    return [_reply(phone, text, first_number + offset) for offset, phone in enumerate(phones)]


def _reply(phone: str, text: str, number: int) -> Request:
    form = {
        "MessageSid": f"SM{number:032x}",
        "From": phone,
        "To": OUR_NUMBER,
        "Body": text,
        "NumMedia": "0",
    }
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Twilio-Signature": sign(AUTH_TOKEN, PUBLIC_BASE_URL + INBOUND, form),
    }
    return Request(urlencode(form).encode(), headers)


def call(ports: Sequence[int], requests: Sequence[Request]) -> Load:
    """Send all requests, `CONCURRENCY` at a time, to as many servers as there are ports.

    Raises RuntimeError when one is answered with anything but 200.
    """
    shares = [(ports[first % len(ports)], requests[first::CONCURRENCY]) for first in range(CONCURRENCY)]
    with ThreadPoolExecutor(CONCURRENCY) as callers:
        began = time.perf_counter()
        times = list(callers.map(lambda share: _send(*share), shares))
        seconds = time.perf_counter() - began
    return Load(len(requests) / seconds, sorted(time for share in times for time in share))


def _send(port: int, requests: Sequence[Request]) -> list[float]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    times = []
    for request in requests:
        began = time.perf_counter()
        connection.request("POST", INBOUND, request.body, request.headers)
        answer = connection.getresponse()
        answer.read()
        times.append((time.perf_counter() - began) * 1000)
        if answer.status != 200:
            raise RuntimeError(f"the server answered {answer.status} instead of 200")
    connection.close()
    return times
