"""Waiting for tries under way: how long, how many, and what happens to whoever finds no place."""

import asyncio
from collections.abc import Mapping

import pytest
from auth_gateway.domain.outlook import Outlook
from auth_gateway.domain.ports import Try
from auth_gateway.domain.waiting_room import (
    FIRST_PAUSE_S,
    LONGEST_PAUSE_S,
    PLACES,
    PLACES_OF_ONE,
    WaitingRoom,
)
from companion.store import StoreUnavailable

DOUBT = {"ns1": Outlook(0), "ns2": Outlook(940, in_doubt=True)}
REFUSED = {"ns1": Outlook(0), "ns2": Outlook(940)}
OPEN = {"ns1": Outlook(0), "ns2": Outlook(0)}


def one_try(network: str = "192.0.2.1", name: str = "alice") -> Try:
    return Try(id="1", network=network, name=name, with_code=False)


class Clock:
    """Time that passes by sleeping alone."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


class Looks:
    """Answers in doubt so many times, and then what it was told; to the impatient, a refusal."""

    def __init__(self, doubtful: int, then: Mapping[str, Outlook] = OPEN) -> None:
        self.patient: list[bool] = []
        self._doubtful = doubtful
        self._then = then

    async def __call__(self, *, patient: bool) -> Mapping[str, Outlook]:
        self.patient.append(patient)
        if not patient:
            return REFUSED
        return DOUBT if len(self.patient) <= self._doubtful else self._then


def room_of(clock: Clock) -> WaitingRoom:
    return WaitingRoom(patience_s=8, monotonic=clock.monotonic, sleep=clock.sleep)


@pytest.mark.parametrize("then", [OPEN, REFUSED])
async def test_where_nobody_is_in_doubt_nothing_is_waited_for(then: Mapping[str, Outlook]) -> None:
    clock, look = Clock(), Looks(0, then)

    assert await room_of(clock).settled(one_try(), look) == then
    assert (clock.now, look.patient) == (0, [True])


@pytest.mark.parametrize("then", [OPEN, REFUSED])
async def test_the_wait_ends_when_the_doubt_does(then: Mapping[str, Outlook]) -> None:
    clock, look = Clock(), Looks(2, then)

    assert await room_of(clock).settled(one_try(), look) == then
    assert FIRST_PAUSE_S < clock.now < 3 * FIRST_PAUSE_S
    assert look.patient == [True] * 3


async def test_after_what_a_sign_in_may_take_the_answer_is_what_is_certain() -> None:
    clock, look = Clock(), Looks(1000)

    assert await room_of(clock).settled(one_try(), look) == REFUSED
    assert clock.now == pytest.approx(8)
    assert look.patient[-1] is False
    # A modest pace.
    assert len(look.patient) < 10 + 8 / LONGEST_PAUSE_S


@pytest.mark.parametrize(
    ("places", "network", "name"),
    [
        (PLACES_OF_ONE, "192.0.2.1", "name {}"),
        (PLACES_OF_ONE, "192.0.2.{}", "alice"),
        (PLACES, "192.0.2.{}", "name {}"),
    ],
)
async def test_whoever_finds_no_place_is_answered_at_once(
    places: int, network: str, name: str
) -> None:
    many, asleep = PLACES + 10, asyncio.Event()
    looks = [Looks(1) for _ in range(many)]

    async def sleep(_: float) -> None:
        await asleep.wait()

    room = WaitingRoom(patience_s=8, monotonic=lambda: 0.0, sleep=sleep)
    tasks = [
        asyncio.create_task(
            room.settled(one_try(network.format(number), name.format(number)), looks[number])
        )
        for number in range(many)
    ]
    # Each goes as far as it can without waiting.
    await asyncio.sleep(0)
    answered = [task for task in tasks if task.done()]
    assert len(answered) == many - places
    asleep.set()

    found = await asyncio.gather(*tasks)
    assert [task.result() for task in answered] == [REFUSED] * (many - places)
    assert found.count(OPEN) == places


@pytest.mark.parametrize("error", [StoreUnavailable, asyncio.CancelledError])
async def test_a_place_is_free_again_however_the_wait_ends(error: type[BaseException]) -> None:
    async def sleep(_: float) -> None:
        raise error

    room = WaitingRoom(patience_s=8, monotonic=lambda: 0.0, sleep=sleep)
    for _ in range(PLACES_OF_ONE + 1):
        with pytest.raises(error):
            await room.settled(one_try(), Looks(1))
