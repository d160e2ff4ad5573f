"""Signing out: dead here at once, dead at the nodes as soon as they can be told."""

import time
from dataclasses import replace
from typing import Any

from auth_gateway.jobs.outbox import Pace
from companion.keys import OUTBOX, OUTBOX_GROUP
from companion.secret import Secret
from companion.sessions.record import DoomedToken
from redis.asyncio import Redis
from structlog.testing import capture_logs
from technitium_sandbox.sandbox import Sandbox

from tests.auth_gateway.conftest import MakeGateway
from tests.auth_gateway.support import SHORT, Gateway, problem, until

NODES = ("ns1", "ns2", "ns3")
LOGOUT_PATH = "/api/user/logout"


async def has_entries(redis: Redis, number: int) -> bool:
    return int(await redis.xlen("outbox")) == number


async def is_empty(redis: Redis) -> bool:
    return await has_entries(redis, 0)


async def test_signing_out_ends_the_session_and_clears_the_browser(gateway: Gateway) -> None:
    cookie = await gateway.signed_in()

    response = await gateway.http.post("/api/auth/logout")

    assert (response.status_code, response.json()) == (201, {"ok": True})
    assert "Max-Age=0" in response.headers["set-cookie"]
    assert response.headers["clear-site-data"] == '"cache"'
    replayed = await gateway.http.post(
        "/api/auth/logout", headers={"Cookie": f"__Host-tdc_session={cookie}"}
    )
    assert replayed.status_code == 401
    assert problem(replayed)["message"] == "Authentication required"
    assert "set-cookie" not in replayed.headers


async def test_signing_out_ends_the_tokens_at_every_node(
    gateway: Gateway, lab: Sandbox, redis: Redis
) -> None:
    await gateway.signed_in()
    tokens = {name: lab.nodes[name].live_tokens("admin") for name in NODES}
    assert all(len(held) == 1 for held in tokens.values())

    await gateway.http.post("/api/auth/logout")

    await until(lambda: not any(lab.nodes[name].live_tokens("admin") for name in NODES))
    await until(lambda: is_empty(redis))


async def test_signing_out_does_not_wait_for_a_node_that_hangs(
    gateway: Gateway, lab: Sandbox
) -> None:
    await gateway.signed_in()
    lab.faults.add("ns2", "hang", path=LOGOUT_PATH)
    began = time.monotonic()

    response = await gateway.http.post("/api/auth/logout")

    assert response.status_code == 201
    assert time.monotonic() - began < 0.5
    await until(lambda: not lab.nodes["ns3"].live_tokens("admin"))


async def test_the_token_of_a_node_that_was_down_is_ended_when_it_returns(
    gateway: Gateway, lab: Sandbox, redis: Redis
) -> None:
    await gateway.signed_in()
    await lab.stop("ns2")

    await gateway.http.post("/api/auth/logout")
    await until(lambda: not lab.nodes["ns1"].live_tokens("admin"))
    await until(lambda: not lab.nodes["ns3"].live_tokens("admin"))
    assert len(lab.nodes["ns2"].live_tokens("admin")) == 1
    await lab.start("ns2")

    await until(lambda: not lab.nodes["ns2"].live_tokens("admin"))
    await until(lambda: is_empty(redis))


async def test_signing_out_wakes_whoever_ends_tokens(
    make_gateway: MakeGateway, lab: Sandbox
) -> None:
    async with make_gateway(timing=replace(SHORT, outbox=Pace(poll_s=600))) as gateway:
        await gateway.signed_in()
        await gateway.http.post("/api/auth/logout")

        await until(lambda: not any(lab.nodes[name].live_tokens("admin") for name in NODES))


async def test_a_node_that_fails_is_left_alone_for_a_while(
    make_gateway: MakeGateway, lab: Sandbox, redis: Redis
) -> None:
    lab.faults.add("ns2", "status", path=LOGOUT_PATH)
    patient = replace(SHORT.outbox, first_pause_s=600)
    async with make_gateway(timing=replace(SHORT, outbox=patient)) as gateway:
        for _ in range(2):
            await gateway.signed_in()
            await gateway.http.post("/api/auth/logout")
            await until(lambda: not lab.nodes["ns3"].live_tokens("admin"))
        await until(lambda: has_entries(redis, 2))

        assert len(lab.requests.of("ns2", LOGOUT_PATH)) == 1


