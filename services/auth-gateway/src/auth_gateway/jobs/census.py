"""Counts what each session key has sealed, so that the operator sees when one may go."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from auth_gateway.domain.ports import Tally
from auth_gateway.jobs.repeating import repeat

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
        await repeat(self._once, every_s=self._every_s, job="count sealed blobs")

    async def _once(self) -> None:
        for kind, count in self._counts.items():
            found = await count()
            self._tally.sealed_blobs(kind, dict.fromkeys(self._key_ids, 0) | dict(found))
