from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx
import pytest
from companion.asgi.guard import HTTPS_REQUIRED, require_caller, require_session
from companion.sessions.cookie import COOKIE
from companion.sessions.store import SessionStore
from redis.asyncio import Redis
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.companion.asgi.frame import framed
from tests.support.asgi import running
from tests.support.redis import RedisServer
from tests.support.sessions import record_of, session_store


@pytest.fixture
def sessions(redis: Redis) -> SessionStore:
    return session_store(redis)


async def _cookie(sessions: SessionStore) -> str:
    value, _ = await sessions.create(record_of())
    return value


@asynccontextmanager
async def guarded(
    sessions: SessionStore, *, base_url: str = "https://localhost"
) -> AsyncGenerator[httpx.AsyncClient]:
    async def route(request: Request) -> Response:
        request.state.sessions = sessions
        session = await require_session(request)
        return JSONResponse({"user": session.record.user, "seen": session.seen})

    app = framed([Route("/api/x", route, methods=["GET", "POST"])])
    async with running(app, base_url=base_url) as http:
        yield http


async def test_whoever_holds_a_session_comes_in(sessions: SessionStore) -> None:
    cookie = await _cookie(sessions)

    async with guarded(sessions) as http:
        response = await http.get("/api/x", headers={"Cookie": f"{COOKIE}={cookie}"})

    assert response.status_code == 200
    assert response.json()["user"] == "admin"
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize("cookie", ["", "x", "A" * 43])
async def test_everybody_else_is_told_to_sign_in(sessions: SessionStore, cookie: str) -> None:
    async with guarded(sessions) as http:
        response = await http.get("/api/x", headers={"Cookie": f"{COOKIE}={cookie}"})

    assert response.status_code == 401
    assert response.json()["code"] == "session_invalid"
    assert response.json()["message"] == "Authentication required"
    assert "set-cookie" not in response.headers


async def test_https_is_asked_for_before_the_session(sessions: SessionStore) -> None:
    cookie = await _cookie(sessions)

    async with guarded(sessions, base_url="http://localhost") as http:
        signed_in = await http.get(
            "/api/x",
            headers={"Cookie": f"{COOKIE}={cookie}", "X-Forwarded-Proto": "https"},
        )
        anonymous = await http.get("/api/x")

    for response in (signed_in, anonymous):
        assert response.status_code == 403
        assert response.json()["code"] == "https_required"
        assert response.json()["message"] == HTTPS_REQUIRED


async def test_a_store_that_is_gone_signs_nobody_out(
    sessions: SessionStore, redis_server: RedisServer
) -> None:
    cookie = await _cookie(sessions)
    redis_server.kill()

    async with guarded(sessions) as http:
        response = await http.get("/api/x", headers={"Cookie": f"{COOKIE}={cookie}"})

    redis_server.start()
    assert response.status_code == 503
    assert response.json()["code"] == "store_unavailable"
    assert response.headers["retry-after"] == "2"
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize(
    ("method", "headers", "counts"),
    [
        ("GET", {}, True),
        ("GET", {"X-Companion-Poll": "1"}, False),
        ("GET", {"X-Companion-Poll": "0"}, True),
        ("POST", {"X-Companion-Poll": "1"}, True),
    ],
)
async def test_a_page_that_only_polls_is_not_activity(
    sessions: SessionStore,
    redis: Redis,
    method: str,
    headers: dict[str, str],
    counts: bool,  # noqa: FBT001 - a column of the table
) -> None:
    cookie = await _cookie(sessions)
    key = (await sessions.open(cookie, activity=False)).key
    long_ago = float(await redis.hget(key, "seen") or 0) - 600
    await redis.hset(key, "seen", str(long_ago))

    async with guarded(sessions) as http:
        await http.request(method, "/api/x", headers=headers | {"Cookie": f"{COOKIE}={cookie}"})

    moved = float(await redis.hget(key, "seen") or 0) > long_ago
    assert moved == counts


@pytest.mark.parametrize("path", ["/anybody", "/somebody"])
async def test_where_nobody_signs_in_everybody_may_and_no_session_is_opened(
    sessions: SessionStore, path: str
) -> None:
    async def anybody(request: Request) -> Response:
        request.state.session_auth = False
        return JSONResponse({"session": await require_caller(request)})

    async def somebody(request: Request) -> Response:
        request.state.session_auth = False
        request.state.sessions = sessions
        await require_session(request)
        return JSONResponse({})

    routes = [Route("/anybody", anybody), Route("/somebody", somebody)]
    cookie = await _cookie(sessions)
    async with running(framed(routes), base_url="http://localhost") as http:
        answer = await http.get(path, headers={"Cookie": f"{COOKIE}={cookie}"})

    if path == "/anybody":
        assert (answer.status_code, answer.json()) == (200, {"session": None})
    else:
        assert (answer.status_code, answer.json()["code"]) == (403, "session_auth_off")


async def test_where_people_sign_in_a_caller_has_a_session(sessions: SessionStore) -> None:
    async def route(request: Request) -> Response:
        request.state.sessions = sessions
        session = await require_caller(request)
        return JSONResponse({"user": session.record.user if session else None})

    cookie = await _cookie(sessions)
    async with running(framed([Route("/x", route)]), base_url="https://localhost") as http:
        nobody = await http.get("/x")
        somebody = await http.get("/x", headers={"Cookie": f"{COOKIE}={cookie}"})

    assert nobody.status_code == 401
    assert somebody.json() == {"user": "admin"}
