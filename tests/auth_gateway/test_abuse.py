"""Fifty bad passwords, fast and slow, on two replicas: no node ever locks, nobody else is held up.

Time is moved at once at the nodes and in what Redis remembers of tries.
"""

import asyncio
import itertools
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest
from auth_gateway.domain.hourly import PER_HOUR
from auth_gateway.domain.regulation import PER_NAME_ANYWHERE
from httpx import Response
from redis.asyncio import Redis
from technitium_sandbox.accounts.directory import Password, User
from technitium_sandbox.sandbox import Sandbox

from tests.auth_gateway.conftest import MakeGateway
from tests.auth_gateway.support import LOGIN_PATH, Gateway, knowing_clients, problem
from tests.support.past_tries import let_pass
from tests.support.sandbox import TOTP_SECRET, fresh_nodes

NODES = ("ns1", "ns2", "ns3")
ATTACKER = "198.51.100.66"
NEIGHBOUR = "198.51.100.9"
DAY_S = 86_400

# What a person is told where a node answered `Max limit of 5 attempts`.
NODES_OWN_LOCK = "The node has locked sign-in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replicas:
    """Two gateways on one Redis, asked in turn, and the time of everything around them."""

    gateways: tuple[Gateway, Gateway]
    lab: Sandbox
    redis: Redis

    async def login(self, ip: str, name: str, *, right: bool = False, at: int = 0) -> Response:
        """Try a password; no node may ever say that its own lock is closed."""
        browser = self.gateways[at % 2].browser(ip)
        answer = await browser.login(name, name if right else "wrong")
        assert NODES_OWN_LOCK not in answer.text
        return answer

    async def pass_s(self, seconds: float) -> None:
        self.lab.clock.advance(seconds)
        await let_pass(self.redis, seconds)


@pytest.fixture
async def lab() -> AsyncGenerator[Sandbox]:
    """Nodes that stand alone: a week of theirs is over at once."""
    async with fresh_nodes(names=NODES) as nodes:
        for stand in nodes.nodes.values():
            for name in ("viewer", "dhcp", "totp"):
                password = Password.of(name, lambda count: b"s" * count)
                stand.node.directory.add_user(User(name, name, password))
            asked = stand.node.directory.users["totp"]
            asked.totp_secret, asked.totp_enabled = TOTP_SECRET, True
        yield nodes


@pytest.fixture
async def replicas(
    make_gateway: MakeGateway, lab: Sandbox, redis: Redis
) -> AsyncGenerator[Replicas]:
    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(make_gateway())
        other = await stack.enter_async_context(make_gateway())
        await knowing_clients(one)
        yield Replicas(gateways=(one, other), lab=lab, redis=redis)


async def in_as_soon_as_the_answer_said(replicas: Replicas, refused: Response) -> None:
    """A throttled person waits for as long as the answer says, and is in."""
    assert problem(refused)["code"] == "throttled"
    await replicas.pass_s(int(refused.headers["retry-after"]))
    assert (await replicas.login(ATTACKER, "viewer", right=True)).status_code == 201


async def test_fifty_at_once(replicas: Replicas) -> None:
    answers = await asyncio.gather(
        *(replicas.login(ATTACKER, "viewer", at=number) for number in range(50))
    )

    assert sorted({answer.status_code for answer in answers}) == [401, 429]
    assert sum(answer.status_code == 401 for answer in answers) == 2
    assert (await replicas.login(ATTACKER, "admin", right=True)).status_code == 201
    assert (await replicas.login(NEIGHBOUR, "viewer", right=True, at=1)).status_code == 201
    await in_as_soon_as_the_answer_said(replicas, await replicas.login(ATTACKER, "viewer"))


@pytest.mark.parametrize("over_s", [360, 7 * DAY_S], ids=["over six minutes", "over a week"])
async def test_fifty_one_after_the_other(replicas: Replicas, over_s: int) -> None:
    for number in range(50):
        answer = await replicas.login(ATTACKER, "viewer", at=number)
        assert answer.status_code in {401, 429}
        assert (await replicas.login(NEIGHBOUR, "viewer", right=True, at=number)).status_code == 201
        await replicas.pass_s(over_s / 50)

    last = await replicas.login(ATTACKER, "viewer")
    while last.status_code != 429:
        last = await replicas.login(ATTACKER, "viewer")
    assert (await replicas.login(NEIGHBOUR, "admin", right=True)).status_code == 201
    await in_as_soon_as_the_answer_said(replicas, last)


