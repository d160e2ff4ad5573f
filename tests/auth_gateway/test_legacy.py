"""The gateway where nobody signs in: loud, open to whoever reaches it, and to no foreign page."""

from collections.abc import AsyncGenerator

import pytest
from companion.keys import CLUSTER_TOKEN_NODES, MODE
from redis.asyncio import Redis

from tests.auth_gateway.conftest import MakeGateway
from tests.auth_gateway.support import Gateway, problem, until

LEGACY = {"AUTH_SESSION_ENABLED": "false", "TRUST_PROXY": "false", "CORS_ORIGINS": "https://tools"}


@pytest.fixture
async def legacy(make_gateway: MakeGateway) -> AsyncGenerator[Gateway]:
    """A gateway without sign-in that browsers reach by its address, over plain HTTP."""
    async with make_gateway(
        variables=LEGACY, base_url="http://192.168.1.5:3000", peer="192.0.2.7"
    ) as made:
        for name in ("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host"):
            del made.http.headers[name]
        yield made


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/auth/login"),
        ("POST", "/api/auth/nodes/login"),
        ("POST", "/api/auth/nodes/ns1/login"),
        ("GET", "/api/auth/sessions"),
        ("DELETE", "/api/auth/sessions/s-1"),
        ("POST", "/api/auth/sessions/end-others"),
        ("GET", "/api/auth/verify"),
        ("GET", "/api/auth/permissions"),
    ],
)
async def test_whatever_is_about_sessions_is_off(legacy: Gateway, method: str, path: str) -> None:
    answer = await legacy.http.request(method, path)

    assert answer.status_code == 403
    assert problem(answer)["code"] == "session_auth_off"


async def test_no_password_reaches_a_node(legacy: Gateway) -> None:
    await legacy.login("admin")

    assert len(legacy.lab.requests) == 0


async def test_signing_out_ends_nothing_and_succeeds_as_clients_expect(legacy: Gateway) -> None:
    answer = await legacy.http.post("/api/auth/logout")

    assert answer.status_code == 201
    assert answer.json() == {"ok": True}


async def test_who_am_i_says_loudly_that_nobody_signs_in(legacy: Gateway, redis: Redis) -> None:
    await redis.set(CLUSTER_TOKEN_NODES, "ns1,ns3")

    me = (await legacy.http.get("/api/auth/me")).json()

    assert me["sessionAuthEnabled"] is False
    assert me["authenticated"] is False
    assert "Nobody signs in" in me["notice"]
    assert me["configuredNodeIds"] == ["ns1", "ns2", "ns3"]
    assert [(node["id"], node["state"]) for node in me["nodes"]] == [
        ("ns1", "signed_in"),
        ("ns2", "signed_in"),
        ("ns3", "signed_in"),
    ]
    assert me["clusterTokenConfigured"] is False
    assert me["clusterTokenUsage"] == {"usedForNodeIds": ["ns1", "ns3"]}
    assert me["transport"] == {
        "requestSecure": False,
        "httpsEnabled": False,
        "trustProxyEnabled": False,
    }
    assert me["backgroundPtrToken"]["sessionAuthEnabled"] is False


async def test_the_start_says_it_in_the_log(legacy: Gateway) -> None:
    from auth_gateway.settings import Settings  # noqa: PLC0415 - read once more, to see what it says
    from companion.env import Env  # noqa: PLC0415 - the same

    from tests.auth_gateway.support import environment  # noqa: PLC0415 - the same

    env = Env(environment(legacy.lab, "redis://localhost") | LEGACY)
    Settings.read(env)

    assert any("Nobody signs in" in warning for warning in env.warnings)


@pytest.mark.parametrize("path", ["/", "/api/auth/me", "/api/nodes", "/livez"])
async def test_a_page_that_points_its_own_name_here_gets_nothing(
    legacy: Gateway, path: str
) -> None:
    answer = await legacy.http.get(path, headers={"Host": "rebound.example:3000"})

    assert answer.status_code == 403
    assert problem(answer)["code"] == "host_refused"
    assert "ALLOWED_HOSTS" in problem(answer)["detail"]


async def test_a_name_of_ours_is_served_once_it_is_allowed(make_gateway: MakeGateway) -> None:
    variables = LEGACY | {"ALLOWED_HOSTS": "dns.example.org"}
    async with make_gateway(variables=variables, base_url="http://dns.example.org") as made:
        assert (await made.http.get("/api/auth/me")).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://192.168.1.5"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_another_site_changes_nothing(legacy: Gateway, headers: dict[str, str]) -> None:
    answer = await legacy.http.post("/api/auth/logout", headers=headers)

    assert answer.status_code == 403
    assert problem(answer)["code"] in ("origin_refused", "cross_site_refused")


async def test_its_own_pages_and_no_browser_may(legacy: Gateway) -> None:
    own = {"Origin": "http://192.168.1.5:3000", "Sec-Fetch-Site": "same-origin"}

    for headers in (own, {}):
        answer = await legacy.http.post("/api/auth/logout", headers=headers)
        assert answer.status_code == 201


async def test_pages_are_not_sent_to_https(legacy: Gateway) -> None:
    assert (await legacy.http.get("/")).status_code == 200


async def test_the_mode_is_published_and_compared(legacy: Gateway, redis: Redis) -> None:
    async def is_said() -> bool:
        return bool(await redis.get(MODE) == b"legacy")

    await until(is_said)
    await redis.set(MODE, "session")

    answer = await legacy.http.get("/readyz")

    assert answer.status_code == 503
    assert "mode legacy" in problem(answer)["checks"]["mode"]["reason"]


async def test_redis_away_takes_nothing_but_a_hint(make_gateway: MakeGateway) -> None:
    variables = LEGACY | {"REDIS_URL": "redis://127.0.0.1:1"}
    async with make_gateway(variables=variables, base_url="http://192.168.1.5") as made:
        me = await made.http.get("/api/auth/me")

    assert me.status_code == 200
    assert me.json()["state"] == "unreachable"


async def test_origins_that_are_allowed_read_and_no_others(legacy: Gateway) -> None:
    let_in = await legacy.http.get("/api/auth/me", headers={"Origin": "https://tools"})
    others = await legacy.http.get("/api/auth/me", headers={"Origin": "http://evil.example"})

    assert let_in.headers["access-control-allow-origin"] == "https://tools"
    assert "access-control-allow-origin" not in others.headers
    assert "access-control-allow-credentials" not in others.headers
