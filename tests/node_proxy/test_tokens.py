"""Each call carries the token of whoever asks, for that node, and no answer or log shows one."""

import asyncio
import io
import logging
from collections.abc import Generator

import pytest
import structlog
from companion.logs import configure
from companion.sessions.record import NodeState

from tests.node_proxy.conftest import CLIENT, Stack
from tests.node_proxy.test_access import ROUTES
from tests.support.redis import RedisServer


async def received(stack: Stack, node_id: str, path: str) -> None:
    """Waits until a request for `path` has reached the node."""
    async with asyncio.timeout(5):
        while not stack.lab.requests.of(node_id, path):  # noqa: ASYNC110 - it has no event
            await asyncio.sleep(0.01)


async def test_each_node_gets_that_persons_own_token(stack: Stack) -> None:
    cookies = {user: await stack.sign_in(user) for user in ("admin", "viewer")}
    stack.lab.requests.clear()

    await asyncio.gather(*(stack.get("/api/nodes", cookie) for cookie in cookies.values()))

    for node_id in stack.lab.nodes:
        sent = {one.bearer for one in stack.lab.requests.of(node_id)}
        assert sent == {await stack.token(cookie, node_id) for cookie in cookies.values()}


async def test_node_is_told_the_persons_own_address(stack: Stack) -> None:
    cookie = await stack.sign_in("admin")
    stack.lab.requests.clear()

    await stack.get("/api/nodes/ns1/overview", cookie, X_Real_IP="198.51.100.1")

    assert {one.headers.get("x-real-ip") for one in stack.lab.requests} == {CLIENT}


async def test_token_never_stands_in_an_address(stack: Stack) -> None:
    cookie = await stack.sign_in("admin")
    stack.lab.requests.clear()

    for path in ROUTES:
        await stack.get(path, cookie)

    assert len(stack.lab.requests) > 0
    assert all(dict(one.query) == {} and one.method == "POST" for one in stack.lab.requests)


async def test_new_token_survives_the_refusal_of_the_old_one(stack: Stack) -> None:
    """Somebody signs in to the node again while a call with the old token is under way."""
    cookie = await stack.sign_in("admin")
    stack.lab.faults.add("ns1", "lose-sessions")
    stack.lab.faults.add("ns1", "slow", path="/api/user/session/get", seconds=0.5)
    stack.lab.requests.clear()
    late = asyncio.create_task(stack.get("/api/nodes/ns1/cluster/state", cookie))
    await received(stack, "ns1", "/api/user/session/get")
    fresh = await stack.grant("admin", "ns1")
    await stack.sessions.rewrite(
        await stack.session(cookie), lambda record: record.with_node("ns1", fresh)
    )

    answer = await late

    assert answer.status_code == 409
    grant = (await stack.session(cookie)).record.nodes["ns1"]
    assert grant.state is NodeState.SIGNED_IN
    assert grant.token == fresh.token


async def test_session_that_ended_during_the_call_is_401(stack: Stack) -> None:
    cookie = await stack.sign_in("admin")
    stack.lab.faults.add("ns1", "lose-sessions")
    stack.lab.faults.add("ns1", "slow", path="/api/user/session/get", seconds=0.5)
    stack.lab.requests.clear()
    late = asyncio.create_task(stack.get("/api/nodes/ns1/cluster/state", cookie))
    await received(stack, "ns1", "/api/user/session/get")
    await stack.sessions.end(cookie)

    answer = await late

    assert answer.status_code == 401
    assert answer.json()["code"] == "session_invalid"


async def test_refusal_is_told_though_redis_went_away_meanwhile(
    stack: Stack, redis_server: RedisServer
) -> None:
    cookie = await stack.sign_in("admin")
    stack.lab.faults.add("ns1", "lose-sessions")
    stack.lab.faults.add("ns1", "slow", path="/api/user/session/get", seconds=0.5)
    stack.lab.requests.clear()
    late = asyncio.create_task(stack.get("/api/nodes/ns1/cluster/state", cookie))
    await received(stack, "ns1", "/api/user/session/get")
    redis_server.kill()

    answer = await late
    redis_server.start()

    assert answer.status_code == 409
    assert answer.json()["code"] == "node_session_expired"


@pytest.fixture
def lines() -> Generator[io.BytesIO]:
    """Everything that is logged, from debug upwards."""
    stream = io.BytesIO()
    root = logging.getLogger()
    handlers, level = [*root.handlers], root.level
    configure("node-proxy", logging.DEBUG, stream=stream)
    yield stream
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)


async def test_no_answer_and_no_log_line_holds_a_token(stack: Stack, lines: io.BytesIO) -> None:
    cookie = await stack.sign_in("admin")
    secrets = {cookie, *[str(await stack.token(cookie, name)) for name in stack.lab.nodes]}
    shown = []

    for fault in (None, "garbage", "cut", "status", "lose-sessions", None):
        stack.lab.faults.clear()
        if fault is not None:
            stack.lab.faults.add("ns1", fault)
        for path in ROUTES:
            answer = await stack.get(path, cookie)
            shown.append(answer.text + str(answer.headers.raw))
    shown.append(lines.getvalue().decode())

    assert len(secrets) == 4
    assert "node_session_expired" in "".join(shown)
    assert not [secret for secret in secrets for text in shown if secret in text]
