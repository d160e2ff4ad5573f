"""One set of resources for several applications of a process, which do not end at one moment."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Generic, TypeVar

_Resources = TypeVar("_Resources")


class Together(Generic[_Resources]):
    """Opens for the first that comes and closes behind the last that goes.

    The public listener ends first, and what it forwards may ask at the internal one until then:
    neither may close what the other still works with.
    """

    def __init__(self, open_: Callable[[], AbstractAsyncContextManager[_Resources]]) -> None:
        self._open = open_
        self._holders = 0
        self._stack = AsyncExitStack()
        self._opened: list[_Resources] = []
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def held(self) -> AsyncGenerator[_Resources]:
        async with self._turn:
            if not self._holders:
                self._opened = [await self._stack.enter_async_context(self._open())]
            self._holders += 1
        try:
            yield self._opened[0]
        finally:
            async with self._turn:
                self._holders -= 1
                if not self._holders:
                    await self._stack.aclose()
