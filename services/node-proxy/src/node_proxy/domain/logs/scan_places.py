"""How many searches read everything at a time, and how long the next one waits for its place."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Final

from companion.problems import Problem

# Each holds many rows, and all of them work with one processor.
AT_ONCE: Final = 2
# Who waits longer has less time left to read than it has waited.
WAIT_S: Final = 6.0
RETRY_AFTER_S: Final = 5


class ScanPlaces:
    """Places in the order of coming; a search that has to wait long is told to come again."""

    def __init__(
        self,
        *,
        monotonic: Callable[[], float],
        at_once: int = AT_ONCE,
        wait_s: float = WAIT_S,
    ) -> None:
        self._monotonic = monotonic
        self._wait_s = wait_s
        self._free = asyncio.Semaphore(at_once)

    @property
    def all_taken(self) -> bool:
        """Whether the next search has to wait."""
        return self._free.locked()

    @asynccontextmanager
    async def place(self) -> AsyncGenerator[float]:
        """A place while the block runs; the value is for how many seconds it was waited for.

        Raises:
            Problem: `searches_busy`; nothing was read.
        """
        began = self._monotonic()
        try:
            async with asyncio.timeout(self._wait_s):
                await self._free.acquire()
        except TimeoutError:
            raise _busy() from None
        try:
            yield self._monotonic() - began
        finally:
            self._free.release()


def _busy() -> Problem:
    return Problem(
        "searches_busy",
        "Other searches that read whole logs are under way. Try again in a moment, or narrow the "
        "search: one that neither removes duplicates nor looks for a client's name need not wait.",
        headers={"Retry-After": str(RETRY_AFTER_S)},
    )
