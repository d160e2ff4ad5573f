"""Ends streams when their service does, instead of holding it up or being cut off in the middle.

`companion.listen` sets the event at `ENDING` of an application's state before it waits for the
requests that are still open; who answers with a stream of events looks at it.
"""

import asyncio
from collections.abc import AsyncGenerator
from typing import Final, TypeVar

ENDING: Final = "ending"
PING_S: Final = 15.0
"""Well below the silence after which the door, or a proxy, takes an answer for lost."""

_Item = TypeVar("_Item")


async def until_the_end(
    source: AsyncGenerator[_Item], ending: asyncio.Event, *, ping_s: float | None = None
) -> AsyncGenerator[_Item | None]:
    """The items of `source` until the service ends, and None after each silence of `ping_s`.

    `source` is closed at the end however that comes. Close this generator
    (`contextlib.aclosing`) where it may be left early.
    """
    over = asyncio.create_task(ending.wait())
    step: asyncio.Task[_Item] | None = None
    try:
        while not ending.is_set():
            step = step or asyncio.create_task(_next(source))
            await asyncio.wait({step, over}, timeout=ping_s, return_when=asyncio.FIRST_COMPLETED)
            if step.done():
                done, step = step, None
                try:
                    item = done.result()
                except StopAsyncIteration:
                    return
                yield item
            elif not over.done():
                yield None
    finally:
        over.cancel()
        if step is not None:
            step.cancel()
        await asyncio.gather(*(each for each in (over, step) if each), return_exceptions=True)
        await source.aclose()


async def _next(source: AsyncGenerator[_Item]) -> _Item:
    return await anext(source)
