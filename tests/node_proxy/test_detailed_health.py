"""GET /api/health/detailed: every part and every node, as the person who asks sees them."""

import json

import pytest
from companion.keys import BACKGROUND_TOKEN, MODE
from companion.sessions.record import NodeGrant, NodeState
from redis.asyncio import Redis

from tests.node_proxy.conftest import SHORT_DEADLINE_S, MakeStack, Stack

PATH = "/api/health/detailed"


async def all_is_well(redis: Redis) -> None:
    """Write what gateways and ptr-worker renew in Redis while they run."""
    await redis.set(MODE, "session")
    await redis.set(BACKGROUND_TOKEN, json.dumps({"state": "not_configured"}))


async def test_strangers_are_told_nothing(stack: Stack) -> None:
    answer = await stack.get(PATH, None)

    assert answer.status_code == 401
    assert answer.json()["code"] == "session_invalid"


async def test_all_is_well_when_every_node_and_part_answers(stack: Stack, redis: Redis) -> None:
    await all_is_well(redis)
    cookie = await stack.sign_in("admin")

    body = (await stack.get(PATH, cookie)).json()

    assert body["status"] == "ok", body
    assert body["nodes"] | {"details": None} == {
        "configured": 3,
        "healthy": 3,
        "unhealthy": 0,
        "unknown": 0,
        "details": None,
    }
    primary = body["nodes"]["details"][0]
    assert primary["id"] == "ns1"
    assert primary["status"] == "healthy"
    assert primary["version"] == "15.2"
    assert primary["isPrimary"] is True
    assert primary["clusterState"]["type"] == "Primary"
    assert isinstance(primary["responseTime"], int)
    assert "error" not in primary
    assert body["parts"] == {
        "redis": {"ok": True},
        "mode": {"ok": True},
        "auth-gateway": {"ok": True},
        "ptr-worker": {"ok": True, "state": "not_configured"},
    }


async def test_a_node_that_hangs_is_named_within_the_deadline(
    make_stack: MakeStack, redis: Redis
) -> None:
    await all_is_well(redis)
    async with make_stack(node_deadline_s=SHORT_DEADLINE_S) as stack:
        cookie = await stack.sign_in("admin")
        stack.lab.faults.add("ns2", "hang")

        body = (await stack.get(PATH, cookie)).json()

    assert body["status"] == "degraded"
    assert body["nodes"]["unhealthy"] == 1
    hanging = body["nodes"]["details"][1]
    assert (hanging["id"], hanging["status"], hanging["code"]) == (
        "ns2",
        "unhealthy",
        "node_timeout",
    )
    assert hanging["error"]
    assert hanging["responseTime"] >= SHORT_DEADLINE_S * 1000 * 0.9
    assert body["nodes"]["details"][2]["status"] == "healthy"


async def test_a_node_without_a_session_is_unknown_and_no_fault(stack: Stack, redis: Redis) -> None:
    await all_is_well(redis)
    signed_out = NodeGrant(state=NodeState.SIGNED_OUT, reason="Signed out.")
    cookie = await stack.sign_in("admin", at=("ns1", "ns2"), ns3=signed_out)

    body = (await stack.get(PATH, cookie)).json()

    assert body["status"] == "ok"
    assert body["nodes"]["unknown"] == 1
    assert body["nodes"]["details"][2]["status"] == "unknown"


async def test_a_part_that_no_longer_renews_its_word_is_named(stack: Stack) -> None:
    cookie = await stack.sign_in("admin")

    body = (await stack.get(PATH, cookie)).json()

    assert body["status"] == "degraded"
    assert body["parts"]["ptr-worker"]["state"] == "worker_down"
    assert body["parts"]["auth-gateway"]["ok"] is False


@pytest.mark.parametrize(
    ("written", "state"),
    [('{"state": "too_privileged", "reason": "It may change zones."}', "too_privileged")],
)
async def test_a_background_token_that_will_not_do_is_told(
    stack: Stack, redis: Redis, written: str, state: str
) -> None:
    await redis.set(MODE, "session")
    await redis.set(BACKGROUND_TOKEN, written)
    cookie = await stack.sign_in("admin")

    worker = (await stack.get(PATH, cookie)).json()["parts"]["ptr-worker"]

    assert worker == {"ok": False, "state": state, "reason": "It may change zones."}


@pytest.mark.parametrize("written", ["[]", "{", b"\xff\xfe"])
async def test_what_nobody_can_read_in_redis_is_no_outage(
    stack: Stack, redis: Redis, written: str | bytes
) -> None:
    await redis.set(BACKGROUND_TOKEN, written)
    cookie = await stack.sign_in("admin")

    answer = await stack.get(PATH, cookie)

    assert answer.status_code == 200
    assert answer.json()["parts"]["ptr-worker"]["ok"] is False
