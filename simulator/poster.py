"""Posting to the customer, as every network does it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp


@dataclass(frozen=True)
class Answer:
    """What the customer's server answered; `retry_after` is that header in seconds, 0 without one."""

    status: int
    reason: str
    content_type: str
    body: bytes
    retry_after: int = 0

    @property
    def is_success(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300


class Poster:
    """Posts over a connection of its own each time.

    A connection kept open may be closed by the customer just as it is used again, and a post lost that way would be
    this client's doing.
    """

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Open the session; must be called on the loop that will post."""
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True, limit=0))

    async def close(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()

    async def post(self, url: str, headers: Mapping[str, str], **content: Any) -> Answer:
        """Post a form (`data`) or JSON (`json`) and return the answer; redirects are not followed.

        Raises aiohttp.ClientError when there is none, ValueError for an address that is none.
        """
        if self._session is None:
            raise RuntimeError("The phone network is not running: start it before messages are sent.")
        async with self._session.post(url, headers=headers, allow_redirects=False, **content) as answer:
            retry_after = answer.headers.get("Retry-After", "")
            return Answer(
                status=answer.status,
                reason=answer.reason or "",
                content_type=answer.content_type,
                body=await answer.read(),
                retry_after=int(retry_after) if retry_after.isdecimal() else 0,
            )
