"""Login intents in Redis: who works on them, and when they are forgotten."""

from collections.abc import Callable
from typing import Any

import pytest
from auth_gateway.adapters.redis_intents import ALIVE_S, RedisIntents
from auth_gateway.domain.ports import Try
from companion.keys import INTENTS
from companion.sessions.seal import Pepper
from redis.asyncio import Redis

from tests.support.sessions import PEPPER

ONE = Try(id="0a" * 12, network="2001:db8::", name="alice", with_code=False)
OTHER = Try(id="0b" * 12, network="192.0.2.7", name="bob", with_code=False)

Process = Callable[..., RedisIntents]


@pytest.fixture
def process(redis: Redis) -> Process:
    """Makes what one process holds of them; times in seconds."""

    def make(owner: str, *, pending_s: float = 40, pepper: str = PEPPER) -> RedisIntents:
        return RedisIntents(
            redis, pepper=Pepper.from_text(pepper), owner=owner, pending_s=pending_s
        )

    return make


async def test_what_is_opened_is_under_way_until_it_is_closed(process: Process) -> None:
    one, other = process("a1"), process("b2")
    opened = await one.open(ONE, ["ns1", "ns2"])
    await one.open(OTHER, ["ns1"])

    found = await other.of("alice")

    assert set(found.under_way) == set(opened.values())
    assert found.abandoned == ()
    assert {intent.network for intent in found.under_way} == {"2001:db8::"}
    await one.close([opened["ns1"]])
    assert (await other.of("alice")).under_way == (opened["ns2"],)
    await one.close([opened["ns2"], opened["ns2"]])
    assert (await other.of("alice")).under_way == ()
    assert len((await other.of_all()).under_way) == 1


async def test_those_of_a_process_that_is_no_more_are_orphaned(process: Process) -> None:
    gone, lives = process("a1"), process("b2")
    orphan = await gone.open(ONE, ["ns1"])
    await lives.open(OTHER, ["ns1"])

    await gone.leave()

    found = await lives.of_all()
    assert found.orphaned == found.abandoned == (orphan["ns1"],)
    assert [intent.owner for intent in found.under_way] == ["b2"]
    await gone.beat()
    assert (await lives.of_all()).orphaned == ()


async def test_a_process_that_falls_silent_counts_as_gone_soon(
    process: Process, redis: Redis
) -> None:
    await process("a1").open(ONE, ["ns1"])

    assert 0 < await redis.ttl("gateways:a1") <= ALIVE_S


async def test_what_a_process_works_on_for_too_long_is_overdue(process: Process) -> None:
    opened = await process("a1", pending_s=0).open(ONE, ["ns1"])

    found = await process("b2").of("alice")

    assert found.overdue == found.abandoned == (opened["ns1"],)


async def test_intents_of_before_a_change_of_the_pepper_are_found(process: Process) -> None:
    opened = await process("a1").open(ONE, ["ns1"])
    after = process("b2", pepper=f"another pepper of the tests,{PEPPER}")

    assert (await after.of("alice")).under_way == (opened["ns1"],)
    await after.close([*opened.values()])
    assert (await after.of_all()).under_way == ()


async def age(redis: Redis, seconds: float) -> None:
    found: Any = await redis.zrange(INTENTS, 0, -1, withscores=True)
    for member, until in found:
        await redis.zadd(INTENTS, {member: float(until) - seconds * 1000})


@pytest.mark.parametrize(("learnt_s", "kept_s"), [(600, 600), (0, 7 * 86_400), (None, 7 * 86_400)])
async def test_an_intent_is_dropped_when_its_node_has_ended_by_itself_what_it_began(
    process: Process, redis: Redis, learnt_s: int | None, kept_s: int
) -> None:
    one = process("a1", pending_s=0)
    if learnt_s is not None:
        await one.learn_timeout("alice", "ns1", learnt_s)
    await one.open(ONE, ["ns1"])

    await age(redis, kept_s - 5)
    assert await one.drop() == 0
    await age(redis, 5)
    assert await one.drop() == 1

    assert (await one.of("alice")).abandoned == ()
    assert not await redis.exists(INTENTS)


async def test_nothing_in_redis_tells_whose_intents_these_are(
    process: Process, redis: Redis
) -> None:
    await process("a1").open(ONE, ["ns1"])
    await process("a1").learn_timeout("alice", "ns1", 600)

    keys = await redis.keys("*")
    members = await redis.zrange(INTENTS, 0, -1)

    assert not [text for text in [*keys, *members] if b"alice" in text]
    assert all([await redis.ttl(key) > 0 for key in keys if key != INTENTS.encode()])
