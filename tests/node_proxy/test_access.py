"""Who may ask at all: HTTPS first, then a session, and Redis has the last word."""

from collections.abc import AsyncGenerator

import pytest
from companion.sessions.cookie import COOKIE

from tests.node_proxy.conftest import FORWARDED, MakeStack, Stack
from tests.support.redis import RedisServer

ROUTES = [
    "/api/nodes",
    "/api/nodes/ns1/overview",
    "/api/nodes/ns1/apps",
    "/api/nodes/ns1/cluster/state",
    "/api/nodes/ns1/cluster/settings",
]
MADE_UP = "A" * 43


@pytest.mark.parametrize("path", ROUTES)
async def test_route_without_a_cookie_is_401(stack: Stack, path: str) -> None:
    answer = await stack.get(path, None)

    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "session_invalid"
    assert answer.json()["message"] == "Authentication required"


@pytest.mark.parametrize("cookie", [MADE_UP, "short", "A" * 42 + "!"])
async def test_cookie_that_opens_nothing_is_401_and_stays(stack: Stack, cookie: str) -> None:
    answer = await stack.get("/api/nodes", cookie)

    assert answer.status_code == 401
    assert "Set-Cookie" not in answer.headers


async def test_two_cookies_are_as_good_as_none(stack: Stack) -> None:
    cookie = await stack.sign_in("admin")

    answer = await stack.http.get(
        "/api/nodes", headers={"Cookie": f"{COOKIE}={cookie}; {COOKIE}={MADE_UP}"}
    )

    assert answer.status_code == 401


async def test_plain_http_is_refused_before_the_cookie_is_looked_at(stack: Stack) -> None:
    cookie = await stack.sign_in("admin")

    answer = await stack.get("/api/nodes", cookie, X_Forwarded_Proto="http")

    assert answer.status_code == 403
    assert answer.json()["code"] == "https_required"


async def test_promise_of_https_by_an_unknown_peer_is_not_believed(make_stack: MakeStack) -> None:
    async with make_stack(peer="203.0.113.9") as stack:
        answer = await stack.get("/api/nodes", await stack.sign_in("admin"))

    assert answer.status_code == 403
    assert answer.json()["code"] == "https_required"


async def test_route_that_does_not_exist_is_404_for_anyone(stack: Stack) -> None:
    answer = await stack.get("/api/nodes/ns1/nothing", None)

    assert answer.status_code == 404
    assert answer.json()["message"] == "Cannot GET /api/nodes/ns1/nothing"


async def test_other_method_on_a_route_is_404(stack: Stack) -> None:
    answer = await stack.http.post("/api/nodes")

    assert answer.status_code == 404
    assert answer.json()["message"] == "Cannot POST /api/nodes"


async def test_unsafe_request_of_another_site_is_refused(stack: Stack) -> None:
    answer = await stack.http.post("/api/nodes", headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert answer.json()["code"] == "cross_site_refused"


@pytest.mark.parametrize("path", [path for path in ROUTES if "ns1" in path])
async def test_unknown_node_is_404_in_words(stack: Stack, path: str) -> None:
    cookie = await stack.sign_in("admin")

    answer = await stack.get(path.replace("ns1", "Ns9"), cookie)

    assert answer.status_code == 404
    assert answer.json()["code"] == "node_unknown"
    assert answer.json()["message"] == 'Technitium DNS node "Ns9" is not configured.'


async def test_unknown_node_is_not_told_to_strangers(stack: Stack) -> None:
    assert (await stack.get("/api/nodes/ns9/overview", None)).status_code == 401


async def test_node_id_matches_in_any_case(stack: Stack) -> None:
    cookie = await stack.sign_in("admin")

    answer = await stack.get("/api/nodes/NS2/cluster/state", cookie)

    assert answer.json()["dnsServerDomain"] == "ns2.home.arpa"


async def test_answer_may_not_be_kept_by_any_cache(stack: Stack) -> None:
    answer = await stack.get("/api/nodes", await stack.sign_in("admin"))

    assert answer.headers["Cache-Control"] == "no-store"


async def test_problem_has_the_request_id_of_the_door(stack: Stack) -> None:
    request_id = "0123456789abcdef01234567"

    answer = await stack.get("/api/nodes", None, X_Request_Id=request_id)

    assert answer.json()["requestId"] == request_id


async def test_health_is_public(stack: Stack) -> None:
    answer = await stack.http.get("/api/health")

    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert answer.json()["timestamp"].endswith("Z")
    assert answer.json()["uptime"] >= 0


async def test_call_by_a_person_moves_the_idle_limit(stack: Stack) -> None:
    cookie = await stack.sign_in("admin")
    await age(stack, cookie, by_s=600)
    before = (await stack.session(cookie)).seen

    await stack.get("/api/nodes", cookie)

    assert (await stack.session(cookie)).seen > before


async def test_page_that_only_polls_does_not_move_it(stack: Stack) -> None:
    cookie = await stack.sign_in("admin")
    await age(stack, cookie, by_s=600)
    before = (await stack.session(cookie)).seen

    answer = await stack.get("/api/nodes", cookie, X_Companion_Poll="1")

    assert answer.status_code == 200
    assert (await stack.session(cookie)).seen == before


async def age(stack: Stack, cookie: str, *, by_s: float) -> None:
    """Has the last activity of a session lie further back."""
    session = await stack.session(cookie)
    await stack.sessions._redis.hset(session.key, "seen", str(session.seen - by_s))


@pytest.fixture
async def outage(redis_server: RedisServer) -> AsyncGenerator[RedisServer]:
    """A server that a test may kill; it runs again for the next test."""
    yield redis_server
    redis_server.start()


async def test_redis_away_is_503_and_the_cookie_stays(stack: Stack, outage: RedisServer) -> None:
    cookie = await stack.sign_in("admin")
    outage.kill()

    answer = await stack.get("/api/nodes", cookie)

    assert answer.status_code == 503
    assert answer.json()["code"] == "store_unavailable"
    assert int(answer.headers["Retry-After"]) > 0
    assert "Set-Cookie" not in answer.headers


async def test_session_goes_on_when_redis_is_back(stack: Stack, outage: RedisServer) -> None:
    cookie = await stack.sign_in("admin")
    outage.kill()
    await stack.get("/api/nodes", cookie)
    outage.start()

    assert (await stack.get("/api/nodes", cookie)).status_code == 200


async def test_probes_tell_a_redis_outage(stack: Stack, outage: RedisServer) -> None:
    outage.kill()

    live, ready = await stack.http.get("/livez"), await stack.http.get("/readyz")

    assert (live.status_code, ready.status_code) == (200, 503)
    assert ready.json()["checks"]["redis"]["ok"] is False


async def test_public_side_has_no_metrics(stack: Stack) -> None:
    assert (await stack.http.get("/metrics", headers=FORWARDED)).status_code == 404
