"""The time of all simulated nodes: it runs by itself and can be advanced.

Timers run when their moment has passed and somebody looks, so an idle sandbox costs nothing.
"""

import heapq
import itertools
import time
from collections.abc import Callable
from datetime import UTC, datetime

NEVER = "0001-01-01T00:00:00"


class SandboxClock:
    """Epoch seconds that follow `source`, ahead of it by what was advanced."""

    def __init__(self, source: Callable[[], float] = time.time) -> None:
        self._source = source
        self._offset_s = 0.0
        self._moment: float | None = None
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()

    def now(self) -> float:
        """Epoch seconds; inside a timer the moment for which the timer was set."""
        if self._moment is not None:
            return self._moment
        return self._source() + self._offset_s

    def later(self, delay_s: float, action: Callable[[], None]) -> None:
        """Run `action` once `delay_s` seconds have passed."""
        heapq.heappush(self._timers, (self.now() + delay_s, next(self._order), action))

    def run_due(self) -> None:
        """Run every timer whose moment has passed, in order, each at its own moment."""
        if not self._timers or self._moment is not None:
            return
        now = self.now()
        while self._timers and self._timers[0][0] <= now:
            due, _, action = heapq.heappop(self._timers)
            self._moment = due
            try:
                action()
            finally:
                self._moment = None

    def advance(self, seconds: float) -> None:
        """Move the time of every node forward and run the timers that fall due."""
        if seconds < 0:
            raise ValueError("The clock goes forward only.")
        self.run_due()
        self._offset_s += seconds
        self.run_due()


def timestamp(epoch_s: float | None) -> str:
    """ISO 8601 UTC as .NET writes it: fraction without trailing zeros; None means never."""
    if epoch_s is None:
        return NEVER
    text = datetime.fromtimestamp(epoch_s, tz=UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    return text.rstrip("0").rstrip(".") + "Z"
