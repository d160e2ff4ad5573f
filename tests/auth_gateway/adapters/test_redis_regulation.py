"""The counts in Redis are those of the pure rules, for all replicas at once."""

import asyncio
import itertools
import random
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from auth_gateway.adapters.redis_regulation import RedisRegulation
from auth_gateway.domain.ports import Try
from auth_gateway.domain.regulation import (
    PENDING_S,
    PER_NAME,
    PER_NETWORK,
    Count,
    Judgement,
    continues,
    counted,
    judged,
    wait_s,
)
from companion.sessions.seal import Pepper
from companion.store import connect, store_time
from redis.asyncio import Redis

from tests.support.sessions import PEPPER

NETWORKS = ("192.0.2.1", "192.0.2.2")
NAMES = ("alice", "bob")
_ids = itertools.count()


def regulation_of(redis: Redis) -> RedisRegulation:
    return RedisRegulation(redis, pepper=Pepper.from_text(PEPPER))


@pytest.fixture
async def regulation(redis: Redis) -> RedisRegulation:
    return regulation_of(redis)


@pytest.fixture
async def second_replica(redis_url: str) -> AsyncGenerator[RedisRegulation]:
    async with connect(redis_url) as client:
        yield regulation_of(client)


def one_try(network: str = NETWORKS[0], name: str = NAMES[0], *, with_code: bool = False) -> Try:
    return Try(id=str(next(_ids)), network=network, name=name, with_code=with_code)


async def admitted(regulation: RedisRegulation, one: Try) -> bool:
    return (await regulation.admit(one, ["ns1"]))["ns1"] == 0


async def failed(regulation: RedisRegulation, one: Try) -> None:
    assert await admitted(regulation, one)
    await regulation.judge(one, {"ns1": Judgement.COUNTED})


async def let_pass(redis: Redis, seconds: float) -> None:
    """Move every moment that is remembered into the past."""
    for key in await redis.keys("attempts:*"):
        if await redis.type(key) != b"hash":
            continue
        fields: dict[Any, Any] = await redis.hgetall(key)
        for field, value in fields.items():
            if field in (b"a", b"oa") or field.startswith(b"p:"):
                await redis.hset(key, field, max(0, int(value) - round(seconds * 1000)))


async def test_of_the_four_tries_of_a_network_one_name_has_two(
    regulation: RedisRegulation,
) -> None:
    await regulation.learn_real_ip("ns1", honoured=True)
    for name in ("alice", "alice", "bob", "carol"):
        await failed(regulation, one_try(name=name))

    waits = await regulation.admit(one_try(name="dave"), ["ns1"])

    assert 299 < waits["ns1"] <= 301
    assert await admitted(regulation, one_try(NETWORKS[1], "dave"))


async def test_a_name_that_used_its_two_leaves_tries_to_others(
    regulation: RedisRegulation,
) -> None:
    await regulation.learn_real_ip("ns1", honoured=True)
    for _ in range(2):
        await failed(regulation, one_try())

    waits = await regulation.admit(one_try(), ["ns1"])

    assert 898 < waits["ns1"] <= 900
    assert await admitted(regulation, one_try(name="bob"))


async def test_a_node_that_sees_all_clients_as_one_has_one_budget(
    regulation: RedisRegulation,
) -> None:
    for network in ("192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"):
        await failed(regulation, one_try(network, f"person at {network}"))

    assert not await admitted(regulation, one_try("192.0.2.5", "somebody"))
    await regulation.learn_real_ip("ns1", honoured=True)
    assert await admitted(regulation, one_try("192.0.2.5", "somebody"))
    await regulation.learn_real_ip("ns1", honoured=False)
    assert not await admitted(regulation, one_try("192.0.2.6", "somebody"))


async def test_nodes_have_budgets_of_their_own(regulation: RedisRegulation) -> None:
    for name in ("alice", "bob", "carol", "dave"):
        await failed(regulation, one_try(name=name))

    waits = await regulation.admit(one_try(name="erin"), ["ns1", "ns2"])

    assert waits["ns1"] > 0
    assert waits["ns2"] == 0


