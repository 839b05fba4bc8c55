"""Twilio's Messages API over HTTP: create, fetch and list, with its errors and with faults on demand."""

import hmac
from collections.abc import Awaitable, Callable

from aiohttp import encode_basic_auth, web

from simulator.account import Account
from simulator.carrier import Carrier
from simulator.conditions import Conditions
from simulator.faulty_requests import FaultyRequests
from simulator.ledger import Ledger
from simulator.records import Channel, Message
from simulator.tenants import NOT_A_NUMBER
from simulator.texts import find_media
from simulator.twilio_json import API_VERSION, error_json, media_page_json, message_json, page_json
from simulator.twilio_listing import read_listing, select
from simulator.twilio_requests import SendRequest, TwilioError, read_send_request

_MESSAGES = f"/{API_VERSION}/Accounts/{{account}}/Messages"

_STORED_MEDIA = "/stored-media"
"""Where a request for a medium is sent on to: at Twilio another host, whose addresses open without a password.

Source: Twilio's "Protect media access with HTTP basic authentication".
"""

_TOO_MANY_REQUESTS = (429, 20429, "Too Many Requests")
_SERVER_ERROR = (500, 20500, "An internal server error has occurred")


class TwilioApi:
    """The requests that a customer makes; `application` is served by the network."""

    def __init__(self, account: Account, ledger: Ledger, carrier: Carrier, conditions: Conditions) -> None:
        self._account = account
        self._ledger = ledger
        self._carrier = carrier
        self._faulty_requests = FaultyRequests(
            conditions, lambda: TwilioError(*_TOO_MANY_REQUESTS), lambda: TwilioError(*_SERVER_ERROR)
        )
        self.application = web.Application(middlewares=[self._answer_errors])
        self.application.router.add_post(f"{_MESSAGES}.json", self._create)
        self.application.router.add_get(f"{_MESSAGES}.json", self._list)
        self.application.router.add_get(f"{_MESSAGES}/{{sid}}.json", self._fetch)
        self.application.router.add_get(f"{_MESSAGES}/{{sid}}/Media.json", self._list_media)
        self.application.router.add_get(f"{_MESSAGES}/{{sid}}/Media/{{media}}", self._send_to_media)
        self.application.router.add_get(f"{_STORED_MEDIA}/{{sid}}/{{media}}", self._fetch_media)

    async def _create(self, request: web.Request) -> web.StreamResponse:
        form = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
        asked = read_send_request(form, self._account)
        return await self._faulty_requests.answer(request, asked.to, asked.body, lambda: self._accept(asked))

    def _accept(self, asked: SendRequest) -> web.StreamResponse:
        code = self._carrier.refusal(asked)
        if code is not None:
            self._ledger.note_refusal(asked.to, code)
            sentence = "Invalid 'To' Phone Number" if code == NOT_A_NUMBER else "The recipient has unsubscribed"
            raise TwilioError(400, code, sentence)
        return web.json_response(message_json(self._carrier.accept(asked), self._account), status=201)

    async def _fetch(self, request: web.Request) -> web.StreamResponse:
        message = self._find(request)
        self._ledger.mark_told(message)
        return web.json_response(message_json(message, self._account))

    async def _list(self, request: web.Request) -> web.StreamResponse:
        newest_first = [message for message in reversed(self._ledger.everything()) if _is_listed(message)]
        try:
            listing = read_listing(request.query)
            messages, more = select(listing, newest_first)
        except (ValueError, OverflowError) as error:
            raise TwilioError(400, 20001, "A filter or page of the list cannot be read.") from error
        for message in messages:
            self._ledger.mark_told(message)
        return web.json_response(
            page_json(messages, self._account, listing.filters, listing.page, listing.page_size, more)
        )

    async def _list_media(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(media_page_json(self._find(request), self._account))

    async def _send_to_media(self, request: web.Request) -> web.StreamResponse:
        sid, media = request.match_info["sid"], request.match_info["media"]
        if find_media(self._find(request), media) is None:
            raise _not_found(request)
        return web.Response(status=307, headers={"Location": f"{_STORED_MEDIA}/{sid}/{media}"})

    async def _fetch_media(self, request: web.Request) -> web.StreamResponse:
        media = find_media(self._find(request), request.match_info["media"])
        if media is None:
            raise _not_found(request)
        return web.Response(body=media.content, content_type=media.content_type)

    def _find(self, request: web.Request) -> Message:
        message = self._ledger.find(request.match_info["sid"])
        if message is None or not _is_listed(message):
            raise _not_found(request)
        return message

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
        if request.path.startswith(f"{_STORED_MEDIA}/"):
            return
        given = request.headers.get("Authorization", "").encode(errors="replace")
        right = encode_basic_auth(self._account.sid, self._account.auth_token).encode()
        if not hmac.compare_digest(given, right):
            raise TwilioError(401, 20003, "Authenticate")
        if request.match_info.get("account", self._account.sid) != self._account.sid:
            raise _not_found(request)


def _not_found(request: web.Request) -> TwilioError:
    return TwilioError(404, 20404, f"The requested resource {request.path} was not found")


def _is_listed(message: Message) -> bool:
    return message.channel is Channel.SMS and not message.carrier
