"""No token that a node gave is left without an owner, whatever happens before it is stored."""

import asyncio
from contextlib import suppress

import httpx
import pytest
from technitium_sandbox.sandbox import Sandbox

from tests.auth_gateway.conftest import MakeGateway
from tests.auth_gateway.support import LOGIN_PATH, Gateway, node_codes, problem, until
from tests.companion.technitium.raw_node import RawNode, always, http, http_json
from tests.support.redis import RedisServer

NODES = ("ns1", "ns2", "ns3")
NODE_LOGIN = "/api/auth/nodes/ns1/login"
PASSWORD = {"password": "admin"}
NOT_UTF_8 = http(b'{"status":"ok","token":"%s","username":"\xff"}' % (b"a1" * 32))


def live(lab: Sandbox) -> list[str]:
    """Every token of admin that any node accepts."""
    return [token for name in NODES for token in lab.nodes[name].live_tokens("admin")]


async def cancelled(request: asyncio.Task[httpx.Response]) -> None:
    request.cancel()
    with suppress(asyncio.CancelledError):
        await request


async def test_a_node_that_sends_no_utf_8_costs_itself_alone(
    make_gateway: MakeGateway,
) -> None:
    async with RawNode(always(NOT_UTF_8)) as odd:
        base_url = f"http://127.0.0.1:{odd.port}"
        async with make_gateway(variables={"TECHNITIUM_NS1_BASE_URL": base_url}) as gateway:
            response = await gateway.login("admin")

    assert response.status_code == 201
    assert node_codes(response.json()) == {"ns1": "node_error", "ns2": None, "ns3": None}


@pytest.mark.parametrize("claimed", ["root", "admin\u202e", "a" * 300])
async def test_a_node_names_nobody_but_who_asked(make_gateway: MakeGateway, claimed: str) -> None:
    info = {"version": "15.2", "dnsServerDomain": "ns1", "permissions": {}}
    body = {"status": "ok", "token": "a1" * 32, "username": claimed, "info": info}
    async with RawNode(always(http_json(body))) as liar:
        base_url = f"http://127.0.0.1:{liar.port}"
        async with make_gateway(variables={"TECHNITIUM_NS1_BASE_URL": base_url}) as gateway:
            response = await gateway.login("admin")

    assert response.json()["user"] == "admin"
    assert response.json()["nodes"][0]["success"] is True


async def test_a_request_cancelled_while_one_node_is_awaited_leaves_no_token(
    gateway: Gateway, lab: Sandbox
) -> None:
    lab.faults.add("ns2", "hang", path=LOGIN_PATH)
    request = asyncio.create_task(gateway.login("admin"))
    await until(lambda: len(live(lab)) == 2)

    await cancelled(request)

    await until(lambda: not live(lab))


async def test_a_request_cancelled_while_redis_is_awaited_leaves_no_token(
    gateway: Gateway, redis_server: RedisServer, lab: Sandbox
) -> None:
    for name in NODES:
        lab.faults.add(name, "slow", path=LOGIN_PATH, seconds=0.3)
    request = asyncio.create_task(gateway.login("admin"))
    await until(lambda: len(lab.requests.of(path=LOGIN_PATH)) == len(NODES))
    redis_server.pause()
    try:
        await until(lambda: len(live(lab)) == len(NODES))
        await cancelled(request)
    finally:
        redis_server.resume()

    await until(lambda: not live(lab))


async def test_a_new_token_that_redis_could_not_take_is_ended_and_the_old_one_stays(
    gateway: Gateway, redis_server: RedisServer, lab: Sandbox
) -> None:
    await gateway.signed_in()
    before = live(lab)
    lab.faults.add("ns1", "slow", path=LOGIN_PATH, seconds=0.3)
    lab.requests.clear()

    request = asyncio.create_task(gateway.http.post(NODE_LOGIN, json=PASSWORD))
    await until(lambda: bool(lab.requests.of("ns1", LOGIN_PATH)))
    redis_server.kill()
    response = await request

    assert response.status_code == 503
    assert problem(response)["code"] == "store_unavailable"
    assert live(lab) == before


async def test_a_new_token_for_a_session_that_was_ended_meanwhile_is_ended(
    gateway: Gateway, lab: Sandbox
) -> None:
    cookie = await gateway.signed_in()
    lab.faults.add("ns1", "slow", path=LOGIN_PATH, seconds=0.3)
    lab.requests.clear()

    request = asyncio.create_task(gateway.http.post(NODE_LOGIN, json=PASSWORD))
    await until(lambda: bool(lab.requests.of("ns1", LOGIN_PATH)))
    await gateway.sessions.end(cookie)
    response = await request

    assert response.status_code == 401
    assert problem(response)["code"] == "session_invalid"
    await until(lambda: not live(lab))
