"""GET /api/auth/me: what it says to whom, and that asking is not activity."""

import msgspec
from companion.keys import BACKGROUND_TOKEN
from redis.asyncio import Redis

from tests.auth_gateway.conftest import MakeGateway
from tests.auth_gateway.support import Gateway

BACKGROUND = {
    "configured": True,
    "sessionAuthEnabled": True,
    "validated": True,
    "okForPtr": True,
    "username": "companion-readonly",
    "state": "ok",
}


async def test_anonymous_callers_see_what_the_sign_in_page_needs(gateway: Gateway) -> None:
    response = await gateway.me()

    assert response.status_code == 200
    assert response.json() == {
        "sessionAuthEnabled": True,
        "authenticated": False,
        "configuredNodeIds": ["ns1", "ns2", "ns3"],
        "clusterTokenConfigured": False,
        "transport": {
            "requestSecure": True,
            "httpsEnabled": False,
            "trustProxyEnabled": True,
            "forwardedProto": "https",
        },
        "backgroundPtrToken": {
            "configured": False,
            "sessionAuthEnabled": True,
            "validated": False,
            "okForPtr": False,
        },
    }
    assert response.headers["cache-control"] == "no-store"


async def test_people_see_where_they_stand_with_each_node(gateway: Gateway) -> None:
    await gateway.signed_in("viewer")

    body = (await gateway.me()).json()

    assert (body["authenticated"], body["user"]) == (True, "viewer")
    assert body["nodes"][0] == {
        "id": "ns1",
        "name": "ns1",
        "state": "signed_in",
        "reason": None,
        "code": None,
        "insecureTransport": True,
    }
    assert body["session"]["idleLimitSeconds"] == 8 * 3600
    assert body["session"]["createdAt"] < body["session"]["expiresAt"]


async def test_a_worker_that_is_silent_is_told(gateway: Gateway) -> None:
    await gateway.signed_in()

    background = (await gateway.me()).json()["backgroundPtrToken"]

    assert background["state"] == "worker_down"
    assert background["reason"] == "ptr-worker does not answer"
    assert (background["validated"], background["transient"]) == (False, True)


async def test_what_the_worker_wrote_is_passed_on_to_people_and_cut_for_others(
    gateway: Gateway, redis: Redis
) -> None:
    await redis.set(BACKGROUND_TOKEN, msgspec.json.encode(BACKGROUND))

    anonymous = (await gateway.me()).json()["backgroundPtrToken"]
    await gateway.signed_in()
    signed_in = (await gateway.me()).json()["backgroundPtrToken"]

    assert anonymous == {key: True for key in BACKGROUND if key not in ("username", "state")}
    assert signed_in == BACKGROUND


async def test_garbage_of_the_worker_is_a_worker_that_is_down(
    gateway: Gateway, redis: Redis
) -> None:
    await redis.set(BACKGROUND_TOKEN, "[1, 2]")
    await gateway.signed_in()

    assert (await gateway.me()).json()["backgroundPtrToken"]["state"] == "worker_down"


async def test_the_sandbox_and_a_cluster_token_are_said(make_gateway: MakeGateway) -> None:
    variables = {"COMPANION_SANDBOX": "true", "TECHNITIUM_CLUSTER_TOKEN": "c1" * 32}
    async with make_gateway(variables=variables) as gateway:
        response = await gateway.me()

    assert response.json()["sandbox"] is True
    assert response.json()["clusterTokenConfigured"] is True
    assert "c1c1" not in response.text


async def test_a_cookie_over_plain_http_signs_nobody_in(gateway: Gateway) -> None:
    await gateway.signed_in()

    body = (await gateway.me(**{"X-Forwarded-Proto": "http"})).json()

    assert body["authenticated"] is False
    assert body["transport"]["requestSecure"] is False
    assert body["transport"]["forwardedProto"] == "http"


async def test_a_cookie_that_opens_nothing_is_no_error_here(gateway: Gateway) -> None:
    cookie = f"__Host-tdc_session={'A' * 43}"

    response = await gateway.me(Cookie=cookie)

    assert (response.status_code, response.json()["authenticated"]) == (200, False)


async def test_asking_does_not_keep_a_session_alive(
    make_gateway: MakeGateway, redis: Redis
) -> None:
    limits = {"AUTH_SESSION_IDLE_HOURS": str(10 / 3600)}
    async with make_gateway(variables=limits) as gateway:
        await gateway.signed_in()
        before = await gateway.session()
        await redis.hset(before.key, "seen", str(before.seen - 5))

        for _ in range(5):
            assert (await gateway.me()).json()["authenticated"] is True

        assert (await gateway.session()).seen == before.seen - 5


async def test_a_node_added_later_is_shown_as_signed_out(
    make_gateway: MakeGateway,
) -> None:
    async with make_gateway(variables={"TECHNITIUM_NODES": "ns1,ns2"}) as before:
        cookie = await before.signed_in()
    async with make_gateway() as after:
        body = (await after.me(Cookie=f"__Host-tdc_session={cookie}")).json()

    assert body["nodeIds"] == ["ns1", "ns2", "ns3"]
    assert body["nodes"][2]["state"] == "signed_out"
    assert body["nodes"][2]["code"] == "not_signed_in"


async def test_a_node_that_knows_the_person_by_another_name_says_so(gateway: Gateway) -> None:
    await gateway.signed_in("viewer")

    await gateway.http.post(
        "/api/auth/nodes/ns2/login", json={"username": "dhcp", "password": "dhcp"}
    )

    nodes = (await gateway.me()).json()["nodes"]
    assert [node.get("user") for node in nodes] == [None, "dhcp", None]
