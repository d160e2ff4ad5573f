"""A token that is refused on a person's own call: what else the session gives up, and what not."""

import asyncio
from dataclasses import replace

import pytest
from companion.keys import SESSION_DUE
from companion.sessions.due import DueSessions
from companion.sessions.record import NodeState
from companion.store import store_time
from redis.asyncio import Redis

from tests.node_proxy.conftest import Stack
from tests.support.ageing import age

PATH = "/api/nodes/{}/cluster/state"
NODES = ("ns1", "ns2", "ns3")


async def clustered(stack: Stack) -> str:
    """The cookie of a session that knows ns1 as the Primary of the three."""
    grants = {
        node_id: replace(
            await stack.grant("admin", node_id), cluster="home.arpa", is_primary=node_id == "ns1"
        )
        for node_id in NODES
    }
    return await stack.sign_in("admin", at=(), **grants)


async def taken(stack: Stack, redis: Redis, cookie: str) -> None:
    """Note that each node has just taken its token, as a gateway does."""
    due, session = DueSessions(redis), await stack.session(cookie)
    await due.pull(session)
    (claim,) = await due.claim(count=1, lease_s=30)
    tokens = {name: grant.token for name, grant in session.record.nodes.items() if grant.token}
    await due.settle(claim, again_in_s=60, accepted=tokens)


async def states(stack: Stack, cookie: str) -> list[NodeState]:
    nodes = (await stack.session(cookie)).record.nodes
    return [nodes[name].state for name in NODES]


async def is_due(redis: Redis) -> bool:
    return bool(await redis.zcount(SESSION_DUE, "-inf", await store_time(redis)))


async def test_a_secondary_is_signed_out_alone(stack: Stack, redis: Redis) -> None:
    cookie = await clustered(stack)
    await taken(stack, redis, cookie)
    stack.lab.faults.add("ns2", "lose-sessions")

    answer = await stack.get(PATH.format("ns2"), cookie)

    assert answer.status_code == 409
    signed_in, out = NodeState.SIGNED_IN, NodeState.SIGNED_OUT
    assert await states(stack, cookie) == [signed_in, out, signed_in]
    assert (await stack.get(PATH.format("ns1"), cookie)).status_code == 200


async def test_the_primary_takes_its_cluster_along_and_the_gateways_look_at_once(
    stack: Stack, redis: Redis
) -> None:
    cookie = await clustered(stack)
    await taken(stack, redis, cookie)
    before = await stack.session(cookie)
    stack.lab.faults.add("ns1", "lose-sessions")

    assert (await stack.get(PATH.format("ns1"), cookie)).status_code == 409

    assert await states(stack, cookie) == 3 * [NodeState.SIGNED_OUT]
    assert await is_due(redis)
    assert (await stack.session(cookie)).generation > before.generation


async def test_a_primary_whose_token_idled_out_is_signed_out_alone(
    stack: Stack, redis: Redis
) -> None:
    cookie = await clustered(stack)
    await taken(stack, redis, cookie)
    await age(redis, 1801)
    stack.lab.faults.add("ns1", "lose-sessions")

    await stack.get(PATH.format("ns1"), cookie)

    out, signed_in = NodeState.SIGNED_OUT, NodeState.SIGNED_IN
    assert await states(stack, cookie) == [out, signed_in, signed_in]


@pytest.mark.parametrize("lost", ["ns1", "ns2"])
async def test_no_further_request_asks_with_a_refused_token(
    stack: Stack, redis: Redis, lost: str
) -> None:
    cookie = await clustered(stack)
    await taken(stack, redis, cookie)
    stack.lab.faults.add(lost, "lose-sessions")
    await stack.get(PATH.format(lost), cookie)
    stack.lab.requests.clear()

    answers = await asyncio.gather(*(stack.get(PATH.format(lost), cookie) for _ in range(30)))

    assert {answer.status_code for answer in answers} == {409}
    assert {answer.json()["code"] for answer in answers} == {"node_session_expired"}
    assert not stack.lab.requests.of(lost)


async def test_many_refusals_at_once_are_one_change(stack: Stack, redis: Redis) -> None:
    cookie = await clustered(stack)
    await taken(stack, redis, cookie)
    before = await stack.session(cookie)
    stack.lab.faults.add("ns1", "lose-sessions")

    await asyncio.gather(*(stack.get(PATH.format("ns1"), cookie) for _ in range(20)))

    after = await stack.session(cookie)
    assert after.generation == before.generation + 1
    assert after.record.nodes["ns1"].refused
