"""The counts in Redis are those of the pure rules, for all replicas at once."""

import asyncio
import itertools
import random
from collections.abc import AsyncGenerator, Sequence

import pytest
from auth_gateway.adapters.people import people
from auth_gateway.adapters.redis_regulation import RedisRegulation
from auth_gateway.domain.hourly import HOUR_S, JUDGED_KEPT, PER_HOUR
from auth_gateway.domain.intents import Intent
from auth_gateway.domain.outlook import Outlook
from auth_gateway.domain.ports import Try
from auth_gateway.domain.regulation import (
    PENDING_S,
    PER_NAME,
    PER_NAME_ANYWHERE,
    PER_NETWORK,
    Judgement,
)
from auth_gateway.domain.remembered import PER_GROUP
from companion.sessions.seal import Pepper
from companion.store import connect, store_time
from redis.asyncio import Redis

from tests.auth_gateway.adapters.regulation_model import Model
from tests.support.past_tries import let_pass
from tests.support.sessions import PEPPER

NETWORKS = ("192.0.2.1", "192.0.2.2")
NAMES = ("alice", "bob")
AWAITED_S = 8.0
_ids = itertools.count()


def regulation_of(redis: Redis, **room: int) -> RedisRegulation:
    return RedisRegulation(redis, pepper=Pepper.from_text(PEPPER), awaited_s=AWAITED_S, **room)


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
    return (await regulation.admit(one, ["ns1"]))["ns1"].wait_s == 0


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

    assert 299 < waits["ns1"].wait_s <= 301
    assert await admitted(regulation, one_try(NETWORKS[1], "dave"))


async def test_a_name_that_used_its_two_leaves_tries_to_others(
    regulation: RedisRegulation,
) -> None:
    await regulation.learn_real_ip("ns1", honoured=True)
    for _ in range(2):
        await failed(regulation, one_try())

    waits = await regulation.admit(one_try(), ["ns1"])

    assert 898 < waits["ns1"].wait_s <= 900
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

    assert waits["ns1"].wait_s > 0
    assert waits["ns2"].wait_s == 0


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
        assert (await regulation.admit(one, [node_id]))[node_id].wait_s == 0
        await regulation.judge(one, {node_id: Judgement.COUNTED})

    assert await remembered(redis, "networks") == await remembered(redis, "names") == 3
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

    assert HOUR_S - 10 < waits["ns1"].wait_s <= HOUR_S
    assert waits["ns2"].wait_s == 0
    assert await admitted(regulation, from_anywhere(200, "bob"))
    await let_pass(redis, HOUR_S)
    assert await admitted(regulation, from_anywhere(201))


async def test_an_hour_that_others_may_yet_leave_to_a_try_is_in_doubt(
    regulation: RedisRegulation,
) -> None:
    await regulation.learn_real_ip("ns1", honoured=True)
    for number in range(PER_HOUR - 1):
        await failed(regulation, from_anywhere(number))
    last = from_anywhere(100)
    assert await admitted(regulation, last)

    assert (await regulation.admit(from_anywhere(101), ["ns1"], patient=True))["ns1"].in_doubt
    await regulation.judge(last, {"ns1": Judgement.COUNTED})

    outlook = (await regulation.admit(from_anywhere(101), ["ns1"], patient=True))["ns1"]
    assert not outlook.in_doubt
    assert HOUR_S - 10 < outlook.wait_s <= HOUR_S


async def test_a_try_without_an_answer_stays_in_the_hour(
    regulation: RedisRegulation, redis: Redis
) -> None:
    await regulation.learn_real_ip("ns1", honoured=True)
    for number in range(PER_HOUR):
        assert await admitted(regulation, from_anywhere(number))
    await let_pass(redis, PENDING_S + 1)

    waits = await regulation.admit(from_anywhere(101), ["ns1"])

    assert HOUR_S - 10 < waits["ns1"].wait_s <= HOUR_S


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

    assert 6 * 86_400 < waits["ns1"].wait_s <= 7 * 86_400
    known = from_anywhere(201)
    assert (await regulation.admit(known, ["ns1"], known=True))["ns1"].wait_s == 0
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
        assert (await regulation.admit(one, ["ns1"], known=True))["ns1"].wait_s == 0
        await regulation.judge(one, {"ns1": Judgement.COUNTED})

    waits = await regulation.admit(from_anywhere(100), ["ns1"], known=True)
    assert 898 < waits["ns1"].wait_s <= 900


async def test_a_guess_whose_answer_reached_nobody_counts_for_the_network_alone(
    regulation: RedisRegulation, redis: Redis
) -> None:
    await regulation.learn_real_ip("ns1", honoured=True)
    for _ in range(PER_NETWORK.free):
        one = one_try()
        assert await admitted(regulation, one)
        person = people(Pepper.from_text(PEPPER), one.name)[0]
        await regulation.unheard(
            Intent(person=person, network=one.network, sign_in_id=one.id, owner="o", node_id="ns1")
        )

    waits = await regulation.admit(one_try(), ["ns1"])

    assert 299 < waits["ns1"].wait_s <= 301
    assert not await redis.keys("attempts:names:*")
    assert not await redis.keys("attempts:accounts:*")


