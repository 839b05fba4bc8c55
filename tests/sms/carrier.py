"""A server on loopback that answers as each test tells it to, also in ways that no proper server would."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Request:
    """What came over the wire."""

    method: str
    path: str
    query: dict[str, list[str]]
    form: dict[str, list[str]]
    head: str = ""


@dataclass
class Carrier:
    """The address to call, what has been asked so far, and the answers still to give (the last one repeats)."""

    base_url: str
    answers: list[Answer]
    requests: list[Request] = field(default_factory=list)


def reply(status: int, body: str | bytes, headers: str = "") -> Answer:
    """An HTTP answer; `headers` are whole lines ending in CRLF."""
    content = body.encode() if isinstance(body, str) else body

    async def answer(writer: asyncio.StreamWriter) -> None:
        head = f"HTTP/1.1 {status} Status\r\nContent-Type: application/json\r\n{headers}"
        writer.write(f"{head}Content-Length: {len(content)}\r\nConnection: close\r\n\r\n".encode() + content)
        await writer.drain()

    return answer


def raw(content: bytes) -> Answer:
    """Bytes that need not be HTTP, and then the connection is closed."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(content)
        await writer.drain()

    return answer


async def silence(writer: asyncio.StreamWriter) -> None:
    """No answer within the time of any test."""
    await asyncio.sleep(5)


@asynccontextmanager
async def carrier_answering(*answers: Answer) -> AsyncIterator[Carrier]:
    """A running carrier that gives these answers in turn."""
    carrier = Carrier("", list(answers))

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        carrier.requests.append(await _read_request(reader))
        answer = carrier.answers.pop(0) if len(carrier.answers) > 1 else carrier.answers[0]
        try:
            await answer(writer)
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()[:2]
    carrier.base_url = f"http://{host}:{port}"
    try:
        yield carrier
    finally:
        server.close()


async def _read_request(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    method, target, _ = head.split(" ", 2)
    path, _, query = target.partition("?")
    lengths = [line.split(":")[1] for line in head.splitlines() if line.lower().startswith("content-length:")]
    body = (await reader.readexactly(int(lengths[0]))).decode() if lengths else ""
    return Request(method, path, parse_qs(query), parse_qs(body, keep_blank_values=True), head)
