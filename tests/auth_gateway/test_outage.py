"""Redis is away: nobody is signed out by it, and no password is sent anywhere."""

import asyncio

import pytest
from technitium_sandbox.sandbox import Sandbox

from tests.auth_gateway.conftest import MakeGateway
from tests.auth_gateway.support import LOGIN_PATH, Gateway, problem, until
from tests.support.redis import RedisServer


@pytest.fixture
async def down(redis_server: RedisServer, gateway: Gateway) -> Gateway:
    """A gateway with somebody signed in, whose Redis has just been killed."""
    await gateway.signed_in()
    redis_server.kill()
    return gateway


async def test_a_cookie_that_cannot_be_checked_is_503_and_stays(down: Gateway) -> None:
    response = await down.me()

    assert response.status_code == 503
    assert problem(response)["code"] == "store_unavailable"
    assert int(response.headers["retry-after"]) > 0
    assert "set-cookie" not in response.headers


async def test_anonymous_callers_are_told(down: Gateway) -> None:
    response = await down.browser().me()

    assert response.status_code == 200
    assert response.json()["state"] == "unreachable"
    assert response.json()["backgroundPtrToken"]["state"] == "unreachable"


async def test_no_password_leaves_the_gateway(down: Gateway, lab: Sandbox) -> None:
    lab.requests.clear()

    response = await down.login("admin")

    assert response.status_code == 503
    assert "set-cookie" not in response.headers
    assert not lab.requests.of("ns1", LOGIN_PATH)


async def test_signing_out_is_503_and_keeps_the_cookie(down: Gateway) -> None:
    response = await down.http.post("/api/auth/logout")

    assert response.status_code == 503
    assert "set-cookie" not in response.headers


async def test_the_gateway_lives_and_is_not_ready(down: Gateway) -> None:
    assert (await down.http.get("/livez")).status_code == 200
    assert (await down.http.get("/readyz")).status_code == 503


async def test_everybody_is_still_signed_in_afterwards(
    down: Gateway, redis_server: RedisServer
) -> None:
    redis_server.start()

    async def is_back() -> bool:
        response = await down.me()
        return response.status_code == 200 and bool(response.json()["authenticated"])

    await until(is_back, within_s=5)
    assert (await down.http.get("/readyz")).status_code == 200


async def test_tokens_of_a_sign_in_that_could_not_be_stored_are_ended_at_once(
    make_gateway: MakeGateway, redis_server: RedisServer, lab: Sandbox
) -> None:
    """Redis goes away between the question to the nodes and the session."""
    for name in lab.nodes:
        lab.faults.add(name, "slow", path=LOGIN_PATH, seconds=0.5)

    async with make_gateway() as gateway:
        signing_in = asyncio.create_task(gateway.login("admin"))
        await until(lambda: len(lab.requests.of(path=LOGIN_PATH)) == len(lab.nodes))
        redis_server.kill()
        response = await signing_in

        assert response.status_code == 503
        assert problem(response)["code"] == "store_unavailable"
        assert "set-cookie" not in response.headers
        assert not any(lab.nodes[name].live_tokens("admin") for name in lab.nodes)


async def test_a_gateway_starts_while_redis_is_away(
    make_gateway: MakeGateway, redis_server: RedisServer
) -> None:
    redis_server.kill()
    async with make_gateway() as gateway:
        assert (await gateway.http.get("/livez")).status_code == 200
        redis_server.start()

        async def is_ready() -> bool:
            return (await gateway.http.get("/readyz")).status_code == 200

        await until(is_ready)
        assert (await gateway.login("admin")).status_code == 201