async def test_others_behind_that_address_sign_in_all_the_while(replicas: Replicas) -> None:
    for number in range(50):
        await replicas.login(ATTACKER, "viewer", at=number)
        assert (await replicas.login(ATTACKER, "admin", right=True, at=number)).status_code == 201
        await replicas.pass_s(7.2)


async def test_many_names_from_one_address_cost_that_address_its_tries_and_no_lock(
    replicas: Replicas,
) -> None:
    for number in range(50):
        await replicas.login(ATTACKER, f"name{number}", at=number)
        await replicas.pass_s(60)

    refused = await replicas.login(ATTACKER, "viewer", right=True)
    while refused.status_code != 429:
        refused = await replicas.login(ATTACKER, "somebody")
    assert (await replicas.login(NEIGHBOUR, "viewer", right=True)).status_code == 201
    await in_as_soon_as_the_answer_said(replicas, refused)


async def test_one_name_from_everywhere_is_tried_twenty_times_an_hour_known_or_not(
    replicas: Replicas, lab: Sandbox
) -> None:
    answers = []
    for name, network in (("viewer", "203.0.113"), ("nobody", "203.0.114")):
        lab.requests.clear()
        # Fewer than would be a crowd, which is told to come again whatever it tries.
        several = await asyncio.gather(
            *(replicas.login(f"{network}.{number}", name, at=number) for number in range(50))
        )
        assert len(lab.requests.of("ns1", LOGIN_PATH)) == PER_HOUR
        assert sum(answer.status_code == 429 for answer in several) == 50 - PER_HOUR
        refused = await replicas.login(f"{network}.99", name)
        assert 3500 < int(refused.headers["retry-after"]) <= 3600
        answers.append({**problem(refused), "requestId": ""})

    assert answers[0] == answers[1]
    assert answers[0]["detail"] == "Too many sign-ins were tried. Try again in 60 min."
    assert (await replicas.login(NEIGHBOUR, "admin", right=True)).status_code == 201


async def test_where_a_name_is_signed_in_it_is_not_held_back_for_others(
    replicas: Replicas,
) -> None:
    assert (await replicas.login(NEIGHBOUR, "viewer", right=True)).status_code == 201
    for number in range(40):
        await replicas.login(f"203.0.113.{number}", "viewer", at=number)

    assert (await replicas.login("198.51.100.10", "viewer", right=True)).status_code == 429
    assert (await replicas.login(NEIGHBOUR, "viewer", right=True, at=1)).status_code == 201


async def test_an_account_never_sees_more_than_a_hundred_failures_in_a_row(
    replicas: Replicas, lab: Sandbox
) -> None:
    lab.requests.clear()
    addresses = (f"203.0.113.{number}" for number in itertools.count())
    for _ in range(7):
        for _ in range(PER_HOUR + 1):
            await replicas.login(next(addresses), "dhcp")
        await replicas.pass_s(3600)

    assert len(lab.requests.of("ns1", LOGIN_PATH)) == PER_NAME_ANYWHERE.free
    refused = await replicas.login(NEIGHBOUR, "dhcp", right=True)
    assert problem(refused)["detail"].endswith("Try again in 7 days.")
    await replicas.pass_s(int(refused.headers["retry-after"]))
    assert (await replicas.login(NEIGHBOUR, "dhcp", right=True)).status_code == 201


async def test_a_connection_that_is_lost_after_sending_is_a_try(
    replicas: Replicas, lab: Sandbox
) -> None:
    for name in NODES:
        lab.faults.add(name, "cut", path=LOGIN_PATH)
    for number in range(3):
        await replicas.login(ATTACKER, "viewer", at=number)

    assert len(lab.requests.of("ns1", LOGIN_PATH)) == 1 + 2
    lab.faults.clear()
    assert (await replicas.login(ATTACKER, "viewer", right=True)).status_code == 429


async def test_a_code_that_is_asked_for_and_never_follows_is_a_try(replicas: Replicas) -> None:
    answers = [await replicas.login(ATTACKER, "totp", right=True, at=number) for number in range(3)]

    codes = [problem(answer)["code"] for answer in answers]
    assert codes == ["totp_required", "totp_required", "throttled"]
