"""kill -9 of a gateway in the middle of fifty sign-ins: no half session, and no ghost that stays.

KILL_ROUNDS says how often: 20 unless set.
"""

import asyncio
import os
import random
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from auth_gateway.adapters.redis_intents import ALIVE_S
from companion.keys import INTENTS, SESSION_PREFIX
from companion.sessions.cookie import COOKIE
from companion.sessions.record import tokens_of
from companion.sessions.store import SessionStore
from redis.asyncio import Redis
from technitium_sandbox.accounts.directory import Password, User
from technitium_sandbox.sandbox import Sandbox

from tests.auth_gateway.support import environment, forwarded, until
from tests.support.gateway_process import GatewayProcess
from tests.support.sandbox import fresh_nodes
from tests.support.sessions import session_store

ROUNDS = int(os.environ.get("KILL_ROUNDS", "20"))
PEOPLE = tuple(f"person{number}" for number in range(10))
NODES = ("ns1", "ns2", "ns3")
SIGN_INS = 50
AT_ONCE = 12
GHOSTS = "companion_ghost_sessions"

pytestmark = pytest.mark.timeout(60 + 12 * ROUNDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Ten people, three nodes, and a gateway that is killed and started again."""

    lab: Sandbox
    redis: Redis
    sessions: SessionStore
    gateway: GatewayProcess
    http: httpx.AsyncClient

    async def login(self, number: int) -> httpx.Response | None:
        """One person of several browsers, each elsewhere; None where the connection was lost."""
        person = PEOPLE[number % len(PEOPLE)]
        try:
            # Over plain HTTP to the gateway this client never sends a cookie back.
            return await self.http.post(
                f"{self.gateway.base_url}/api/auth/login",
                json={"username": person, "password": person},
                headers=forwarded(f"198.51.{number // 250}.{number % 250 + 1}"),
            )
        except httpx.TransportError:
            return None

    async def held(self) -> set[str]:
        """Every token that a session of ours holds."""
        return {
            doomed.token.reveal()
            for person in PEOPLE
            for session in await self.sessions.of_user(person)
            for doomed in tokens_of(session.record)
        }

    def live(self) -> set[str]:
        """Every token that a node takes."""
        return {
            token
            for stand in self.lab.nodes.values()
            for person in PEOPLE
            for token in stand.live_tokens(person)
        }


@pytest.fixture
async def lab() -> AsyncGenerator[Sandbox]:
    """Nodes that stand alone, each of which knows the ten people."""
    async with fresh_nodes(names=NODES) as nodes:
        for stand in nodes.nodes.values():
            for person in PEOPLE:
                password = Password.of(person, lambda count: b"s" * count)
                stand.node.directory.add_user(User(person, person, password))
        yield nodes


@pytest.fixture
async def house(
    lab: Sandbox, redis_url: str, redis: Redis, tmp_path: Path
) -> AsyncGenerator[House]:
    # One node gives its token well before the other, so that there is a middle of each sign-in.
    lab.faults.add("ns3", "slow", path="/api/user/login", seconds=0.2)
    async with AsyncExitStack() as stack:
        gateway = GatewayProcess(tmp_path / "gateway", environment(lab, redis_url))
        house = House(
            lab=lab,
            redis=redis,
            sessions=session_store(redis),
            gateway=await stack.enter_async_context(gateway),
            http=await stack.enter_async_context(httpx.AsyncClient(timeout=20)),
        )
        await house.login(0)

        async def nodes_are_known() -> bool:
            return len(await redis.keys("attempts:real-ip:*")) == len(lab.nodes)

        # Until then all clients share the few tries of one.
        await until(nodes_are_known)
        yield house


async def killed_in_the_middle(house: House, first: int, after: int) -> list[httpx.Response]:
    """Fifty sign-ins, a dozen at a time, killed when so many are answered; those that were."""
    answered, enough, turns = 0, asyncio.Event(), asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> httpx.Response | None:
        nonlocal answered
        async with turns:
            answer = await house.login(number)
        answered += answer is not None
        if answered >= after:
            enough.set()
        return answer

    tasks = [asyncio.create_task(one(first + number)) for number in range(SIGN_INS)]
    await enough.wait()
    house.gateway.kill()
    return [answer for answer in await asyncio.gather(*tasks) if answer is not None]


async def test_a_killed_gateway_leaves_no_half_session_and_no_ghost(house: House) -> None:
    chance = random.Random(9)  # noqa: S311 - the same moments each time
    browsers: list[str] = []
    interrupted = 0
    for number in range(ROUNDS):
        answers = await killed_in_the_middle(house, SIGN_INS * number, chance.randint(1, 35))
        browsers += [answer.cookies[COOKIE] for answer in answers if answer.status_code == 201]
        interrupted += await house.redis.zcard(INTENTS)
        await house.gateway.start()
        retry = await house.login(1_000 + number)
        assert retry is not None
        assert retry.status_code == 201
        browsers.append(retry.cookies[COOKIE])

    assert interrupted >= ROUNDS
    await every_browser_is_wholly_signed_in(house, browsers)
    await no_ghost_stays(house)
    await every_browser_is_wholly_signed_in(house, browsers)


async def test_who_was_cut_off_twice_is_let_in_again_at_once(house: House) -> None:
    """The tries are nobody's: they count at the network, where the node may have counted them."""
    for _ in range(2):
        house.lab.faults.add("ns3", "hang", path="/api/user/login")
        cut_off = asyncio.create_task(house.login(0))

        async def is_sent() -> bool:
            return await house.redis.zcard(INTENTS) >= len(NODES)

        await until(is_sent)
        house.gateway.kill()
        assert await cut_off is None
        house.lab.faults.clear()
        await house.gateway.start()

    async def is_let_in() -> bool:
        answer = await house.login(0)
        return answer is not None and answer.status_code == 201

    await until(is_let_in, within_s=ALIVE_S + 10)


async def every_browser_is_wholly_signed_in(house: House, browsers: list[str]) -> None:
    for cookie in browsers:
        me = await house.http.get(
            f"{house.gateway.base_url}/api/auth/me",
            headers={**forwarded("198.51.100.1"), "Cookie": f"{COOKIE}={cookie}"},
        )
        assert {node["state"] for node in me.json()["nodes"]} == {"signed_in"}
    # What nobody got a cookie for is whole as well: each token of a session is one of its node.
    assert await house.held() <= house.live()
    assert await house.redis.keys(f"{SESSION_PREFIX}*")


async def no_ghost_stays(house: House) -> None:
    """Each person signs in once more; then nodes know the tokens that sessions hold, no others."""

    async def are_counted() -> bool:
        counted = await house.gateway.figure(GHOSTS)
        return counted is not None and counted >= await house.redis.zcard(INTENTS)

    await until(are_counted, within_s=ALIVE_S + 10)
    for number in range(len(PEOPLE)):
        answer = await house.login(2_000 + number)
        assert answer is not None
        assert answer.status_code == 201

    async def is_none() -> bool:
        return await house.gateway.figure(GHOSTS) == 0

    await until(is_none, within_s=20)
    assert await house.redis.zcard(INTENTS) == 0
    assert house.live() == await house.held()
