"""So that a crowd of strangers leaves room for those who have been here.

Every try takes work here, at Redis and at the nodes, and a wrong password a second besides. So
sign-ins from networks in which nobody has signed in lately begin one after the other, evenly; some
wait a moment for their turn, and who comes after that is told to come again. Those who have failed
wait less long, so that they do not stand in the way of newcomers. What is shut out so asks neither
Redis nor a node. One site alone takes few turns: whoever comes oftener takes none and needs none,
since the budgets of `regulation` hold it back by then.

It all depends on networks, never on a name: no answer tells whether one exists.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, TypeVar

from auth_gateway.domain.caller import site_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """One after the other with a pause between, but for a few at once after a rest."""

    every_s: float
    few: int

    def turn(self, last: float, *, now: float) -> float:
        """When the next may begin, where the one before has its turn `last`; both may be past."""
        return max(last + self.every_s, now - (self.few - 1) * self.every_s)


# Of all strangers at one process.
OF_ALL: Final = Pace(every_s=0.02, few=10)
# Of one site: an IPv4 address or an IPv6 /48.
OF_SITE: Final = Pace(every_s=2, few=12)
# So long a turn is waited for, and so long by whoever has failed since the last success there.
PATIENCE_S: Final = 1.5
PATIENCE_AFTER_FAILURE_S: Final = 0.5
# Where nodes do not answer, so many hang at most.
AT_ONCE: Final = 128
# When whoever found no turn is told to come again.
COME_AGAIN_S: Final = 5.0
# Networks in which somebody signed in at this process or failed to, and sites that took turns: of
# more, the longest ago are forgotten.
REMEMBERED: Final = 10_000

Value = TypeVar("Value")


class Crowd:
    """Gives turns to strangers, in the order of coming; others need none."""

    def __init__(
        self, *, monotonic: Callable[[], float], sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        self._monotonic = monotonic
        self._sleep = sleep
        self._last_turn = float("-inf")
        self._under_way = 0
        # All in the order of the last time.
        self._known: dict[str, None] = {}
        self._failed: dict[str, None] = {}
        self._of_site: dict[str, float] = {}

    @asynccontextmanager
    async def place(self, network: str) -> AsyncGenerator[bool]:
        """Wait for the turn and hold a place while the block runs; False where there is none."""
        now = self._monotonic()
        if network in self._known or not self._takes_turn(site_of(network), now=now):
            yield True
            return
        turn = OF_ALL.turn(self._last_turn, now=now)
        patience_s = PATIENCE_AFTER_FAILURE_S if network in self._failed else PATIENCE_S
        if turn > now + patience_s or self._under_way >= AT_ONCE:
            yield False
            return
        self._last_turn = turn
        self._under_way += 1
        try:
            if turn > now:
                await self._sleep(turn - now)
            yield True
        finally:
            self._under_way -= 1

    def remember(self, network: str, *, signed_in: bool) -> None:
        """Somebody in the network has signed in, or failed to."""
        if signed_in:
            self._failed.pop(network, None)
            _put(self._known, network, None)
        elif network not in self._known:
            _put(self._failed, network, None)

    def _takes_turn(self, site: str, *, now: float) -> bool:
        turn = OF_SITE.turn(self._of_site.get(site, float("-inf")), now=now)
        if turn > now:
            return False
        _put(self._of_site, site, turn)
        return True


def _put(places: dict[str, Value], key: str, value: Value) -> None:
    places.pop(key, None)
    places[key] = value
    if len(places) > REMEMBERED:
        del places[next(iter(places))]
