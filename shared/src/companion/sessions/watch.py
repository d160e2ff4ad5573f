"""Watches a session while a long answer goes out, so that the answer ends when the session does.

A stream was let in once and may run for hours. The watch asks Redis again every few seconds, which
is never activity. While Redis does not say, nothing goes out and nothing ends.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, TypeVar

from companion.sessions.errors import SessionInvalid, SessionKeyUnknown
from companion.sessions.store import SessionStore
from companion.store import StoreUnavailable

EVERY_S: Final = 5.0

_Item = TypeVar("_Item")


class SessionWatch:
    """What is known of one session at this moment; made by `watched`."""

    def __init__(self, sessions: SessionStore, cookie: str, *, every_s: float) -> None:
        self._sessions = sessions
        self._cookie = cookie
        self._every_s = every_s
        self._ended = asyncio.Event()
        # Cleared while nobody can say. Whoever is watched was let in a moment ago.
        self._known = asyncio.Event()
        self._known.set()

    async def run(self) -> None:
        """Look until the session has ended."""
        while not self._ended.is_set():
            await asyncio.sleep(self._every_s)
            await self._look()

    async def until_ended(self) -> None:
        """Return when the session has ended; an outage of Redis is not its end."""
        await self._ended.wait()

    async def until_living(self) -> None:
        """Return at once while the session lives, and after a pause while Redis is away.

        Raises:
            SessionInvalid: It has ended.
        """
        await self._known.wait()
        if self._ended.is_set():
            raise SessionInvalid("ended")

    async def _look(self) -> None:
        try:
            await self._sessions.open(self._cookie, activity=False)
        except SessionInvalid:
            self._ended.set()
        except (StoreUnavailable, SessionKeyUnknown):
            self._known.clear()
            return
        self._known.set()


@asynccontextmanager
async def watched(
    sessions: SessionStore, cookie: str, *, every_s: float = EVERY_S
) -> AsyncGenerator[SessionWatch]:
    """Watch the session of a cookie that has just been opened, for as long as the block runs."""
    watch = SessionWatch(sessions, cookie, every_s=every_s)
    looking = asyncio.create_task(watch.run(), name="watch a session")
    try:
        yield watch
    finally:
        looking.cancel()
        await asyncio.wait([looking])


async def while_living(source: AsyncIterator[_Item], watch: SessionWatch) -> AsyncGenerator[_Item]:
    """The items of `source` as long as the session lives, also while the next one takes its time.

    While Redis is away nothing is given out, and no more than one item is taken. `source` runs in
    one task of its own, which is cancelled at the end however that comes. Close this generator
    (`contextlib.aclosing`) where it may be left early.

    Raises:
        SessionInvalid: The session has ended.
    """
    queue: asyncio.Queue[tuple[_Item] | None] = asyncio.Queue()
    feeding = asyncio.create_task(_feed(source, queue), name="feed a stream")
    ending = asyncio.create_task(_cancel_at_end(watch, feeding), name="end a stream")
    try:
        while found := await queue.get():
            await watch.until_living()
            yield found[0]
            queue.task_done()
        await watch.until_living()
        # Raises what `source` raised.
        await feeding
    finally:
        ending.cancel()
        feeding.cancel()
        await asyncio.wait([ending, feeding])


async def _feed(source: AsyncIterator[_Item], queue: asyncio.Queue[tuple[_Item] | None]) -> None:
    try:
        async for item in source:
            queue.put_nowait((item,))
            await queue.join()
    finally:
        queue.put_nowait(None)


async def _cancel_at_end(watch: SessionWatch, feeding: asyncio.Task[None]) -> None:
    await watch.until_ended()
    feeding.cancel()
