"""How a node's word is passed back: its success as it is, its errors as problems."""

import asyncio
import time

import pytest
from companion.sessions.record import NodeState

from tests.node_proxy.conftest import SHORT_DEADLINE_S, Stack
from tests.node_proxy.forward.conftest import Ask
from tests.support.redis import RedisServer

NODE = "/api/nodes/ns1/technitium/"


async def test_success_is_the_nodes_own_json(ask: Ask) -> None:
    answer = await ask("GET", NODE + "zones/list")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert [*answer.json()] == ["response", "server", "status"]


async def test_head_is_a_get_without_a_body(ask: Ask) -> None:
    for path, status in (("zones/list", 200), ("allowed/export", 200), ("zones/export", 502)):
        assert (await ask("HEAD", NODE + path)).status_code == status


async def test_denial_names_the_right(stack: Stack) -> None:
    answer = await stack.get(NODE + "settings/get", await stack.sign_in("viewer"))

    assert (answer.status_code, answer.json()["code"]) == (403, "node_permission_denied")
    assert answer.json()["nodeId"] == "ns1"
    assert (answer.json()["section"], answer.json()["permission"]) == ("Settings", "View")


async def test_error_is_told_in_the_nodes_words(ask: Ask) -> None:
    answer = await ask("GET", NODE + "zones/records/get", params={"domain": "nothing.test"})

    assert (answer.status_code, answer.json()["code"]) == (502, "node_error")
    assert answer.json()["detail"] == "No such zone was found: nothing.test"


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("status", "zones/list"),
        ("status", "allowed/export"),
        ("garbage", "zones/list"),
        ("garbage", "allowed/export"),
        ("cut", "zones/list"),
    ],
)
async def test_broken_answer_is_a_problem_and_the_session_stays(
    stack: Stack, ask: Ask, cookie: str, kind: str, path: str
) -> None:
    stack.lab.faults.add("ns1", kind, status=500)

    answer = await ask("GET", NODE + path)

    assert (answer.status_code, answer.json()["code"]) == (502, "node_error")
    assert answer.json()["nodeId"] == "ns1"
    stack.lab.faults.clear()
    assert (await ask("GET", NODE + "zones/list")).status_code == 200
    assert (await stack.session(cookie)).record.nodes["ns1"].state is NodeState.SIGNED_IN


async def test_hanging_node_is_a_time_out(hasty_stack: Stack) -> None:
    cookie = await hasty_stack.sign_in("admin")
    hasty_stack.lab.faults.add("ns1", "hang")
    began = time.monotonic()

    answer = await hasty_stack.get(NODE + "zones/list", cookie)

    assert (answer.status_code, answer.json()["code"]) == (504, "node_timeout")
    assert time.monotonic() - began < 2 * SHORT_DEADLINE_S


async def test_stopped_node_is_unreachable(stack: Stack, ask: Ask) -> None:
    await stack.lab.stop("ns1")

    answer = await ask("GET", NODE + "zones/list")

    assert (answer.status_code, answer.json()["code"]) == (502, "node_unreachable")


async def test_lost_session_concerns_that_node_alone(stack: Stack, ask: Ask, cookie: str) -> None:
    stack.lab.faults.add("ns2", "lose-sessions")

    lost = await ask("GET", "/api/nodes/ns2/technitium/zones/list")
    stack.lab.requests.clear()
    again = await ask("GET", "/api/nodes/ns2/technitium/zones/list")
    other = await ask("GET", NODE + "zones/list")

    assert (lost.status_code, lost.json()["code"]) == (409, "node_session_expired")
    assert (again.status_code, again.json()["code"]) == (409, "node_session_expired")
    assert stack.lab.requests.of("ns2") == []
    assert other.status_code == 200
    assert (await stack.session(cookie)).record.nodes["ns2"].state is NodeState.SIGNED_OUT


async def test_call_is_never_made_with_another_nodes_token(stack: Stack) -> None:
    cookie = await stack.sign_in("admin", at=("ns1",))
    stack.lab.requests.clear()

    answer = await stack.get("/api/nodes/ns2/technitium/zones/list", cookie)

    assert (answer.status_code, answer.json()["code"]) == (409, "node_session_expired")
    assert len(stack.lab.requests) == 0


async def test_change_ends_caches_before_and_after(stack: Stack, ask: Ask, cookie: str) -> None:
    before = (await stack.session(cookie)).generation

    await ask("GET", NODE + "zones/list")
    read = (await stack.session(cookie)).generation
    await ask("POST", NODE + "cache/flush")
    changed = (await stack.session(cookie)).generation
    await ask("POST", NODE + "blocked/add")
    failed = (await stack.session(cookie)).generation

    assert (read, changed, failed) == (before, before + 2, before + 4)


async def test_change_is_not_made_while_caches_cannot_be_ended(
    stack: Stack, ask: Ask, redis_server: RedisServer
) -> None:
    redis_server.kill()
    answer = await ask("POST", NODE + "cache/flush")
    redis_server.start()

    assert (answer.status_code, answer.json()["code"]) == (503, "store_unavailable")
    assert len(stack.lab.requests) == 0


async def test_change_that_was_made_is_told_though_redis_went_away(
    stack: Stack, ask: Ask, redis_server: RedisServer
) -> None:
    stack.lab.faults.add("ns1", "slow", seconds=0.5)
    late = asyncio.create_task(ask("POST", NODE + "cache/flush"))
    async with asyncio.timeout(5):
        while not stack.lab.requests.of("ns1"):  # noqa: ASYNC110 - it has no event
            await asyncio.sleep(0.01)
    redis_server.kill()

    answer = await late
    redis_server.start()

    assert answer.status_code == 200
