"""Turns of strangers: even, soon or not at all, few for one site, and none for who is known."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from auth_gateway.domain.crowd import (
    AT_ONCE,
    OF_ALL,
    OF_SITE,
    PATIENCE_AFTER_FAILURE_S,
    PATIENCE_S,
    REMEMBERED,
    Crowd,
    Pace,
)


class Clock:
    """Time that a test sets; it tells how long each was told to wait."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waited: list[float] = []

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        # Sums of fiftieths are not exact.
        if seconds > 1e-6:
            self.waited.append(seconds)


async def has_place(crowd: Crowd, network: str) -> bool:
    async with crowd.place(network) as found:
        return found


@pytest.mark.parametrize(
    ("last", "now", "expected"),
    [
        (float("-inf"), 100.0, 97.0),
        (97.0, 100.0, 98.0),
        (99.0, 100.0, 100.0),
        (100.0, 100.0, 101.0),
        (110.0, 100.0, 111.0),
        (90.0, 100.0, 97.0),
    ],
)
def test_few_begin_at_once_and_then_one_after_the_other(
    last: float, now: float, expected: float
) -> None:
    assert Pace(every_s=1, few=4).turn(last, now=now) == expected


async def test_strangers_begin_one_after_the_other_and_the_last_come_again() -> None:
    clock = Clock()
    crowd = Crowd(monotonic=clock.monotonic, sleep=clock.sleep)

    found = [await has_place(crowd, f"192.0.2.{number}") for number in range(200)]

    turns = found.count(True)
    assert turns == pytest.approx(OF_ALL.few + PATIENCE_S / OF_ALL.every_s, abs=1)
    assert found == [True] * turns + [False] * (200 - turns)
    waits = [OF_ALL.every_s * (number + 1) for number in range(turns - OF_ALL.few)]
    assert clock.waited == pytest.approx(waits)
    clock.now = 10
    assert await has_place(crowd, "198.51.100.1")


async def test_who_has_been_here_needs_no_turn_and_takes_none() -> None:
    clock = Clock()
    crowd = Crowd(monotonic=clock.monotonic, sleep=clock.sleep)
    crowd.remember("203.0.113.1", signed_in=True)
    for number in range(200):
        await has_place(crowd, f"192.0.2.{number}")
    waited = len(clock.waited)

    assert [await has_place(crowd, "203.0.113.1") for _ in range(50)] == [True] * 50
    assert len(clock.waited) == waited


async def test_those_who_failed_do_not_stand_in_the_way_of_others() -> None:
    clock = Clock()
    crowd = Crowd(monotonic=clock.monotonic, sleep=clock.sleep)
    failing = [f"192.0.2.{number}" for number in range(200)]
    for network in failing:
        crowd.remember(network, signed_in=False)

    found = [await has_place(crowd, network) for network in failing]

    turns = found.count(True)
    expected = OF_ALL.few + PATIENCE_AFTER_FAILURE_S / OF_ALL.every_s
    assert turns == pytest.approx(expected, abs=1)
    assert await has_place(crowd, "198.51.100.1")
    crowd.remember(failing[-1], signed_in=True)
    crowd.remember(failing[-1], signed_in=False)
    assert await has_place(crowd, failing[-1])
    assert not await has_place(crowd, failing[-2])


@pytest.mark.parametrize("network", ["192.0.2.1", "2001:db8:7:{:x}::"])
async def test_one_site_takes_few_turns_however_often_it_comes(network: str) -> None:
    """What it does beyond that is for the budgets to hold back, at the cost of nobody's turn."""
    clock = Clock()
    crowd = Crowd(monotonic=clock.monotonic, sleep=clock.sleep)

    found = [await has_place(crowd, network.format(number)) for number in range(500)]

    assert all(found)
    assert len(clock.waited) == OF_SITE.few - OF_ALL.few
    assert await has_place(crowd, "198.51.100.1")


async def test_where_nodes_do_not_answer_only_so_many_hang() -> None:
    clock = Clock()
    crowd = Crowd(monotonic=clock.monotonic, sleep=clock.sleep)
    async with AsyncExitStack() as hanging:
        for number in range(AT_ONCE):
            clock.now += 1
            assert await hanging.enter_async_context(crowd.place(f"192.0.2.{number}"))
        clock.now += 1

        assert not await has_place(crowd, "198.51.100.1")

    assert await has_place(crowd, "198.51.100.1")


async def test_a_place_is_free_again_when_its_turn_is_not_awaited() -> None:
    async def sleep(_: float) -> None:
        raise asyncio.CancelledError

    now = iter(range(10_000))
    crowd = Crowd(monotonic=lambda: next(now) / 1000, sleep=sleep)
    for number in range(OF_ALL.few + 5):
        try:
            assert await has_place(crowd, f"192.0.2.{number}")
        except asyncio.CancelledError:
            assert number > 0

    assert crowd._under_way == 0


async def test_of_networks_and_sites_the_longest_ago_are_forgotten() -> None:
    clock = Clock()
    crowd = Crowd(monotonic=clock.monotonic, sleep=clock.sleep)
    for number in range(REMEMBERED):
        clock.now += 1
        crowd.remember(f"known {number}", signed_in=True)
        crowd.remember(f"stranger {number}", signed_in=False)
        await has_place(crowd, f"stranger {number}")
    crowd.remember("known 0", signed_in=True)

    crowd.remember("known, too", signed_in=True)
    crowd.remember("another stranger", signed_in=False)
    await has_place(crowd, "another stranger")

    kept = (crowd._known, crowd._failed, crowd._of_site)
    assert [len(each) for each in kept] == [REMEMBERED] * 3
    assert "known 0" in crowd._known
    assert "known 1" not in crowd._known
    assert "stranger 0" not in crowd._of_site
