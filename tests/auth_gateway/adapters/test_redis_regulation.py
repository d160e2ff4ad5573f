"""The counts in Redis are those of the pure rules, for all replicas at once."""

import asyncio
import itertools
import random
from collections.abc import AsyncGenerator
from typing import Any, ClassVar, cast

import pytest
from auth_gateway.adapters.redis_regulation import RedisRegulation
from auth_gateway.domain.hourly import (
    HOUR_S,
    PER_HOUR,
    Hour,
    hour_counted,
    hour_judged,
    hour_wait_s,
)
from auth_gateway.domain.intents import Intent
from auth_gateway.domain.ports import Try
from auth_gateway.domain.regulation import (
    PENDING_S,
    PER_NAME,
    PER_NAME_ANYWHERE,
    PER_NETWORK,
    Budget,
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

from tests.support.past_tries import let_pass
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
    tries = [one_try(f"network {number}", f"name {number}") for number in range(200)]

    found = await asyncio.gather(*(admitted(regulation, one) for one in tries))

    assert all(found)
    assert not await redis.keys("attempts:everybody:*")


def from_anywhere(number: int, name: str = "alice") -> Try:
    return one_try(f"198.51.100.{number}", name)


async def test_a_name_has_twenty_failures_an_hour_wherever_they_come_from(
    regulation: RedisRegulation, redis: Redis
) -> None:
    await regulation.learn_real_ip("ns1", honoured=True)
    for number in range(PER_HOUR):
        await failed(regulation, from_anywhere(number))

    waits = await regulation.admit(from_anywhere(200), ["ns1", "ns2"])

    assert HOUR_S - 10 < waits["ns1"] <= HOUR_S
    assert waits["ns2"] == 0
    assert await admitted(regulation, from_anywhere(200, "bob"))
    await let_pass(redis, HOUR_S)
    assert await admitted(regulation, from_anywhere(201))


async def test_a_success_gives_the_hour_nothing_back(regulation: RedisRegulation) -> None:
    await regulation.learn_real_ip("ns1", honoured=True)
    for number in range(PER_HOUR - 1):
        await failed(regulation, from_anywhere(number))
    good = from_anywhere(100)
    assert await admitted(regulation, good)
    await regulation.judge(good, {"ns1": Judgement.CLEARED})

    await failed(regulation, from_anywhere(101))

    assert not await admitted(regulation, from_anywhere(102))


async def test_of_tries_at_once_from_everywhere_no_more_are_admitted_than_an_hour_has(
    regulation: RedisRegulation, second_replica: RedisRegulation
) -> None:
    await regulation.learn_real_ip("ns1", honoured=True)

    found = await asyncio.gather(
        *(
            admitted((regulation, second_replica)[number % 2], from_anywhere(number))
            for number in range(60)
        )
    )

    assert sum(found) == PER_HOUR


async def test_a_hundred_failures_in_a_row_end_what_is_tried_with_a_name(
    regulation: RedisRegulation, redis: Redis
) -> None:
    await regulation.learn_real_ip("ns1", honoured=True)
    for number in range(PER_NAME_ANYWHERE.free):
        if number and not number % PER_HOUR:
            await let_pass(redis, HOUR_S)
        await failed(regulation, from_anywhere(number))
    await let_pass(redis, HOUR_S)

    waits = await regulation.admit(from_anywhere(200), ["ns1"])

    assert 6 * 86_400 < waits["ns1"] <= 7 * 86_400
    known = from_anywhere(201)
    assert (await regulation.admit(known, ["ns1"], known=True))["ns1"] == 0
    await regulation.judge(known, {"ns1": Judgement.CLEARED})
    assert await admitted(regulation, from_anywhere(202))


async def test_who_is_known_somewhere_is_held_back_there_by_that_network_alone(
    regulation: RedisRegulation,
) -> None:
    await regulation.learn_real_ip("ns1", honoured=True)
    for number in range(PER_HOUR):
        await failed(regulation, from_anywhere(number))

    for _ in range(PER_NAME.free):
        one = from_anywhere(100)
        assert (await regulation.admit(one, ["ns1"], known=True))["ns1"] == 0
        await regulation.judge(one, {"ns1": Judgement.COUNTED})

    waits = await regulation.admit(from_anywhere(100), ["ns1"], known=True)
    assert 898 < waits["ns1"] <= 900


async def test_a_guess_whose_answer_reached_nobody_counts_for_the_network_alone(
    regulation: RedisRegulation,
) -> None:
    await regulation.learn_real_ip("ns1", honoured=True)
    for _ in range(PER_NETWORK.free):
        one = one_try()
        assert await admitted(regulation, one)
        (hour,) = cast("list[bytes]", await regulation._redis.keys("attempts:hour:*"))
        name = hour.decode().rpartition(":")[2]
        await regulation.unheard(
            Intent(person=name, network=one.network, sign_in_id=one.id, owner="o", node_id="ns1")
        )

    waits = await regulation.admit(one_try(), ["ns1"])

    assert 299 < waits["ns1"] <= 301
    assert not await regulation._redis.keys("attempts:name:*")
    assert not await regulation._redis.keys("attempts:hour:*")


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

    BUDGETS: ClassVar = {2: PER_NAME, 3: PER_NAME_ANYWHERE}

    def __init__(self) -> None:
        self.counts: dict[tuple[str, ...], Count] = {}
        self.hours: dict[str, Hour] = {}
        self.honoured = False
        self.shift_s = 0.0

    def of(self, one: Try) -> dict[tuple[str, ...], Count]:
        """By keys that tell by their length what they are of."""
        keys = ((one.network,), ("*",), (one.network, one.name), ("", "", one.name))
        return {key: self.counts.get(key, Count()) for key in keys}

    def asked(self, one: Try) -> dict[tuple[str, ...], Count]:
        """Those that a try is counted in: at a node that knows clients, not that of all."""
        return {
            key: count for key, count in self.of(one).items() if key != ("*",) or not self.honoured
        }

    def budget(self, key: tuple[str, ...]) -> Budget:
        return self.BUDGETS.get(len(key), PER_NETWORK)

    def hour(self, one: Try) -> Hour:
        return self.hours.get(one.name, Hour())

    def wait_s(self, one: Try, now: float, *, known: bool) -> float:
        now += self.shift_s
        found = self.asked(one)
        name = found[one.network, one.name]
        waits = [
            wait_s(
                count,
                self.budget(key),
                now=now,
                continuing=continues(count, name, with_code=one.with_code),
            )
            for key, count in found.items()
            if not (known and len(key) == 3)
        ]
        if not known:
            follows = continues(name, name, with_code=one.with_code)
            waits.append(hour_wait_s(self.hour(one), now=now, continuing=follows))
        return max(waits)

    def admit(self, one: Try, now: float) -> None:
        now += self.shift_s
        found = self.asked(one)
        name = found[one.network, one.name]
        for key, count in found.items():
            self.counts[key] = counted(
                count,
                one.id,
                now=now,
                continuing=continues(count, name, with_code=one.with_code),
            )
        follows = continues(name, name, with_code=one.with_code)
        self.hours[one.name] = hour_counted(self.hour(one), one.id, now=now, continuing=follows)

    def judge(self, one: Try, answer: Judgement, now: float) -> None:
        now += self.shift_s
        for key, count in self.of(one).items():
            self.counts[key] = judged(count, one.id, answer, self.budget(key), now=now)
        self.hours[one.name] = hour_judged(self.hour(one), one.id, answer, now=now)


@pytest.mark.parametrize("seed", range(8))
async def test_redis_decides_as_the_rules_do(
    regulation: RedisRegulation, redis: Redis, seed: int
) -> None:
    """Random histories of some networks and names, step by step beside the pure rules."""
    chance = random.Random(seed)  # noqa: S311 - the histories are to be the same each time
    model, pending = Model(), []
    # Half of them from so many networks that what counts is the name, wherever it is tried.
    networks = NETWORKS if seed % 2 else [f"192.0.2.{number}" for number in range(60)]
    for _ in range(150):
        step = chance.random()
        now = await store_time(redis)
        if step < 0.5:
            one = one_try(
                chance.choice(networks), chance.choice(NAMES), with_code=chance.random() < 0.4
            )
            known = chance.random() < 0.2
            expected_s = model.wait_s(one, now, known=known)
            found_s = (await regulation.admit(one, ["ns1"], known=known))["ns1"]
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
