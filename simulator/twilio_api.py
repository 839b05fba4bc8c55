"""Twilio's Messages API over HTTP: create, fetch and list, with its errors and with faults on demand."""

import asyncio
import hmac
from collections import Counter
from collections.abc import Awaitable, Callable

from aiohttp import encode_basic_auth, web

from simulator.account import Account
from simulator.carrier import Carrier, Conditions
from simulator.faults import RequestFault, choose_request_fault
from simulator.ledger import Ledger
from simulator.tenants import NOT_A_NUMBER
from simulator.twilio_json import API_VERSION, error_json, message_json, page_json
from simulator.twilio_listing import read_listing, select
from simulator.twilio_requests import SendRequest, TwilioError, read_send_request

_MESSAGES = f"/{API_VERSION}/Accounts/{{account}}/Messages"

_TOO_MANY_REQUESTS = (429, 20429, "Too Many Requests")
_SERVER_ERROR = (500, 20500, "An internal server error has occurred")


class TwilioApi:
    """The requests that a customer makes; `application` is served by the network."""

    def __init__(self, account: Account, ledger: Ledger, carrier: Carrier, conditions: Conditions) -> None:
        self._account = account
        self._ledger = ledger
        self._carrier = carrier
        self._conditions = conditions
        self._tries: Counter[tuple[str, str]] = Counter()
        self.application = web.Application(middlewares=[self._answer_errors])
        self.application.router.add_post(f"{_MESSAGES}.json", self._create)
        self.application.router.add_get(f"{_MESSAGES}.json", self._list)
        self.application.router.add_get(f"{_MESSAGES}/{{sid}}.json", self._fetch)

    async def _create(self, request: web.Request) -> web.StreamResponse:
        form = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
        asked = read_send_request(form, self._account)
        fault = self._choose_fault(asked)
        if fault is RequestFault.TOO_MANY_REQUESTS:
            raise TwilioError(*_TOO_MANY_REQUESTS)
        if fault is RequestFault.SERVER_ERROR:
            raise TwilioError(*_SERVER_ERROR)
        if fault is RequestFault.DROP_BEFORE_ACCEPTING:
            return _drop(request)
        self._refuse(asked)
        message = self._carrier.accept(asked)
        if fault is RequestFault.SERVER_ERROR_AFTER_ACCEPTING:
            raise TwilioError(*_SERVER_ERROR)
        if fault is RequestFault.DROP_AFTER_ACCEPTING:
            return _drop(request)
        if fault is RequestFault.HANG_AFTER_ACCEPTING:
            await asyncio.sleep(self._conditions.faults.hang_seconds)
        return web.json_response(message_json(message, self._account), status=201)

    async def _fetch(self, request: web.Request) -> web.StreamResponse:
        message = self._ledger.find(request.match_info["sid"])
        if message is None:
            raise _not_found(request)
        self._ledger.mark_told(message.sid)
        return web.json_response(message_json(message, self._account))

    async def _list(self, request: web.Request) -> web.StreamResponse:
        newest_first = [message for message in reversed(self._ledger.everything()) if not message.carrier]
        try:
            listing = read_listing(request.query)
            messages, more = select(listing, newest_first)
        except (ValueError, OverflowError) as error:
            raise TwilioError(400, 20001, "A filter or page of the list cannot be read.") from error
        for message in messages:
            self._ledger.mark_told(message.sid)
        return web.json_response(
            page_json(messages, self._account, listing.filters, listing.page, listing.page_size, more)
        )

    def _refuse(self, asked: SendRequest) -> None:
        code = self._carrier.refusal(asked)
        if code is not None:
            self._ledger.note_refusal(asked.to, code)
            sentence = "Invalid 'To' Phone Number" if code == NOT_A_NUMBER else "The recipient has unsubscribed"
            raise TwilioError(400, code, sentence)

    def _choose_fault(self, asked: SendRequest) -> RequestFault | None:
        self._tries[asked.to, asked.body] += 1
        cause = f"request {asked.to} {asked.body} {self._tries[asked.to, asked.body]}"
        return choose_request_fault(self._conditions.faults, self._conditions.seed, cause)

    @web.middleware
    async def _answer_errors(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        try:
            self._check_credentials(request)
            return await handler(request)
        except TwilioError as error:
            refusal = error
        except web.HTTPNotFound:
            refusal = _not_found(request)
        except web.HTTPMethodNotAllowed:
            refusal = TwilioError(405, 20004, "Method not allowed")
        body = error_json(refusal.status, refusal.code, refusal.message)
        return web.json_response(body, status=refusal.status)

    def _check_credentials(self, request: web.Request) -> None:
        given = request.headers.get("Authorization", "").encode(errors="replace")
        right = encode_basic_auth(self._account.sid, self._account.auth_token).encode()
        if not hmac.compare_digest(given, right):
            raise TwilioError(401, 20003, "Authenticate")
        if request.match_info.get("account", self._account.sid) != self._account.sid:
            raise _not_found(request)


def _not_found(request: web.Request) -> TwilioError:
    return TwilioError(404, 20404, f"The requested resource {request.path} was not found")


def _drop(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
