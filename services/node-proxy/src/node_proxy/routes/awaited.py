"""Work that ends when nobody waits for its answer any more."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.requests import ClientDisconnect, Request

T = TypeVar("T")


async def while_awaited(request: Request[Any], work: Coroutine[Any, Any, T]) -> T:
    """What `work` comes to, unless the client goes away first; then it is cancelled.

    For requests whose body nobody reads.

    Raises:
        ClientDisconnect: The client has gone.
    """
    working = asyncio.create_task(work)
    leaving = asyncio.create_task(_client_left(request))
    try:
        await asyncio.wait([working, leaving], return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientDisconnect
        return working.result()
    finally:
        # Also where the request itself is cancelled: nothing of it goes on by itself.
        for task in (working, leaving):
            task.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)


async def _client_left(request: Request[Any]) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