async def test_a_success_clears_the_network_and_that_name_alone(
    regulation: RedisRegulation,
) -> None:
    for name in ("victim", "victim", "mine"):
        await failed(regulation, one_try(name=name))
    good = one_try(name="mine")
    assert await admitted(regulation, good)
    await regulation.judge(good, {"ns1": Judgement.CLEARED})

    for name in ("mine", "mine", "bob", "carol"):
        await failed(regulation, one_try(name=name))
    assert not await admitted(regulation, one_try(name="victim"))


async def test_after_the_pause_one_try_is_admitted_and_no_second(
    regulation: RedisRegulation, redis: Redis
) -> None:
    for name in ("alice", "bob", "carol", "dave"):
        await failed(regulation, one_try(name=name))

    await let_pass(redis, 300)
    assert not await admitted(regulation, one_try(name="erin"))
    await let_pass(redis, 1)

    assert await admitted(regulation, one_try(name="erin"))
    assert not await admitted(regulation, one_try(name="frank"))


async def test_what_is_written_twice_counts_once(regulation: RedisRegulation) -> None:
    one = one_try()
    for _ in range(3):
        assert await admitted(regulation, one)
    for _ in range(3):
        await regulation.judge(one, {"ns1": Judgement.UNCOUNTED})

    for name in ("alice", "bob", "carol", "dave"):
        await failed(regulation, one_try(name=name))
    assert not await admitted(regulation, one_try(name="erin"))


async def test_replicas_that_ask_at_once_share_one_budget(
    regulation: RedisRegulation, second_replica: RedisRegulation
) -> None:
    tries = [one_try(name=f"name {number}") for number in range(40)]

    found = await asyncio.gather(
        *(
            admitted((regulation, second_replica)[number % 2], one)
            for number, one in enumerate(tries)
        )
    )

    assert sum(found) == PER_NETWORK.free


async def test_counts_are_forgotten_in_the_end_and_hold_no_names(
    regulation: RedisRegulation, redis: Redis
) -> None:
    await failed(regulation, one_try(name="alice"))

    keys = await redis.keys("attempts:*")

    assert keys
    assert not [key for key in keys if b"alice" in key]
    assert all([await redis.ttl(key) > 0 for key in keys])


async def test_parts_of_a_key_never_run_together(regulation: RedisRegulation, redis: Redis) -> None:
    for node_id, network in (("a", "b:c"), ("a:b", "c"), ("a", "real-ip")):
        one = one_try(network, "alice")
        assert (await regulation.admit(one, [node_id]))[node_id] == 0
        await regulation.judge(one, {node_id: Judgement.COUNTED})

    assert len(await redis.keys("attempts:network:*")) == 3
    assert len(await redis.keys("attempts:name:*")) == 3
    assert not await redis.keys("attempts:real-ip:*")


async def test_tries_at_a_node_that_knows_clients_leave_nothing_common(
    regulation: RedisRegulation, redis: Redis
) -> None:
    await regulation.learn_real_ip("ns1", honoured=True)
    tries = [one_try(f"network {number}") for number in range(200)]

    found = await asyncio.gather(*(admitted(regulation, one) for one in tries))

    assert all(found)
    assert not await redis.keys("attempts:everybody:*")


# More than Lua hands over as arguments at once.
MANY = 9_000


async def network_count_with_many_under_way(redis: Redis, *, until_ms: int) -> str:
    """Fill the one network count with tries that may be judged until then."""
    (key,) = await redis.keys("attempts:network:*")
    under_way: dict[Any, Any] = {f"p:old-{number}": until_ms for number in range(MANY)}
    await redis.hset(key, mapping={"n": MANY, **under_way})
    return str(key, "utf-8") if isinstance(key, bytes) else key


async def test_thousands_of_tries_under_way_are_still_counted(
    regulation: RedisRegulation, redis: Redis
) -> None:
    await regulation.learn_real_ip("ns1", honoured=True)
    one = one_try()
    assert await admitted(regulation, one)
    later_ms = round((await store_time(redis) + 30) * 1000)
    key = await network_count_with_many_under_way(redis, until_ms=later_ms)

    await regulation.judge(one, {"ns1": Judgement.COUNTED})

    assert await redis.hget(key, "n") == str(MANY).encode()
    assert await redis.hlen(key) == MANY + 4
    assert not await admitted(regulation, one_try(name="bob"))