async def test_whoever_is_let_in_and_fails_by_turns_leaves_no_more_than_others(
    regulation: RedisRegulation, redis: Redis
) -> None:
    """Of a name that is known somewhere tries are counted there, though they hold nobody back."""
    await regulation.learn_real_ip("ns1", honoured=True)
    for number in range(3 * JUDGED_KEPT):
        one = one_try()
        assert (await regulation.admit(one, ["ns1"], known=True))["ns1"].wait_s == 0
        answer = Judgement.CLEARED if number % 2 else Judgement.COUNTED
        await regulation.judge(one, {"ns1": answer})

    (key,) = await redis.keys("attempts:accounts:*")
    (packed,) = await redis.hvals(key)
    # Nine bytes for each moment.
    assert len(packed) < 10 * (JUDGED_KEPT + 4)


async def test_the_third_of_right_sign_ins_at_once_is_in_doubt_until_they_are_judged(
    regulation: RedisRegulation,
) -> None:
    await regulation.learn_real_ip("ns1", honoured=True)
    first, second, third = one_try(), one_try(), one_try()
    assert await admitted(regulation, first)
    assert await admitted(regulation, second)

    for _ in range(2):
        outlook = (await regulation.admit(third, ["ns1"], patient=True))["ns1"]
        assert outlook.in_doubt
        assert 898 < outlook.wait_s - PENDING_S <= 900
    await regulation.judge(first, {"ns1": Judgement.CLEARED})

    assert await admitted(regulation, third)
    assert not await admitted(regulation, one_try())


async def test_nobody_is_in_doubt_about_tries_whose_answers_are_late(
    regulation: RedisRegulation, redis: Redis
) -> None:
    await regulation.learn_real_ip("ns1", honoured=True)
    for _ in range(2):
        assert await admitted(regulation, one_try())
    await let_pass(redis, AWAITED_S - 1)
    assert (await regulation.admit(one_try(), ["ns1"], patient=True))["ns1"].in_doubt
    await let_pass(redis, 1)

    outlook = (await regulation.admit(one_try(), ["ns1"], patient=True))["ns1"]

    assert not outlook.in_doubt
    assert outlook.wait_s > 900


async def test_as_long_as_one_node_is_in_doubt_a_try_is_counted_nowhere(
    regulation: RedisRegulation,
) -> None:
    for node_id in ("ns1", "ns2"):
        await regulation.learn_real_ip(node_id, honoured=True)
    for _ in range(2):
        assert await admitted(regulation, one_try())
    waiting = one_try()
    for _ in range(3):
        outlooks = await regulation.admit(waiting, ["ns1", "ns2"], patient=True)
        assert (outlooks["ns1"].in_doubt, outlooks["ns2"]) == (True, Outlook(0))

    outlooks = await regulation.admit(waiting, ["ns1", "ns2"])

    assert not outlooks["ns1"].in_doubt
    assert outlooks["ns1"].wait_s > 900
    assert (await regulation.admit(one_try(), ["ns2"]))["ns2"].wait_s == 0
    assert (await regulation.admit(one_try(), ["ns2"]))["ns2"].wait_s > 900


async def remembered(redis: Redis, kind: str) -> int:
    """How many counts of this kind there are."""
    keys = await redis.keys(f"attempts:{kind}:*")
    return sum([await redis.hlen(key) for key in keys])


@pytest.mark.parametrize("seed", range(8))
async def test_redis_decides_as_the_rules_do(redis: Redis, seed: int) -> None:
    """Random histories of some networks and names, step by step beside the pure rules."""
    # Half of them from so many networks that what counts is the name, wherever it is tried.
    networks = NETWORKS if seed % 2 else [f"192.0.2.{number}" for number in range(60)]
    await side_by_side(redis, seed, networks, NAMES, per_group=PER_GROUP)


@pytest.mark.parametrize("seed", range(8))
async def test_redis_forgets_as_the_rules_do(redis: Redis, seed: int) -> None:
    """With one group, and room in it for less than half of what is tried."""
    networks = [f"192.0.2.{number}" for number in range(7)]
    names = [f"name {number}" for number in range(6)]
    await side_by_side(redis, seed, networks, names, per_group=3)


async def side_by_side(
    redis: Redis,
    seed: int,
    networks: Sequence[str],
    names: Sequence[str],
    *,
    per_group: int,
) -> None:
    chance = random.Random(seed)  # noqa: S311 - the histories are to be the same each time
    regulation = regulation_of(redis, groups=1, per_group=per_group)
    model, pending = Model(per_group=per_group, awaited_s=AWAITED_S), list[Try]()
    for _ in range(150):
        # No two things happen in one millisecond, nor close to a limit, which the two clocks
        # would cross at different moments.
        await let_pass(redis, 0.01)
        model.shift_s += 0.01
        step = chance.random()
        now = await store_time(redis)
        if step < 0.5:
            one = one_try(
                chance.choice(networks), chance.choice(names), with_code=chance.random() < 0.4
            )
            known, patient = chance.random() < 0.2, chance.random() < 0.5
            expected = model.outlook(one, now, known=known)
            found = (await regulation.admit(one, ["ns1"], known=known, patient=patient))["ns1"]
            assert found.wait_s == pytest.approx(expected.wait_s, abs=1.0)
            assert found.in_doubt == (patient and expected.in_doubt)
            if found.wait_s == 0:
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
            seconds = chance.choice([PENDING_S + 5, AWAITED_S + 3, 150.0, 310.0, 920.0])
            await let_pass(redis, seconds)
            model.shift_s += seconds
