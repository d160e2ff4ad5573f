"""What tries leave in Redis: little each, and no more than there is room for in all."""

from typing import cast

import pytest
from auth_gateway.adapters.redis_regulation import RedisRegulation
from auth_gateway.domain.ports import Try
from auth_gateway.domain.regulation import PER_NETWORK, Judgement
from auth_gateway.domain.remembered import PER_GROUP
from companion.sessions.seal import Pepper
from redis.asyncio import Redis

from tests.support.past_tries import let_pass
from tests.support.sessions import PEPPER

NODES = ("ns1", "ns2", "ns3")
KINDS = ("networks", "names", "accounts")


async def regulation_of(redis: Redis, *, groups: int, per_group: int) -> RedisRegulation:
    regulation = RedisRegulation(
        redis, pepper=Pepper.from_text(PEPPER), awaited_s=8, groups=groups, per_group=per_group
    )
    for node_id in NODES:
        await regulation.learn_real_ip(node_id, honoured=True)
    return regulation


async def wait_s(regulation: RedisRegulation, number: int, network: str) -> float:
    """Fail once with a name of its own at every node, or be told how long to wait."""
    one = Try(id=str(number), network=network, name=f"name {number}", with_code=False)
    outlooks = await regulation.admit(one, NODES)
    waits = {outlook.wait_s for outlook in outlooks.values()}
    assert len(waits) == 1
    if waits == {0}:
        await regulation.judge(one, dict.fromkeys(NODES, Judgement.COUNTED))
    return waits.pop()


async def remembered(redis: Redis, kind: str) -> int:
    """How many counts of a kind the node ns1 has."""
    keys = await redis.keys(f"attempts:{kind}:3:ns1:*")
    return sum([await redis.hlen(key) - await redis.hexists(key, "-") for key in keys])


async def test_a_failure_leaves_less_than_ninety_bytes_for_each_node(redis: Redis) -> None:
    """In full groups, whose own size does not matter; it was two kilobytes for three nodes."""
    regulation = await regulation_of(redis, groups=1, per_group=PER_GROUP)
    for number in range(PER_GROUP):
        assert await wait_s(regulation, number, f"192.0.2.{number}") == 0

    keys = await redis.keys("attempts:*:ns1:*")
    size = sum([cast("int", await redis.memory_usage(key)) for key in keys])

    assert len(keys) == len(KINDS)
    assert size / PER_GROUP < 90


async def test_however_many_try_no_more_is_remembered_than_there_is_room_for(
    redis: Redis,
) -> None:
    regulation = await regulation_of(redis, groups=3, per_group=5)

    for number in range(100):
        assert await wait_s(regulation, number, f"192.0.2.{number}") == 0
        await let_pass(redis, 400)

    assert [await remembered(redis, kind) for kind in KINDS] == [15, 15, 15]


async def test_while_nobody_may_be_forgotten_newcomers_wait_and_leave_nothing(
    redis: Redis,
) -> None:
    regulation = await regulation_of(redis, groups=1, per_group=5)
    for number in range(5):
        assert await wait_s(regulation, number, f"192.0.2.{number}") == 0

    waits = [await wait_s(regulation, number, f"192.0.2.{number}") for number in range(5, 50)]

    assert all(PER_NETWORK.pause_s - 5 < wait <= PER_NETWORK.pause_s for wait in waits)
    assert [await remembered(redis, kind) for kind in KINDS] == [5, 5, 5]
    # Whoever waits so long is heard, and whoever is remembered was never held up.
    assert await wait_s(regulation, 50, "192.0.2.1") == 0
    await let_pass(redis, waits[-1])
    assert await wait_s(regulation, 51, "192.0.2.99") == 0


@pytest.mark.parametrize("prefix", ["2001:db8:7:", "2001:db8:8:"])
async def test_a_large_block_of_ipv6_fills_the_room_of_one_group(redis: Redis, prefix: str) -> None:
    regulation = await regulation_of(redis, groups=64, per_group=5)

    found = [await wait_s(regulation, n, f"{prefix}{n:x}::") for n in range(200)]

    assert sum(wait == 0 for wait in found) == await remembered(redis, "networks") == 5
    elsewhere = [await wait_s(regulation, n, f"192.0.2.{n - 200}") for n in range(200, 220)]
    # One in 64 shares that group; which ones, nobody can tell who does not know the pepper.
    assert elsewhere.count(0) >= 18
