"""Who a cookie stands for and what they may do, told to services that sign their question."""

import json
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest
from companion.identity import Signer
from companion.secret import Secret
from companion.sessions.record import NodeState
from companion.store import store_time
from redis.asyncio import Redis
from technitium_sandbox.sandbox import Sandbox

from tests.auth_gateway.conftest import MakeGateway
from tests.auth_gateway.support import INTERNAL_SECRET, Gateway, problem, running_gateway
from tests.support.asgi import running
from tests.support.sandbox import fresh_nodes

PATH = "/internal/introspect"
SESSION_GET = "/api/user/session/get"
MODIFY_DHCP = {"section": "DhcpServer", "permission": "Modify"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service of ours that asks the gateway of a test."""

    http: httpx.AsyncClient
    redis: Redis
    name: str = "dhcp-tokens"
    secret: str = INTERNAL_SECRET
    audience: str = "auth-gateway"
    late_s: float = 0.0

    async def ask(self, question: object, **headers: str) -> httpx.Response:
        body = json.dumps(question).encode()
        now = await store_time(self.redis) - self.late_s
        signer = Signer(Secret(self.secret), self.name)
        signed = signer.headers("POST", PATH, "", body, self.audience, now)
        return await self.http.post(PATH, content=body, headers=signed | headers)

    async def who(self, cookie: str, *, activity: bool = True, **more: Any) -> httpx.Response:  # noqa: ANN401
        return await self.ask({"cookie": cookie, "activity": activity, **more})


@pytest.fixture
async def service(gateway: Gateway, redis: Redis) -> AsyncGenerator[Service]:
    async with running(gateway.apps.internal, base_url="http://gateway:3001") as http:
        yield Service(http=http, redis=redis)


async def test_a_service_learns_whose_cookie_it_is(gateway: Gateway, service: Service) -> None:
    cookie = await gateway.signed_in("viewer")

    response = await service.who(cookie)

    assert (response.status_code, response.json()) == (200, {"user": "viewer"})


async def test_it_is_activity_where_the_call_it_serves_is(
    gateway: Gateway, service: Service, redis: Redis
) -> None:
    cookie = await gateway.signed_in()
    session = await gateway.session()
    long_ago = session.seen - 3600
    await redis.hset(session.key, "seen", str(long_ago))

    await service.who(cookie, activity=False)
    polled = (await gateway.session()).seen
    await service.who(cookie, activity=True)

    assert polled == pytest.approx(long_ago)
    assert (await gateway.session()).seen >= session.seen


@pytest.mark.parametrize("cookie", ["", "short", "A" * 43])
async def test_a_cookie_that_is_none_is_told_apart_from_a_call_that_is_none(
    service: Service, cookie: str
) -> None:
    response = await service.who(cookie)

    assert (response.status_code, problem(response)["code"]) == (401, "session_invalid")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda one: replace(one, name="ptr-worker"), id="another service"),
        pytest.param(lambda one: replace(one, name="node-proxy"), id="not on the list"),
        pytest.param(lambda one: replace(one, secret="x" * 32), id="another secret"),
        pytest.param(lambda one: replace(one, audience="node-proxy"), id="meant for another"),
        pytest.param(lambda one: replace(one, late_s=40), id="too old"),
        pytest.param(lambda one: replace(one, late_s=-40), id="of the future"),
    ],
)
async def test_nobody_else_is_told_anything(
    gateway: Gateway, service: Service, change: Callable[[Service], Service]
) -> None:
    cookie = await gateway.signed_in()

    response = await change(service).who(cookie)

    document = problem(response)
    assert (response.status_code, document["code"]) == (401, "identity_refused")
    assert "admin" not in response.text
    for reason in ("signature", "time", "caller"):
        assert reason not in response.text


async def test_a_signature_opens_no_other_body_path_or_query(
    gateway: Gateway, service: Service, redis: Redis
) -> None:
    cookie = await gateway.signed_in()
    body = json.dumps({"cookie": cookie, "activity": False}).encode()
    signer = Signer(Secret(INTERNAL_SECRET), "dhcp-tokens")
    signed = signer.headers("POST", PATH, "", body, "auth-gateway", await store_time(redis))

    good = await service.http.post(PATH, content=body, headers=signed)
    refused = [
        await service.http.post(PATH, content=body + b" ", headers=signed),
        await service.http.post(f"{PATH}?a=b", content=body, headers=signed),
        await service.http.post("/internal/%69ntrospect", content=body, headers=signed),
        await service.http.post(PATH, content=body),
    ]

    assert good.status_code == 200
    assert {answer.status_code for answer in refused} == {401}


async def test_the_public_listener_has_no_such_path(gateway: Gateway, redis: Redis) -> None:
    cookie = await gateway.signed_in()
    public = Service(http=gateway.http, redis=redis)

    assert (await public.who(cookie)).status_code == 404


async def test_the_internal_listener_has_nothing_else(gateway: Gateway, service: Service) -> None:
    await gateway.signed_in()

    for path in ("/", "/api/auth/me", "/api/auth/login", "/metrics"):
        assert (await service.http.get(path)).status_code == 404


@pytest.mark.parametrize(
    "question",
    [
        [],
        {},
        {"cookie": 7, "activity": True},
        {"cookie": "A" * 43, "activity": "yes"},
        {"cookie": "A" * 43, "activity": True, "rights": []},
        {"cookie": "A" * 43, "activity": True, "right": {"section": "DhcpServer"}},
        {"cookie": "A" * 43, "activity": True, "right": {**MODIFY_DHCP, "permission": "Own"}},
    ],
)
async def test_a_question_of_another_form_is_refused(service: Service, question: object) -> None:
    response = await service.ask(question)

    assert (response.status_code, problem(response)["code"]) == (400, "invalid_request")


@pytest.mark.parametrize(("user", "granted"), [("admin", True), ("viewer", False)])
async def test_a_right_is_the_word_of_the_only_primary(
    gateway: Gateway, service: Service, user: str, *, granted: bool
) -> None:
    cookie = await gateway.signed_in(user)

    response = await service.who(cookie, right=MODIFY_DHCP)

    assert response.json() == {"user": user, "right": {"node": "ns1", "granted": granted}}


async def test_a_right_is_asked_at_the_node_that_is_named_and_at_no_other(
    gateway: Gateway, service: Service, lab: Sandbox
) -> None:
    cookie = await gateway.signed_in()
    asked = len(lab.requests.of("ns1", SESSION_GET))

    response = await service.who(cookie, right={**MODIFY_DHCP, "node": "NS3"})

    assert response.json()["right"] == {"node": "ns3", "granted": True}
    assert len(lab.requests.of("ns1", SESSION_GET)) == asked
    assert lab.requests.of("ns3", SESSION_GET)[-1].bearer is not None


async def test_a_node_that_nobody_configured_is_unknown(gateway: Gateway, service: Service) -> None:
    response = await service.who(await gateway.signed_in(), right={**MODIFY_DHCP, "node": "ns9"})

    assert (response.status_code, problem(response)["code"]) == (404, "node_unknown")


async def test_a_right_is_asked_live(gateway: Gateway, service: Service, lab: Sandbox) -> None:
    """What was so at sign-in counts for nothing."""
    cookie = await gateway.signed_in()
    lab.faults.add("ns1", "lose-sessions")

    response = await service.who(cookie, right=MODIFY_DHCP)

    assert (response.status_code, problem(response)["code"]) == (409, "node_session_expired")
    session = await gateway.session()
    assert session.record.nodes["ns1"].state is NodeState.SIGNED_OUT


@pytest.mark.parametrize("named", [True, False])
async def test_no_other_node_speaks_for_one_that_is_down(
    gateway: Gateway, service: Service, lab: Sandbox, *, named: bool
) -> None:
    cookie = await gateway.signed_in()
    await lab.stop("ns1")

    response = await service.who(cookie, right=MODIFY_DHCP | ({"node": "ns1"} if named else {}))

    document = problem(response)
    assert (response.status_code, document["code"]) == (502, "node_unreachable")
    assert document["nodeId"] == "ns1"


async def test_a_right_is_told_with_the_name_that_has_it(
    gateway: Gateway, service: Service
) -> None:
    """Whoever signs in to one node under a name of their choice is still themselves elsewhere."""
    cookie = await gateway.signed_in("admin")
    body = {"username": "viewer", "password": "viewer"}
    await gateway.http.post("/api/auth/nodes/ns1/login", json=body)

    answer = (await service.who(cookie, right={**MODIFY_DHCP, "node": "ns1"})).json()

    assert answer == {"user": "viewer", "right": {"node": "ns1", "granted": False}}


async def test_a_node_that_was_down_at_sign_in_may_be_another_primary(
    gateway: Gateway, service: Service, lab: Sandbox
) -> None:
    await lab.stop("ns3")
    cookie = await gateway.signed_in()

    without_name = await service.who(cookie, right=MODIFY_DHCP)
    with_name = await service.who(cookie, right={**MODIFY_DHCP, "node": "ns1"})

    assert problem(without_name)["nodeId"] == "ns3"
    assert with_name.json()["right"]["granted"] is True


async def test_several_primaries_are_named_and_none_is_chosen(redis_url: str, redis: Redis) -> None:
    async with AsyncExitStack() as stack:
        alone = await stack.enter_async_context(fresh_nodes(names=("home", "cabin")))
        gateway = await stack.enter_async_context(running_gateway(alone, redis_url, redis))
        http = await stack.enter_async_context(running(gateway.apps.internal))
        service = Service(http=http, redis=redis)
        cookie = await gateway.signed_in()

        ambiguous = problem(await service.who(cookie, right=MODIFY_DHCP))
        await alone.stop("home")
        one_down = problem(await service.who(cookie, right=MODIFY_DHCP))
        named = await service.who(cookie, right={**MODIFY_DHCP, "node": "cabin"})

    assert (ambiguous["status"], ambiguous["code"]) == (409, "primary_ambiguous")
    assert ambiguous["nodes"] == one_down["nodes"] == ["home", "cabin"]
    assert named.json()["right"] == {"node": "cabin", "granted": True}


async def test_the_internal_listener_works_until_it_ends_itself(
    make_gateway: MakeGateway, redis: Redis
) -> None:
    """What the public listener still forwards while it ends may ask there."""
    async with AsyncExitStack() as stack:
        async with make_gateway() as gateway:
            cookie = await gateway.signed_in()
            http = await stack.enter_async_context(running(gateway.apps.internal))

        response = await Service(http=http, redis=redis).who(cookie, right=MODIFY_DHCP)

    assert response.json()["right"]["granted"] is True


async def test_where_nobody_signs_in_there_is_nobody_to_ask_about(
    make_gateway: MakeGateway, redis: Redis
) -> None:
    legacy = {"AUTH_SESSION_ENABLED": "false", "TRUST_PROXY": "false"}
    async with make_gateway(variables=legacy) as gateway, running(gateway.apps.internal) as http:
        response = await Service(http=http, redis=redis).who("A" * 43)

    assert (response.status_code, problem(response)["code"]) == (403, "session_auth_off")
