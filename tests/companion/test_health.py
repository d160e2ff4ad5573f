import asyncio

from companion import keys
from companion.clock import FixedClock
from companion.health import NotReady, Readiness, health_routes, mode_check, store_check
from companion.store import connect
from redis.asyncio import Redis
from starlette.applications import Starlette

from tests.companion.asgi.frame import framed
from tests.support.asgi import running
from tests.support.redis import RedisServer


def app_of(readiness: Readiness, clock: FixedClock | None = None) -> Starlette:
    clock = clock or FixedClock(now=0)
    return framed(health_routes("companion-shared", readiness, monotonic=clock.monotonic))


async def _fine() -> None:
    return


async def _broken() -> None:
    raise RuntimeError("canary")


async def _refusing() -> None:
    raise NotReady("No node answers.")


async def _hanging() -> None:
    await asyncio.Event().wait()


async def test_a_service_is_ready_when_every_check_passes() -> None:
    async with running(app_of(Readiness({"a": _fine, "b": _fine}))) as http:
        response = await http.get("/readyz")

    assert response.status_code == 200
    assert response.json() == {
        "status": "ready",
        "checks": {"a": {"ok": True}, "b": {"ok": True}},
    }


async def test_one_failing_check_makes_it_not_ready_and_says_why_in_words() -> None:
    readiness = Readiness({"a": _fine, "nodes": _refusing, "odd": _broken})
    async with running(app_of(readiness)) as http:
        ready, live = await http.get("/readyz"), await http.get("/livez")
        summary = await http.get("/health")

    assert ready.status_code == 503
    assert ready.headers["content-type"] == "application/problem+json"
    assert ready.json()["detail"] == "Not ready: nodes, odd."
    assert ready.json()["checks"]["nodes"] == {"ok": False, "reason": "No node answers."}
    assert ready.json()["checks"]["a"] == {"ok": True}
    assert "canary" not in ready.text
    assert (live.status_code, live.json()) == (200, {"status": "live"})
    assert (summary.status_code, summary.json()["status"]) == (200, "degraded")


async def test_checks_run_together_and_end_at_their_deadline() -> None:
    readiness = Readiness({"a": _hanging, "b": _hanging, "c": _hanging}, deadline_s=0.05)

    async with asyncio.timeout(0.14):
        reasons = await readiness.reasons()

    assert reasons == dict.fromkeys("abc", "No answer within 0.05 s.")


async def test_the_summary_tells_version_and_uptime() -> None:
    clock = FixedClock(now=0)
    async with running(app_of(Readiness(), clock)) as http:
        clock.advance(90)
        body = (await http.get("/health")).json()

    assert body["status"] == "ok"
    assert body["service"] == "companion-shared"
    assert body["version"] == "0.1.0"
    assert body["uptimeSeconds"] == 90


async def test_readiness_follows_the_store(redis_server: RedisServer, redis_url: str) -> None:
    redis = connect(redis_url)
    app = app_of(Readiness({"redis": store_check(redis)}))
    async with redis, running(app) as http:
        before = await http.get("/readyz")
        redis_server.kill()
        during, live = await http.get("/readyz"), await http.get("/livez")
        redis_server.start()
        after = await http.get("/readyz")

    assert (before.status_code, during.status_code, after.status_code) == (200, 503, 200)
    assert live.status_code == 200
    assert "Redis is not available" in during.json()["checks"]["redis"]["reason"]


async def test_a_service_of_another_mode_is_not_ready(redis: Redis) -> None:
    readiness = Readiness({"mode": mode_check(redis, "session")})

    unsaid = await readiness.reasons()
    await redis.set(keys.MODE, "session")
    same = await readiness.reasons()
    await redis.set(keys.MODE, "legacy")
    other = await readiness.reasons()

    assert unsaid == same == {"mode": None}
    assert "give AUTH_SESSION_ENABLED the same value" in str(other["mode"])
