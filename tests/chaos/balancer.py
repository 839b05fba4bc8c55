"""What stands before two webs and has the public address: it hands each connection to one that answers."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from threading import Thread

_PIECE = 65_536


class _Balancer:
    def __init__(self, ports: Sequence[int]) -> None:
        self._ports = ports
        self._turns = count()

    async def hand_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass one connection through; hang up where nobody listens, or when the web dies."""
        turn = next(self._turns)
        for offset in range(len(self._ports)):
            port = self._ports[(turn + offset) % len(self._ports)]
            with suppress(OSError):
                web_reader, web_writer = await asyncio.open_connection("127.0.0.1", port)
                await asyncio.gather(_pass_on(reader, web_writer), _pass_on(web_reader, writer))
                return
        writer.transport.abort()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(_PIECE):
            writer.write(piece)
            await writer.drain()
    writer.close()


@contextmanager
def balancing(port: int, ports: Sequence[int]) -> Iterator[None]:
    """Listen on `port` and hand on to `ports` in turn until the block ends."""
    loop = asyncio.new_event_loop()
    balancer = _Balancer(ports)
    server = loop.run_until_complete(asyncio.start_server(balancer.hand_on, "127.0.0.1", port))
    thread = Thread(target=loop.run_forever, name="balancer", daemon=True)
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
