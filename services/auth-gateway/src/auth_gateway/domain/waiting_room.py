"""Where sign-ins wait whose admission hangs on others that are under way.

Several right sign-ins of one person at one moment are more than a person may fail with. Whether
they may be sent is known as soon as the first of them are judged, so they wait for that: no longer
than a sign-in may take, and only so many of them, since each holds a connection. Nothing is counted
for one that waits, and it holds back nobody.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Final, Protocol

from auth_gateway.domain.outlook import Outlook
from auth_gateway.domain.ports import Try

# Of one process; and of them, of one network or with one name.
PLACES: Final = 32
PLACES_OF_ONE: Final = 12

# Any replica may judge what is waited for, so Redis is asked, ever less often.
FIRST_PAUSE_S: Final = 0.1
LONGEST_PAUSE_S: Final = 0.5
_GROWTH: Final = 1.5

Outlooks = Mapping[str, Outlook]


class Look(Protocol):
    """Asks what a try has before it at each node, and counts it where it may be sent."""

    async def __call__(self, *, patient: bool) -> Outlooks:
        """With `patient` nothing is counted anywhere as long as one node is in doubt."""
        ...


class WaitingRoom:
    """Has a place for some; whoever finds none is answered at once, as if nothing could change."""

    def __init__(
        self,
        *,
        patience_s: float,
        monotonic: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._patience_s = patience_s
        self._monotonic = monotonic
        self._sleep = sleep
        self._waiting: Counter[tuple[str, str]] = Counter()

    async def settled(self, one: Try, look: Look) -> Outlooks:
        """Look until no node is in doubt; after `patience_s` seconds what is in doubt waits on.

        Raises:
            StoreUnavailable: Nothing was counted that would be sent.
        """
        found = await look(patient=True)
        if not _in_doubt(found):
            return found
        with self._place(one) as has_place:
            if has_place:
                found = await self._looked_again(look, found)
        return await look(patient=False) if _in_doubt(found) else found

    async def _looked_again(self, look: Look, found: Outlooks) -> Outlooks:
        end = self._monotonic() + self._patience_s
        for pause_s in pauses_s():
            left_s = end - self._monotonic()
            if left_s <= 0 or not _in_doubt(found):
                break
            await self._sleep(min(pause_s, left_s))
            found = await look(patient=True)
        return found

    @contextmanager
    def _place(self, one: Try) -> Generator[bool]:
        mine = [("network", one.network), ("name", one.name), ("all", "")]
        bounds = (PLACES_OF_ONE, PLACES_OF_ONE, PLACES)
        if any(self._waiting[of] >= bound for of, bound in zip(mine, bounds, strict=True)):
            yield False
            return
        self._waiting.update(mine)
        try:
            yield True
        finally:
            for of in mine:
                self._waiting[of] -= 1
                if not self._waiting[of]:
                    del self._waiting[of]


def pauses_s() -> Iterator[float]:
    """Seconds between one look and the next, without end."""
    pause_s = FIRST_PAUSE_S
    while True:
        yield pause_s
        pause_s = min(pause_s * _GROWTH, LONGEST_PAUSE_S)


def _in_doubt(outlooks: Outlooks) -> bool:
    return any(one.in_doubt for one in outlooks.values())
