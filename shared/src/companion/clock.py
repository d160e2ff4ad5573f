"""The time as an argument: services are given a clock and never look at one themselves."""

import time
from typing import Protocol


class Clock(Protocol):
    """Tells the time of day and a time that only moves forward, both in seconds."""

    def now(self) -> float:
        """Seconds since the epoch; may be set back by whoever keeps the machine's clock."""
        ...

    def monotonic(self) -> float:
        """Seconds since some moment, for measuring durations; never goes back."""
        ...


class SystemClock:
    """The clock of this machine."""

    def now(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()


class FixedClock:
    """A clock that stands still until it is advanced, for tests and for the sandbox."""

    def __init__(self, now: float = 1_700_000_000.0) -> None:
        self._now = now
        self._elapsed = 0.0

    def now(self) -> float:
        return self._now

    def monotonic(self) -> float:
        return self._elapsed

    def advance(self, seconds: float) -> None:
        """Moves both times forward by `seconds`, which is not negative."""
        if seconds < 0:
            raise ValueError("A clock is not advanced by a negative time.")
        self._now += seconds
        self._elapsed += seconds