async def test_thousands_of_tries_without_an_answer_become_one_pause(
    regulation: RedisRegulation, redis: Redis
) -> None:
    await regulation.learn_real_ip("ns1", honoured=True)
    await failed(regulation, one_try())
    long_ago_ms = round((await store_time(redis) - PER_NETWORK.pause_s - 1) * 1000)
    key = await network_count_with_many_under_way(redis, until_ms=long_ago_ms)
    await redis.hset(key, "a", long_ago_ms)

    assert await admitted(regulation, one_try(name="bob"))

    assert await redis.hget(key, "n") == str(MANY + 1).encode()
    assert await redis.hlen(key) == 4 + 1
    assert not await admitted(regulation, one_try(name="carol"))


class Model:
    """The same rules without Redis, by one node and at the time of Redis."""

    def __init__(self) -> None:
        self.counts: dict[tuple[str, ...], Count] = {}
        self.honoured = False
        self.shift_s = 0.0

    def of(self, one: Try) -> dict[tuple[str, ...], Count]:
        keys = ((one.network,), ("*",), (one.network, one.name))
        return {key: self.counts.get(key, Count()) for key in keys}

    def asked(self, one: Try) -> dict[tuple[str, ...], Count]:
        """Those that a try is counted in: at a node that knows clients, not that of all."""
        return {
            key: count for key, count in self.of(one).items() if key != ("*",) or not self.honoured
        }

    def wait_s(self, one: Try, now: float) -> float:
        found = self.asked(one)
        name = found[one.network, one.name]
        waits = {
            key: wait_s(
                count,
                PER_NAME if len(key) > 1 else PER_NETWORK,
                now=now + self.shift_s,
                continuing=continues(count, name, with_code=one.with_code),
            )
            for key, count in found.items()
        }
        return max(waits.values())

    def admit(self, one: Try, now: float) -> None:
        found = self.asked(one)
        name = found[one.network, one.name]
        for key, count in found.items():
            self.counts[key] = counted(
                count,
                one.id,
                now=now + self.shift_s,
                continuing=continues(count, name, with_code=one.with_code),
            )

    def judge(self, one: Try, answer: Judgement, now: float) -> None:
        for key, count in self.of(one).items():
            budget = PER_NAME if len(key) > 1 else PER_NETWORK
            self.counts[key] = judged(count, one.id, answer, budget, now=now + self.shift_s)


@pytest.mark.parametrize("seed", range(6))
async def test_redis_decides_as_the_rules_do(
    regulation: RedisRegulation, redis: Redis, seed: int
) -> None:
    """Random histories of two networks and two names, step by step beside the pure rules."""
    chance = random.Random(seed)  # noqa: S311 - the histories are to be the same each time
    model, pending = Model(), []
    for _ in range(120):
        step = chance.random()
        now = await store_time(redis)
        if step < 0.5:
            one = one_try(
                chance.choice(NETWORKS), chance.choice(NAMES), with_code=chance.random() < 0.4
            )
            expected_s = model.wait_s(one, now)
            found_s = (await regulation.admit(one, ["ns1"]))["ns1"]
            assert found_s == pytest.approx(expected_s, abs=1.0)
            if found_s == 0:
                model.admit(one, now)
                pending.append(one)
        elif step < 0.85 and pending:
            one = pending.pop(chance.randrange(len(pending)))
            answer = chance.choice(list(Judgement))
            await regulation.judge(one, {"ns1": answer})
            model.judge(one, answer, now)
        elif step < 0.9:
            model.honoured = not model.honoured
            await regulation.learn_real_ip("ns1", honoured=model.honoured)
        else:
            # Never close to a limit, which the two clocks would cross at different moments.
            seconds = chance.choice([PENDING_S + 5, 150.0, 310.0, 920.0])
            await let_pass(redis, seconds)
            model.shift_s += seconds
