"""As long as a session lives, its node tokens do not idle out; asking is shared and gentle."""

import time
from collections import Counter

import pytest
from companion.keys import SESSION_DUE
from companion.sessions.due import DueSessions
from redis.asyncio import Redis
from technitium_sandbox.sandbox import Sandbox

from tests.auth_gateway.conftest import MakeGateway
from tests.auth_gateway.support import until
from tests.auth_gateway.upkeep import (
    CHECK_PATH,
    LIVELY,
    NODES,
    PATIENT,
    all_served,
    ask_node,
    checked,
    everywhere,
    is_over,
    make_due,
    sign_in,
    states,
)
from tests.support.ageing import age

HOUR_S = 3600
STEP_S = 300


async def test_tokens_live_while_pages_only_poll_until_our_own_limit_ends_the_session(
    make_gateway: MakeGateway, lab: Sandbox, redis: Redis
) -> None:
    async with make_gateway(timing=PATIENT) as gateway:
        await sign_in(gateway, redis)
        await all_served(redis)

        for _ in range(8 * HOUR_S // STEP_S - 1):
            lab.clock.advance(STEP_S)
            await age(redis, STEP_S)
            await all_served(redis)
            assert await states(gateway) == everywhere("signed_in")
        assert all(len(lab.nodes[name].live_tokens("viewer")) == 1 for name in NODES)

        await age(redis, STEP_S)
        await until(lambda: is_over(gateway))
        for name in NODES:
            await until(lambda name=name: not lab.nodes[name].live_tokens("viewer"))  # type: ignore[misc]


async def test_each_other_token_is_sent_at_a_third_of_its_timeout(
    make_gateway: MakeGateway, lab: Sandbox, redis: Redis
) -> None:
    async with make_gateway(timing=PATIENT) as gateway:
        await sign_in(gateway, redis)
        await all_served(redis)
        lab.requests.clear()

        for _ in range(HOUR_S // 60):
            await age(redis, 60)
            await all_served(redis)

        # Every 600 s; the Primary is asked whenever a minute has passed.
        assert len(lab.requests.of("ns2", CHECK_PATH)) in {5, 6, 7}
        assert len(lab.requests.of("ns1", CHECK_PATH)) in {59, 60, 61}


async def test_a_token_that_never_idles_out_is_not_sent(
    make_gateway: MakeGateway, lab: Sandbox, redis: Redis
) -> None:
    await ask_node(lab, "ns1", "/api/admin/users/set", user="viewer", sessionTimeoutSeconds="0")
    lab.clock.advance(11)
    async with make_gateway(timing=PATIENT) as gateway:
        await gateway.signed_in("viewer")

        async def is_known() -> bool:
            return (await gateway.session()).record.nodes["ns2"].timeout_s == 0

        await until(is_known)
        await make_due(gateway, redis)
        await all_served(redis)
        lab.requests.clear()

        await age(redis, 4 * HOUR_S)
        await all_served(redis)

        assert lab.requests.of("ns1", CHECK_PATH)
        assert not lab.requests.of("ns2", CHECK_PATH)


async def test_replicas_share_the_work(
    make_gateway: MakeGateway, lab: Sandbox, redis: Redis
) -> None:
    async with make_gateway(timing=PATIENT) as one, make_gateway(timing=PATIENT) as other:
        browsers = [one.browser(f"198.51.100.{number}") for number in range(20)]
        for browser in browsers:
            await sign_in(browser, redis)
        await all_served(redis)
        lab.requests.clear()
        await age(redis, 1700)
        await all_served(redis)

        await until(lambda: len(lab.requests.of(path=CHECK_PATH)) == len(browsers) * len(NODES))
        asked = Counter(one.bearer for one in lab.requests.of(path=CHECK_PATH))
        assert set(asked.values()) == {1}
        assert len(asked) == len(browsers) * len(NODES)
        assert all([await states(browser) == everywhere("signed_in") for browser in browsers])
        turns = [
            gateway.apps.registry.get_sample_value(
                "companion_upkeep_turns_total", {"outcome": "kept"}
            )
            for gateway in (one, other)
        ]
        assert all(turns), turns


async def test_what_a_killed_replica_had_begun_is_done_by_another(
    make_gateway: MakeGateway, lab: Sandbox, redis: Redis
) -> None:
    due = DueSessions(redis)
    async with make_gateway(timing=PATIENT) as gateway:
        await gateway.signed_in("viewer")
        session = await gateway.session()
        await redis.zadd(SESSION_DUE, {session.key: 0})
        # It took the session and was never heard of again.
        await due.claim(count=10, lease_s=0.5)
        lab.requests.clear()

        await until(lambda: bool(lab.requests.of("ns1", CHECK_PATH)))


async def test_a_session_that_nobody_knows_to_be_due_is_found(
    make_gateway: MakeGateway, redis: Redis
) -> None:
    async with make_gateway(timing=LIVELY) as gateway:
        await sign_in(gateway, redis)
        await redis.delete(SESSION_DUE)

        await until(lambda: _is_due(redis))


async def _is_due(redis: Redis) -> bool:
    return bool(await redis.zcard(SESSION_DUE))


async def test_a_new_primary_is_the_one_that_is_asked(
    make_gateway: MakeGateway, lab: Sandbox, redis: Redis
) -> None:
    async with make_gateway(timing=LIVELY) as gateway:
        await sign_in(gateway, redis, "admin")
        before = await gateway.session()
        assert [before.record.nodes[name].is_primary for name in NODES] == [True, False, False]

        await ask_node(lab, "ns2", "/api/admin/cluster/secondary/promote")
        lab.clock.advance(60)

        async def is_known() -> bool:
            record = (await gateway.session()).record
            return record.nodes["ns2"].is_primary and record.nodes["ns1"].cluster is None

        await until(is_known)
        after = await gateway.session()
        assert after.record.nodes["ns3"].cluster == after.record.nodes["ns2"].cluster
        assert after.generation > before.generation


async def test_nodes_that_do_not_answer_are_not_asked_for_everybody(
    make_gateway: MakeGateway, lab: Sandbox, redis: Redis
) -> None:
    async with make_gateway(timing=PATIENT) as gateway:
        browsers = [gateway.browser(f"198.51.100.{number}") for number in range(40)]
        for browser in browsers:
            await browser.signed_in("viewer")
        lab.faults.add("ns1", "hang", path=CHECK_PATH)
        lab.requests.clear()
        for browser in browsers:
            await make_due(browser, redis)

        await checked(gateway, "not_asked")
        assert 0 < len(lab.requests.of("ns1", CHECK_PATH)) < len(browsers)


@pytest.mark.parametrize("off_s", [-300, 300])
async def test_a_replica_whose_clock_is_wrong_ends_nothing_and_keeps_nothing_too_long(
    make_gateway: MakeGateway,
    redis: Redis,
    monkeypatch: pytest.MonkeyPatch,
    off_s: float,
) -> None:
    right = time.time
    monkeypatch.setattr(time, "time", lambda: right() + off_s)
    async with make_gateway(timing=LIVELY) as gateway:
        await sign_in(gateway, redis)
        await checked(gateway, "accepted", more=10)
        assert await states(gateway) == everywhere("signed_in")

        await age(redis, 8 * HOUR_S - 60)
        assert await states(gateway) is not None
        await age(redis, 60)
        assert await states(gateway) is None
