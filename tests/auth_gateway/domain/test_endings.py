"""Tokens that no session came to hold, and every way in which that can happen."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from auth_gateway.domain.caller import Caller
from auth_gateway.domain.credentials import Credentials
from auth_gateway.domain.endings import Custody, Endings
from auth_gateway.domain.intents import Intent, OpenIntents
from auth_gateway.domain.ports import OnLate, Try
from companion.secret import Secret
from companion.sessions.record import DoomedToken
from companion.store import StoreUnavailable
from companion.technitium.login import LoginAnswer

INTENT = Intent(person="p", network="192.0.2.7", sign_in_id="1", owner="o", node_id="ns1")
TOKEN = DoomedToken(node_id="ns1", token=Secret("a1" * 32), version="15.2")


class Bin:
    """Takes tokens once it is open; counts how often it is asked to."""

    def __init__(self, *, is_away: bool = False) -> None:
        self.tokens: list[DoomedToken] = []
        self.asked = asyncio.Event()
        self.open = asyncio.Event()
        self.open.set()
        self._is_away = is_away

    async def discard(self, tokens: Sequence[DoomedToken]) -> None:
        self.asked.set()
        await self.open.wait()
        if self._is_away:
            raise StoreUnavailable("away")
        self.tokens += tokens


class Nodes:
    """Nodes that are only signed out of."""

    def __init__(self) -> None:
        self.ended: list[DoomedToken] = []

    async def logout(self, doomed: DoomedToken) -> None:
        self.ended.append(doomed)

    async def login(
        self,
        node_id: str,
        credentials: Credentials,
        caller: Caller,
        *,
        sign_in_id: str,
        on_late: OnLate,
    ) -> LoginAnswer:
        raise NotImplementedError

    async def profile(self, doomed: DoomedToken, caller: Caller) -> Mapping[str, Any]:
        raise NotImplementedError

    async def end_session(self, asker: DoomedToken, partial_token: str, caller: Caller) -> None:
        raise NotImplementedError


class Intents:
    """Intents that are only closed."""

    def __init__(self) -> None:
        self.closed: list[Intent] = []

    async def close(self, intents: Sequence[Intent]) -> None:
        self.closed += intents

    async def open(self, one: Try, node_ids: Sequence[str]) -> Mapping[str, Intent]:
        raise NotImplementedError

    async def of(self, name: str) -> OpenIntents:
        raise NotImplementedError

    async def learn_timeout(self, name: str, node_id: str, timeout_s: int) -> None:
        raise NotImplementedError


def endings_of(bin_: Bin, nodes: Nodes | None = None, intents: Intents | None = None) -> Endings:
    return Endings(
        bin_=bin_, nodes=nodes or Nodes(), intents=intents or Intents(), kick=lambda: None
    )


async def test_what_is_handed_over_is_not_ended_and_its_intent_is_closed() -> None:
    bin_, intents = Bin(), Intents()
    async with endings_of(bin_, intents=intents).custody() as custody:
        custody.take(TOKEN, INTENT)
        assert custody.hand_over() == (TOKEN,)
        assert intents.closed == []

    assert bin_.tokens == []
    assert intents.closed == [INTENT]


@pytest.mark.parametrize("error", [RuntimeError, StoreUnavailable, KeyboardInterrupt])
async def test_whatever_goes_wrong_ends_what_was_taken(error: type[BaseException]) -> None:
    bin_ = Bin()

    async def sign_in() -> None:
        async with endings_of(bin_).custody() as custody:
            custody.take(TOKEN, INTENT)
            raise error

    with pytest.raises(error):
        await sign_in()

    assert bin_.tokens == [TOKEN]


async def test_while_the_store_is_away_the_node_is_told_at_once() -> None:
    bin_, nodes, intents = Bin(is_away=True), Nodes(), Intents()
    async with endings_of(bin_, nodes, intents).custody() as custody:
        custody.take(TOKEN, INTENT)

    assert nodes.ended == [TOKEN]
    assert intents.closed == []


@asynccontextmanager
async def cancelled_while_waiting(endings: Endings) -> AsyncGenerator[asyncio.Task[None]]:
    """A sign-in that holds a token, waits for ever, and has just been cancelled."""
    began = asyncio.Event()

    async def sign_in() -> None:
        async with endings.custody() as custody:
            await _takes(custody, began)

    task = asyncio.create_task(sign_in())
    await began.wait()
    task.cancel()
    yield task
    with suppress(asyncio.CancelledError):
        await task


async def _takes(custody: Custody, began: asyncio.Event) -> None:
    custody.take(TOKEN, INTENT)
    began.set()
    await asyncio.Event().wait()


async def test_a_cancelled_sign_in_leaves_no_token() -> None:
    bin_ = Bin()
    async with cancelled_while_waiting(endings_of(bin_)):
        pass

    assert bin_.tokens == [TOKEN]


async def test_a_second_cancellation_does_not_stop_the_ending() -> None:
    bin_ = Bin()
    bin_.open.clear()
    endings = endings_of(bin_)
    async with cancelled_while_waiting(endings) as task:
        await bin_.asked.wait()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        assert bin_.tokens == []
        bin_.open.set()
        async with asyncio.timeout(5):
            while not bin_.tokens:  # noqa: ASYNC110 - a list is all there is to look at
                await asyncio.sleep(0)

    assert bin_.tokens == [TOKEN]
