"""Counts what each session key has sealed, so that the operator sees when one may go."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

import structlog
from companion.store import StoreUnavailable

from auth_gateway.domain.ports import Tally

log = structlog.get_logger(__name__)

EVERY_S: Final = 60.0

# Kind of blob to how to count its keys.
Counts = Mapping[str, Callable[[], Awaitable[Mapping[str, int]]]]


class CensusJob:
    """Counts until cancelled; every replica tells the same.

    The keys that this process has are told of also where they seal nothing.
    """

    def __init__(
        self, *, counts: Counts, key_ids: Sequence[str], tally: Tally, every_s: float = EVERY_S
    ) -> None:
        self._counts = counts
        self._key_ids = key_ids
        self._tally = tally
        self._every_s = every_s

    async def run(self) -> None:
        """Never ends by itself; while Redis is away the last numbers stay."""
        while True:
            try:
                await self._once()
            except StoreUnavailable as exc:
                log.debug("sealed blobs cannot be counted", reason=str(exc))
            except Exception:
                log.exception("counting sealed blobs failed")
            await asyncio.sleep(self._every_s)

    async def _once(self) -> None:
        for kind, count in self._counts.items():
            found = await count()
            self._tally.sealed_blobs(kind, dict.fromkeys(self._key_ids, 0) | dict(found))
