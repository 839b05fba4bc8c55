"""A web server on loopback."""

from aiohttp import web


class Server:
    """Serves one application on a port of its own, 0 for a free one; opened and closed on the network's loop."""

    def __init__(self, application: web.Application, port: int) -> None:
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        self._port = port

    @property
    def url(self) -> str:
        """Its address; known once opened."""
        return f"http://127.0.0.1:{self._port}"

    async def open(self) -> None:
        """Serve. Raises OSError when the port is taken."""
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]

    async def close(self) -> None:
        """Stop serving."""
        await self._runner.cleanup()
