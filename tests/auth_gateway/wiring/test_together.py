"""What several applications work with is opened once and closed behind the last."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from auth_gateway.wiring.together import Together


class Opened:
    """Tells how often it was opened and whether it is open."""

    def __init__(self) -> None:
        self.times = 0
        self.is_open = False

    @asynccontextmanager
    async def open(self) -> AsyncGenerator["Opened"]:
        await asyncio.sleep(0)
        self.times += 1
        self.is_open = True
        yield self
        self.is_open = False


async def hold(together: Together[Opened], until: asyncio.Event) -> None:
    async with together.held() as opened:
        assert opened.is_open
        await until.wait()
        assert opened.is_open


async def test_it_is_open_from_the_first_to_the_last_in_whatever_order() -> None:
    resource = Opened()
    together = Together(resource.open)
    ends = [asyncio.Event() for _ in range(3)]
    holders = [asyncio.create_task(hold(together, end)) for end in ends]
    await asyncio.sleep(0)

    for end, holder in zip(ends, holders, strict=True):
        end.set()
        await holder

    assert resource.times == 1
    assert not resource.is_open


async def test_it_can_be_opened_again() -> None:
    resource = Opened()
    together = Together(resource.open)

    for _ in range(2):
        async with together.held():
            assert resource.is_open
        assert not resource.is_open

    assert resource.times == 2


async def test_what_cannot_be_opened_is_tried_again_by_the_next() -> None:
    tries = 0

    @asynccontextmanager
    async def fails_once() -> AsyncGenerator[str]:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise OSError("not yet")
        yield "open"

    together = Together(fails_once)
    with pytest.raises(OSError, match="not yet"):
        async with together.held():
            pass

    async with together.held() as found:
        assert found == "open"
