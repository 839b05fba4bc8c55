"""How a request to send a message ends, whichever network it is made to: as it should, or with a fault."""

import asyncio
from collections import Counter
from collections.abc import Callable

from aiohttp import web

from simulator.conditions import Conditions
from simulator.faults import RequestFault, choose_request_fault


class FaultyRequests:
    """Lets requests to send meet at most one fault each.

    `too_many_requests` and `server_error` return what the network raises for an answer 429 and 500.
    """

    def __init__(
        self,
        conditions: Conditions,
        too_many_requests: Callable[[], Exception],
        server_error: Callable[[], Exception],
    ) -> None:
        self._conditions = conditions
        self._too_many_requests = too_many_requests
        self._server_error = server_error
        self._tries: Counter[tuple[str, str]] = Counter()

    async def answer(
        self, request: web.Request, to: str, body: str, accept: Callable[[], web.StreamResponse]
    ) -> web.StreamResponse:
        """Return the answer to a request to send `body` to `to`, which `accept` takes and answers.

        Raises what `accept` raises when it refuses, and the network's own errors for a fault that is one.
        """
        fault = self._choose(to, body)
        if fault is RequestFault.TOO_MANY_REQUESTS:
            raise self._too_many_requests()
        if fault is RequestFault.SERVER_ERROR:
            raise self._server_error()
        if fault is RequestFault.DROP_BEFORE_ACCEPTING:
            return _drop(request)
        await asyncio.sleep(self._conditions.accept_seconds)
        answer = accept()
        if fault is RequestFault.SERVER_ERROR_AFTER_ACCEPTING:
            raise self._server_error()
        if fault is RequestFault.DROP_AFTER_ACCEPTING:
            return _drop(request)
        if fault is RequestFault.HANG_AFTER_ACCEPTING:
            await asyncio.sleep(self._conditions.faults.hang_seconds)
        return answer

    def _choose(self, to: str, body: str) -> RequestFault | None:
        self._tries[to, body] += 1
        cause = f"request {to} {body} {self._tries[to, body]}"
        return choose_request_fault(self._conditions.faults, self._conditions.seed, cause)


def _drop(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
