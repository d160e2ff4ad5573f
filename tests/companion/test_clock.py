"""Clocks: the machine's, and one that tests move."""

import time

import pytest
from companion.clock import Clock, FixedClock, SystemClock


def test_the_system_clock_tells_the_time_of_the_machine() -> None:
    clock: Clock = SystemClock()

    assert abs(clock.now() - time.time()) < 60
    assert clock.monotonic() <= clock.monotonic()


def test_a_fixed_clock_stands_still_until_it_is_advanced() -> None:
    clock = FixedClock(now=100.0)
    started = clock.monotonic()

    clock.advance(2.5)

    assert clock.now() == 102.5
    assert clock.monotonic() - started == 2.5


def test_a_fixed_clock_does_not_go_back() -> None:
    with pytest.raises(ValueError, match="negative"):
        FixedClock().advance(-1)
