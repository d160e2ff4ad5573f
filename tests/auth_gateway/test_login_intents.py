"""Sign-ins that were cut off between a node and Redis: what they left is found and ended."""

from dataclasses import replace
from typing import Any

from auth_gateway.adapters.redis_intents import RedisIntents
from auth_gateway.domain.ports import Try
from companion.keys import GATEWAYS_PREFIX, INTENTS
from companion.sessions.seal import Pepper
from companion.store import store_time
from redis.asyncio import Redis
from structlog.testing import capture_logs
from technitium_sandbox.sandbox import Sandbox

from tests.auth_gateway.conftest import MakeGateway
from tests.auth_gateway.support import IMPATIENT, LOGIN_PATH, Gateway, problem, until
from tests.support.sandbox import totp_code
from tests.support.sessions import PEPPER

NODES = ("ns1", "ns2", "ns3")
ELSEWHERE = "198.51.100.9"


def ghosts(gateway: Gateway) -> float | None:
    """The gauge as Prometheus would read it."""
    return gateway.apps.registry.get_sample_value("companion_ghost_sessions")


async def open_intents(redis: Redis) -> int:
    return int(await redis.zcard(INTENTS))


async def none_open(redis: Redis) -> bool:
    return await open_intents(redis) == 0


async def all_overdue(redis: Redis, *, by_s: float = 1) -> None:
    """Let the time pass in which somebody might still work on what is open, and some more."""
    found: Any = await redis.zrange(INTENTS, 0, -1)
    for member in found:
        await redis.zadd(INTENTS, {member: (await store_time(redis) - by_s) * 1000})


def sessions_at(lab: Sandbox, name: str, user: str = "admin") -> int:
    return len(lab.nodes[name].live_tokens(user))


async def test_every_outcome_that_is_known_leaves_no_intent(
    gateway: Gateway, lab: Sandbox, redis: Redis
) -> None:
    await lab.stop("ns3")
    await gateway.login("admin", "wrong")
    await gateway.login("totp")
    await gateway.login("totp", totp=totp_code(lab))
    await gateway.signed_in()
    await gateway.http.post("/api/auth/nodes/ns2/login", json={"password": "admin"})

    assert await open_intents(redis) == 0


async def test_the_intent_is_there_before_the_password_is_sent(
    make_gateway: MakeGateway, lab: Sandbox, redis: Redis
) -> None:
    lab.faults.add("ns2", "hang", path=LOGIN_PATH)
    async with make_gateway(timing=IMPATIENT) as gateway:
        await gateway.signed_in()

        (received,) = lab.requests.of("ns1", LOGIN_PATH)
        members: Any = await redis.zrange(INTENTS, 0, -1)

    (member,) = members
    _, sign_in_id, _, node_id, network = member.decode().split("|")
    assert f"(sign-in {sign_in_id})" in received.headers["user-agent"]
    assert (node_id, network) == ("ns2", "192.0.2.7")


async def test_a_session_whose_token_was_lost_is_ended_at_the_next_sign_in(
    gateway: Gateway, lab: Sandbox, redis: Redis
) -> None:
    lab.faults.add("ns2", "cut", path=LOGIN_PATH, times=1)
    assert (await gateway.signed_in()) is not None
    assert (sessions_at(lab, "ns2"), await open_intents(redis)) == (1, 1)
    await all_overdue(redis)
    await until(lambda: ghosts(gateway) == 1)

    with capture_logs() as lines:
        await gateway.browser(ELSEWHERE).signed_in()
        await until(lambda: ghosts(gateway) == 0)

    # Those of the two browsers, but for the one at ns2 that nobody holds.
    assert [sessions_at(lab, name) for name in NODES] == [2, 1, 2]
    (told,) = [line for line in lines if line["event"] == "ghost_ended"]
    assert (told["user"], told["nodes"], told["client"]) == ("admin", ["ns2"], ELSEWHERE)
    assert (await gateway.me()).json()["authenticated"] is True


async def test_the_next_sign_in_may_be_to_that_node_alone(
    gateway: Gateway, lab: Sandbox, redis: Redis
) -> None:
    lab.faults.add("ns2", "cut", path=LOGIN_PATH, times=1)
    await gateway.signed_in()
    await all_overdue(redis)

    response = await gateway.http.post("/api/auth/nodes/ns2/login", json={"password": "admin"})

    assert response.status_code == 201
    await until(lambda: sessions_at(lab, "ns2") == 1)
    await until(lambda: ghosts(gateway) == 0)


