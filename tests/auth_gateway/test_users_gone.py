"""Whose user was disabled or deleted loses every session; a node's trouble signs nobody out."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from auth_gateway.wiring.timing import Timing
from redis.asyncio import Redis
from structlog.testing import capture_logs
from technitium_sandbox.sandbox import Sandbox

from tests.auth_gateway.conftest import MakeGateway
from tests.auth_gateway.support import CLIENT, Gateway, running_gateway, until
from tests.auth_gateway.upkeep import (
    CERTAIN,
    CHECK_PATH,
    LIVELY,
    NODES,
    ask_node,
    checked,
    everywhere,
    is_over,
    sign_in,
    states,
)
from tests.support.ageing import age
from tests.support.sandbox import fresh_nodes

# After so long the other nodes of a cluster know what was changed at its Primary.
SYNC_S = 11


@asynccontextmanager
async def _looked_after(
    make_gateway: MakeGateway, redis: Redis, timing: Timing = LIVELY
) -> AsyncGenerator[Gateway]:
    """A gateway with the administrator signed in, whose tokens nodes were seen to take."""
    async with make_gateway(timing=timing) as gateway:
        await sign_in(gateway, redis, "admin")
        await checked(gateway, "accepted")
        yield gateway


async def _comes_to_stay(gateway: Gateway, expected: Mapping[str, str]) -> None:
    """Wait until the person stands so with each node; more questions change nothing."""

    async def stands() -> bool:
        return await states(gateway) == expected

    await until(stands)
    await checked(gateway, "accepted")
    assert await states(gateway) == expected


@pytest.mark.parametrize(
    ("path", "form"),
    [("/api/admin/users/set", {"disabled": "true"}), ("/api/admin/users/delete", {})],
)
async def test_all_sessions_of_a_user_who_is_gone_end_on_all_replicas(
    make_gateway: MakeGateway, lab: Sandbox, redis: Redis, path: str, form: dict[str, str]
) -> None:
    async with make_gateway(timing=LIVELY) as one, make_gateway(timing=LIVELY) as other:
        browsers = [one, other, other.browser("198.51.100.7")]
        for browser in browsers:
            await sign_in(browser, redis)
        stays = await sign_in(one.browser("198.51.100.8"), redis, "admin")

        await ask_node(lab, "ns1", path, user="viewer", **form)
        for browser in browsers:
            await until(lambda browser=browser: _is_out(browser))  # type: ignore[misc]
        # The others have not heard of it, and say so; nobody takes that for the last word.
        lab.requests.clear()
        await until(lambda: len(lab.requests.of("ns2", CHECK_PATH)) > 2 * len(browsers))
        lab.clock.advance(SYNC_S)
        for browser in browsers:
            await until(lambda browser=browser: is_over(browser))  # type: ignore[misc]

        assert await states(stays) == everywhere("signed_in")
        for name in NODES:
            await until(lambda name=name: not lab.nodes[name].live_tokens("viewer"))  # type: ignore[misc]


async def _is_out(gateway: Gateway) -> bool:
    """Whether the person can do nothing any more, be there a session or not."""
    return await states(gateway) in (None, everywhere("signed_out"))


async def test_the_end_of_such_a_session_is_told(
    make_gateway: MakeGateway, lab: Sandbox, redis: Redis
) -> None:
    with capture_logs() as lines:
        async with make_gateway(timing=LIVELY) as gateway:
            await sign_in(gateway, redis)
            await ask_node(lab, "ns1", "/api/admin/users/set", user="viewer", disabled="true")
            lab.clock.advance(SYNC_S)
            await until(lambda: is_over(gateway))

    (told,) = [line for line in lines if line["event"] == "session_ended"]
    assert (told["user"], told["reason"]) == ("viewer", "nodes_refused")


@pytest.mark.parametrize("kind", ["status", "garbage", "cut", "hang", "slow"])
async def test_a_node_in_trouble_signs_nobody_out(
    make_gateway: MakeGateway, lab: Sandbox, redis: Redis, kind: str
) -> None:
    options: dict[str, Any] = {"status": 500, "seconds": 1.0}
    async with _looked_after(make_gateway, redis) as gateway:
        for name in NODES:
            lab.faults.add(name, kind, path=CHECK_PATH, **options)
        await checked(gateway, "unproven")

        assert await states(gateway) == everywhere("signed_in")
        lab.faults.clear()
        await checked(gateway, "accepted")


async def test_a_node_that_is_down_signs_nobody_out(
    make_gateway: MakeGateway, lab: Sandbox, redis: Redis
) -> None:
    async with _looked_after(make_gateway, redis) as gateway:
        await lab.stop("ns1")
        await checked(gateway, "unproven")
        await lab.start("ns1")
        await checked(gateway, "accepted")

        assert await states(gateway) == everywhere("signed_in")


async def test_a_user_gone_while_another_node_is_down_can_do_nothing_and_is_out_when_it_is_back(
    make_gateway: MakeGateway, lab: Sandbox, redis: Redis
) -> None:
    async with make_gateway(timing=LIVELY) as gateway:
        await sign_in(gateway, redis)
        await lab.stop("ns3")
        await ask_node(lab, "ns1", "/api/admin/users/set", user="viewer", disabled="true")
        lab.clock.advance(SYNC_S)
        await until(lambda: _is_out(gateway))

        await lab.start("ns3")
        lab.clock.advance(900)

        await until(lambda: is_over(gateway))


async def test_a_primary_that_lost_its_sessions_costs_its_cluster_the_tokens_not_the_session(
    make_gateway: MakeGateway, lab: Sandbox, redis: Redis
) -> None:
    async with _looked_after(make_gateway, redis, CERTAIN) as gateway:
        lab.faults.add("ns1", "lose-sessions")
        for name in NODES:
            await until(lambda name=name: not lab.nodes[name].live_tokens("admin"))  # type: ignore[misc]

        assert await states(gateway) == everywhere("signed_out")
        body = {"username": "admin", "password": "admin"}
        for name in NODES:
            answer = await gateway.http.post(f"/api/auth/nodes/{name}/login", json=body)
            assert answer.status_code == 201, answer.text
        await checked(gateway, "accepted")
        assert await states(gateway) == everywhere("signed_in")


async def test_a_secondary_that_lost_its_sessions_is_signed_out_alone(
    make_gateway: MakeGateway, lab: Sandbox, redis: Redis
) -> None:
    async with _looked_after(make_gateway, redis) as gateway:
        lab.faults.add("ns2", "lose-sessions")
        await age(redis, 700)

        await _comes_to_stay(gateway, everywhere("signed_in") | {"ns2": "signed_out"})


async def test_a_primary_that_was_down_for_long_is_signed_out_alone(
    make_gateway: MakeGateway, lab: Sandbox, redis: Redis
) -> None:
    async with _looked_after(make_gateway, redis) as gateway:
        await lab.stop("ns1")
        await checked(gateway, "unproven")
        lab.faults.add("ns1", "lose-sessions")
        await age(redis, 1801)
        await lab.start("ns1")

        await _comes_to_stay(gateway, everywhere("signed_in") | {"ns1": "signed_out"})


async def test_questions_are_sent_as_the_persons_own_calls_are(
    make_gateway: MakeGateway, lab: Sandbox, redis: Redis
) -> None:
    async with make_gateway(timing=LIVELY) as gateway:
        await sign_in(gateway, redis, "viewer")
        lab.requests.clear()
        await checked(gateway, "accepted")

        for one in lab.requests.of(path=CHECK_PATH):
            assert one.bearer in lab.nodes[one.node].live_tokens("viewer")
            assert not one.query
            assert one.headers["x-real-ip"] == CLIENT


@pytest.mark.parametrize("version", ["15.2", "14.3", "13.6"])
async def test_nodes_that_stand_alone_are_asked_each_and_the_last_refusal_ends_the_session(
    redis_url: str, redis: Redis, version: str
) -> None:
    async with (
        fresh_nodes(names=("one", "two"), version=version) as nodes,
        running_gateway(nodes, redis_url, redis, timing=LIVELY) as gateway,
    ):
        await sign_in(gateway, redis, "admin")
        nodes.faults.add("one", "lose-sessions")
        await _comes_to_stay(gateway, {"one": "signed_out", "two": "signed_in"})

        nodes.faults.add("two", "lose-sessions")
        await until(lambda: is_over(gateway))
