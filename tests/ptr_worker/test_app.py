import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from companion import keys
from companion.env import Env
from ptr_worker.app import create_app
from ptr_worker.settings import Settings
from redis.asyncio import Redis
from starlette.applications import Starlette
from structlog.testing import capture_logs

from tests.support.asgi import running
from tests.support.process import bound_to_parent
from tests.support.redis import RedisServer

DEADLINE_S = 10
CANARY = "canary-of-the-background-token"
VARIABLES = {
    "TECHNITIUM_NODES": "ns1",
    "TECHNITIUM_NS1_BASE_URL": "https://192.168.1.2:53443",
    "AUTH_SESSION_ENABLED": "true",
}


def worker(redis_url: str, *, token: str = "", renew_s: float = 0.02) -> Starlette:
    variables = VARIABLES | {"REDIS_URL": redis_url, "TECHNITIUM_BACKGROUND_TOKEN": token}
    return create_app(Settings.read(Env(variables)), renew_s=renew_s, retry_s=0.02)


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while not await holds():  # noqa: ASYNC110 - what is waited for is in another process
            await asyncio.sleep(0.01)


async def announced(redis: Redis) -> dict[str, Any]:
    """What Redis says of the token, as soon as it says anything."""

    async def is_there() -> bool:
        return bool(await redis.exists(keys.BACKGROUND_TOKEN))

    await until(is_there)
    state: dict[str, Any] = json.loads(await redis.get(keys.BACKGROUND_TOKEN) or b"")
    return state


async def test_without_a_token_it_is_not_configured_and_not_validated(
    redis: Redis, redis_url: str
) -> None:
    async with running(worker(redis_url)):
        state = await announced(redis)

    assert state == {
        "configured": False,
        "sessionAuthEnabled": True,
        "validated": False,
        "okForPtr": False,
        "state": "not_configured",
    }


async def test_a_token_that_was_not_checked_is_never_called_good(
    redis: Redis, redis_url: str
) -> None:
    async with running(worker(redis_url, token=CANARY)):
        state = await announced(redis)

    assert state["configured"]
    assert state["state"] == "checking"
    assert not state["validated"]
    assert not state["okForPtr"]
    assert "does not look up names yet" in state["reason"]
    assert CANARY not in json.dumps(state)


async def test_the_state_runs_out_by_itself_and_is_renewed_before(
    redis: Redis, redis_url: str
) -> None:
    async with running(worker(redis_url)):
        await announced(redis)
        assert 50 < await redis.ttl(keys.BACKGROUND_TOKEN) <= 60
        await redis.delete(keys.BACKGROUND_TOKEN)
        assert await announced(redis)

    await redis.delete(keys.BACKGROUND_TOKEN)
    assert await redis.get(keys.BACKGROUND_TOKEN) is None


async def test_an_outage_of_redis_is_survived_and_told_of_once(
    redis: Redis, redis_url: str, redis_server: RedisServer
) -> None:
    with capture_logs() as lines:
        async with running(worker(redis_url)) as http:
            await announced(redis)
            redis_server.kill()
            during, live = await http.get("/readyz"), await http.get("/livez")
            await _until_told(lines, "cannot be told")
            redis_server.start()
            await redis.delete(keys.BACKGROUND_TOKEN)
            assert await announced(redis)
            await _until_told(lines, "told again")
            after = await http.get("/readyz")

    assert (during.status_code, live.status_code, after.status_code) == (503, 200, 200)
    assert [line["log_level"] for line in lines if "cannot be told" in line["event"]] == ["warning"]


async def _until_told(lines: list[Any], words: str) -> None:
    async def is_told() -> bool:
        return any(words in line["event"] for line in lines)

    await until(is_told)


async def test_probes_and_figures_are_all_that_it_serves(redis_url: str) -> None:
    async with running(worker(redis_url, token=CANARY)) as http:
        answers = {path: await http.get(path) for path in ("/livez", "/health", "/metrics")}
        other = await http.get("/api/auth/me")

    assert {answer.status_code for answer in answers.values()} == {200}
    assert 'companion_build_info{service="ptr-worker"' in answers["/metrics"].text
    assert other.status_code == 404
    assert not any(CANARY in answer.text for answer in answers.values())


def test_the_program_announces_itself_until_it_is_told_to_end(redis_url: str) -> None:
    variables = os.environ | VARIABLES | {"REDIS_URL": redis_url, "PTR_WORKER_METRICS_PORT": "0"}
    variables["TECHNITIUM_BACKGROUND_TOKEN"] = CANARY
    command = bound_to_parent([sys.executable, "-m", "ptr_worker"], parent=os.getpid())

    with subprocess.Popen(command, env=variables, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own program
        assert process.stderr is not None
        first = process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        rest = process.stderr.read()

    assert json.loads(first)["event"] == "listening"
    assert process.returncode == 0
    assert CANARY not in first + rest