async def test_an_intent_waits_for_its_node(gateway: Gateway, lab: Sandbox, redis: Redis) -> None:
    lab.faults.add("ns2", "cut", path=LOGIN_PATH, times=1)
    await gateway.signed_in()
    await all_overdue(redis)
    await until(lambda: ghosts(gateway) == 1)
    await lab.stop("ns2")
    await gateway.browser(ELSEWHERE).signed_in()
    assert await open_intents(redis) == 1

    await lab.start("ns2")
    await gateway.browser("198.51.100.10").signed_in()

    await until(lambda: ghosts(gateway) == 0)
    assert sessions_at(lab, "ns2") == 1


async def test_a_sign_in_of_others_that_is_under_way_is_left_alone_and_looked_at_again(
    gateway: Gateway, lab: Sandbox, redis: Redis
) -> None:
    lab.faults.add("ns2", "cut", path=LOGIN_PATH, times=1)
    await gateway.signed_in()

    await gateway.browser(ELSEWHERE).signed_in()
    assert sessions_at(lab, "ns2") == 2
    await all_overdue(redis)

    await until(lambda: sessions_at(lab, "ns2") == 1)
    await until(lambda: ghosts(gateway) == 0)


async def test_a_session_that_was_stored_is_never_ended_for_an_intent(
    gateway: Gateway, lab: Sandbox, redis: Redis
) -> None:
    """Its gateway may have been killed after it had stored the tokens."""
    await gateway.signed_in()
    (received,) = lab.requests.of("ns1", LOGIN_PATH)
    sign_in_id = received.headers["user-agent"].rpartition(" ")[2].rstrip(")")
    for stand in lab.nodes.values():
        for session in stand.node.live_sessions():
            # As it is before the token has been used for anything.
            session.agent = received.headers["user-agent"]
    killed = RedisIntents(redis, pepper=Pepper.from_text(PEPPER), owner="dead", pending_s=0)
    one = Try(id=sign_in_id, network="192.0.2.7", name="admin", with_code=False)
    await killed.open(one, NODES)
    await redis.delete(f"{GATEWAYS_PREFIX}dead")

    await gateway.browser(ELSEWHERE).signed_in()
    await until(lambda: none_open(redis))
    await until(lambda: ghosts(gateway) == 0)

    assert [sessions_at(lab, name) for name in NODES] == [2, 2, 2]


async def test_of_a_node_that_ends_sessions_soon_an_intent_is_forgotten_soon(
    gateway: Gateway, lab: Sandbox, redis: Redis
) -> None:
    await gateway.signed_in()

    async def is_learnt() -> bool:
        return len(await redis.keys("timeouts:*")) == 1 and await redis.hlen(
            (await redis.keys("timeouts:*"))[0]
        ) == len(NODES)

    await until(is_learnt)
    lab.faults.add("ns2", "cut", path=LOGIN_PATH, times=1)
    await gateway.browser(ELSEWHERE).signed_in()

    # Half an hour without a call, and the node ends a session by itself.
    await all_overdue(redis, by_s=1700)
    await until(lambda: ghosts(gateway) == 1)
    await all_overdue(redis, by_s=1800)

    await until(lambda: ghosts(gateway) == 0)
    assert await open_intents(redis) == 0


async def test_a_node_that_is_no_technitium_leaves_nothing_to_look_for(
    gateway: Gateway, lab: Sandbox, redis: Redis
) -> None:
    lab.faults.add("ns2", "garbage", path=LOGIN_PATH)

    await gateway.signed_in()

    assert await open_intents(redis) == 0


async def test_a_late_answer_settles_its_intent(
    make_gateway: MakeGateway, lab: Sandbox, redis: Redis
) -> None:
    lab.faults.add("ns2", "slow", path=LOGIN_PATH, seconds=1.0)
    async with make_gateway(timing=IMPATIENT) as gateway:
        await gateway.signed_in()
        assert await open_intents(redis) == 1

        async def is_settled() -> bool:
            return await open_intents(redis) == 0

        await until(is_settled)
        await until(lambda: sessions_at(lab, "ns2") == 0)


async def test_at_its_end_a_gateway_leaves_what_is_open_to_others(
    make_gateway: MakeGateway, lab: Sandbox
) -> None:
    lab.faults.add("ns2", "hang", path=LOGIN_PATH)
    async with make_gateway() as other:
        timing = replace(IMPATIENT, late_s=30.0)
        async with make_gateway(timing=timing) as ended:
            await ended.signed_in()
            assert ghosts(ended) == 0

        await until(lambda: ghosts(other) == 1)
        lab.faults.clear()
        await other.signed_in()
        await until(lambda: ghosts(other) == 0)


async def test_while_redis_is_full_no_password_is_sent(
    gateway: Gateway, lab: Sandbox, redis: Redis
) -> None:
    await redis.config_set("maxmemory", "1")
    try:
        response = await gateway.login("admin")
    finally:
        await redis.config_set("maxmemory", "0")

    assert problem(response)["code"] == "store_unavailable"
    assert not lab.requests.of("ns1", LOGIN_PATH)
