"""Tells a node that takes its time from one that has stopped answering.

Some calls may take a healthy node a minute. Whoever waits for one of a node that hangs would wait
as long for nothing, so while nothing has come yet the node is asked whether it is there at all.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

from companion.technitium.errors import NodeError, NodeTimeout, NodeUnreachable

# Longer than nearly every call takes: few are made twice.
FIRST_S: Final = 1.0


@asynccontextmanager
async def while_alive(
    ask: Callable[[], Awaitable[object]], *, every_s: float, first_s: float = FIRST_S
) -> AsyncGenerator[None]:
    """Ends what is done inside as soon as the node gives no sign of life.

    Args:
        ask: A call that a healthy node answers at once; it has a deadline of its own.
        every_s: Seconds from one sign of life to the next question.
        first_s: Seconds before the first question.

    Raises:
        NodeTimeout: `ask` was not answered in time.
        NodeUnreachable: There was no way to the node any more.
    """
    lost: list[NodeError] = []

    async def watch(limit: asyncio.Timeout) -> None:
        pause_s = first_s
        while not lost:
            await asyncio.sleep(pause_s)
            try:
                await ask()
            except (NodeTimeout, NodeUnreachable) as error:
                lost.append(error)
                limit.reschedule(asyncio.get_running_loop().time())
            except NodeError:
                # Whatever it said, it is there.
                pass
            pause_s = every_s

    try:
        async with asyncio.timeout(None) as limit:
            watching = asyncio.create_task(watch(limit), name="sign of life")
            try:
                yield
            finally:
                watching.cancel()
    except TimeoutError:
        if lost:
            raise lost[0] from None
        raise