async def test_an_entry_of_which_nothing_was_ended_is_not_written_anew(
    gateway: Gateway, lab: Sandbox, redis: Redis
) -> None:
    """A new entry is given out at once, so this would be a loop without a pause."""
    lab.faults.add("ns2", "status", path=LOGOUT_PATH)
    await gateway.signed_in()
    await gateway.http.post("/api/auth/logout")
    await until(lambda: len(lab.requests.of("ns2", LOGOUT_PATH)) >= 2)
    before: Any = await redis.xrange("outbox")

    await until(lambda: len(lab.requests.of("ns2", LOGOUT_PATH)) >= 4)

    assert await redis.xrange("outbox") == before


async def test_another_gateway_ends_the_tokens_that_one_left_behind(
    make_gateway: MakeGateway, lab: Sandbox, redis: Redis
) -> None:
    await lab.stop("ns2")
    await lab.start("ns2")
    async with make_gateway() as first:
        await first.signed_in()
        await lab.stop("ns2")
        await first.http.post("/api/auth/logout")
        await until(lambda: not lab.nodes["ns3"].live_tokens("admin"))
    await lab.start("ns2")

    async with make_gateway():
        await until(lambda: not lab.nodes["ns2"].live_tokens("admin"))
        await until(lambda: is_empty(redis))


async def test_tokens_of_a_node_that_is_configured_no_more_are_given_up(
    gateway: Gateway, redis: Redis
) -> None:
    doomed = DoomedToken(node_id="gone", token=Secret("f0" * 32), version="15.2")

    await gateway.sessions.discard([doomed])

    await until(lambda: is_empty(redis))


async def test_entries_older_than_a_week_are_given_up(
    gateway: Gateway, lab: Sandbox, redis: Redis
) -> None:
    await lab.stop("ns1")
    doomed = DoomedToken(node_id="ns1", token=Secret("f0" * 32), version="15.2")
    await gateway.sessions.discard([doomed])
    entries: Any = await redis.xrange("outbox")
    ((entry_id, fields),) = entries
    await redis.xadd("outbox", {**fields, b"added": str(time.time() - 8 * 24 * 3600)})
    await redis.xdel("outbox", entry_id)

    await until(lambda: is_empty(redis))


async def test_entries_that_cannot_be_read_are_told_of_once(
    make_gateway: MakeGateway, redis: Redis
) -> None:
    with capture_logs() as lines:
        async with make_gateway():
            for _ in range(2):
                await redis.xadd(OUTBOX, {"key": "k", "blob": "no blob"})

            async def were_given_out_often() -> bool:
                pending: Any = await redis.xpending_range(OUTBOX, OUTBOX_GROUP, "-", "+", 10)
                return [entry["times_delivered"] >= 3 for entry in pending] == [True, True]

            await until(were_given_out_often)

    events = [line["event"] for line in lines if line["log_level"] == "warning"]
    assert events.count("entries of the outbox cannot be read") == 1


async def test_a_session_past_its_limit_is_swept_and_its_tokens_ended(
    make_gateway: MakeGateway, lab: Sandbox
) -> None:
    limits = {"AUTH_SESSION_IDLE_HOURS": str(0.5 / 3600)}
    async with make_gateway(variables=limits) as gateway:
        await gateway.signed_in()

        await until(lambda: not any(lab.nodes[name].live_tokens("admin") for name in NODES))

        assert (await gateway.me()).json()["authenticated"] is False


async def test_the_gauge_of_ghost_sessions_returns_to_zero(
    make_gateway: MakeGateway, lab: Sandbox
) -> None:
    async with make_gateway() as gateway:
        await gateway.signed_in()
        await lab.stop("ns1")
        await gateway.http.post("/api/auth/logout")
        await until(lambda: figure(gateway) == 1)

        await lab.start("ns1")

        await until(lambda: figure(gateway) == 0)


def figure(gateway: Gateway) -> float | None:
    """The gauge as Prometheus would read it."""
    return gateway.apps.registry.get_sample_value("companion_ghost_sessions")
