"""Telegram's Bot API over HTTP: its methods and files, with its errors and with faults on demand.

Source: Telegram's "Making requests", "getMe", "sendMessage", "answerCallbackQuery", "getFile", "setMyCommands" and
"Getting updates". Methods are found in any case; a wrong token is 401, an unknown method 404.
"""

import hmac
from collections.abc import Awaitable, Callable

from aiohttp import web

from simulator.account import BotAccount
from simulator.conditions import Conditions
from simulator.faulty_requests import FaultyRequests
from simulator.messenger import Messenger
from simulator.telegram_delivery import Delivery
from simulator.telegram_json import error_json, file_json, file_path, me_json, unix_time
from simulator.telegram_requests import (
    Parameters,
    TelegramError,
    WebhookRequest,
    read_allowed_updates,
    read_boolean,
    read_integer,
    read_message,
    read_parameters,
    read_webhook,
)
from simulator.telegram_updates import Updates
from simulator.telegram_webhook import Webhook

_MOST_COMMANDS = 100

Method = Callable[[Parameters], Awaitable[object]]


class TelegramApi:
    """The requests that a bot makes; `application` is served by the network."""

    def __init__(
        self,
        bot: BotAccount,
        messenger: Messenger,
        updates: Updates,
        webhook: Webhook,
        delivery: Delivery,
        conditions: Conditions,
    ) -> None:
        self._bot = bot
        self._messenger = messenger
        self._updates = updates
        self._webhook = webhook
        self._delivery = delivery
        self._conditions = conditions
        self._faulty_requests = FaultyRequests(conditions, self._too_many_requests, _server_error)
        self._methods: dict[str, Method] = {
            "getme": self._get_me,
            "sendmessage": self._send_message,
            "answercallbackquery": self._answer_callback_query,
            "setwebhook": self._set_webhook,
            "deletewebhook": self._delete_webhook,
            "getwebhookinfo": self._get_webhook_info,
            "getupdates": self._get_updates,
            "getfile": self._get_file,
            "setmycommands": self._set_my_commands,
        }
        self.application = web.Application(middlewares=[self._answer_errors])
        for method in ("GET", "POST"):
            self.application.router.add_route(method, "/bot{token}/{method}", self._call)
        self.application.router.add_get("/file/bot{token}/{path:.+}", self._download)

    async def carry_out(self, method: str, parameters: Parameters) -> None:
        """Do what a webhook's answer asks for; nobody is told what comes of it."""
        if method in self._methods:
            try:
                await self._methods[method](parameters)
            except TelegramError:
                return

    async def _call(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"].lower()
        parameters = await read_parameters(request)
        if name not in self._methods:
            raise TelegramError(404, "Not Found")
        if name == "sendmessage":
            asked = read_message(parameters)
            return await self._faulty_requests.answer(
                request, asked.chat, asked.text, lambda: _success(self._messenger.accept(asked))
            )
        return _success(await self._methods[name](parameters))

    async def _get_me(self, parameters: Parameters) -> object:
        return me_json(self._bot)

    async def _send_message(self, parameters: Parameters) -> object:
        return self._messenger.accept(read_message(parameters))

    async def _answer_callback_query(self, parameters: Parameters) -> object:
        self._messenger.answer_tap(str(parameters.get("callback_query_id", "")))
        return True

    async def _set_webhook(self, parameters: Parameters) -> object:
        self._delivery.set_webhook(read_webhook(parameters))
        return True

    async def _delete_webhook(self, parameters: Parameters) -> object:
        drop = read_boolean(parameters, "drop_pending_updates")
        self._delivery.set_webhook(WebhookRequest("", None, None, 1, drop))
        return True

    async def _get_webhook_info(self, parameters: Parameters) -> object:
        target, failure, allowed = self._webhook.target, self._webhook.failure, self._updates.allowed
        info: dict[str, object] = {
            "url": target.url if target else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates.all()),
        }
        if target is not None:
            info["max_connections"] = target.max_connections
        if failure is not None:
            info["last_error_date"] = unix_time(failure.time)
            info["last_error_message"] = failure.sentence
        if allowed:
            info["allowed_updates"] = list(allowed)
        return info

    async def _get_updates(self, parameters: Parameters) -> object:
        self._delivery.allow(read_allowed_updates(parameters))
        offset, limit = read_integer(parameters, "offset", 0), read_integer(parameters, "limit", 100)
        updates = await self._delivery.poll(offset, limit, read_integer(parameters, "timeout", 0))
        return [update.json() for update in updates]

    async def _get_file(self, parameters: Parameters) -> object:
        media = self._messenger.find_file(str(parameters.get("file_id", "")))
        if media is None:
            raise TelegramError(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        return {**file_json(media), "file_path": file_path(media)}

    async def _set_my_commands(self, parameters: Parameters) -> object:
        return True

    async def _download(self, request: web.Request) -> web.StreamResponse:
        media = self._messenger.find_file(request.match_info["path"].split("/")[-1])
        if media is None:
            raise TelegramError(404, "Not Found")
        return web.Response(body=media.content, content_type="application/octet-stream")

    @web.middleware
    async def _answer_errors(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        try:
            self._check_token(request)
            return await handler(request)
        except TelegramError as error:
            refusal = error
        except (web.HTTPNotFound, web.HTTPMethodNotAllowed):
            refusal = TelegramError(404, "Not Found")
        body = error_json(refusal.code, refusal.description, refusal.parameters)
        return web.json_response(body, status=refusal.code)

    def _check_token(self, request: web.Request) -> None:
        given = request.match_info.get("token", self._bot.token).encode(errors="replace")
        if not hmac.compare_digest(given, self._bot.token.encode()):
            raise TelegramError(401, "Unauthorized")

    def _too_many_requests(self) -> Exception:
        seconds = int(self._conditions.faults.retry_after_seconds)
        return TelegramError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def _server_error() -> Exception:
    return TelegramError(500, "Internal Server Error")


def _success(result: object) -> web.StreamResponse:
    return web.json_response({"ok": True, "result": result})
