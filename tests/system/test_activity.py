"""When a session was last used: many requests at once, and a page that only polls."""

import asyncio
import time

import httpx
import redis

from tests.support.stack import Stack, until

IDLE_S = 8 * 3600
POLL = {"X-Companion-Poll": "1"}


async def test_many_requests_at_the_moment_of_a_last_seen_write_all_pass(stack: Stack) -> None:
    with stack.sign_in("admin") as browser, stack.redis() as client:
        key = _session_key(client)
        _move_last_seen(client, key, by_s=-120)
        before = float(client.hget(key, "seen") or 0)

        limits = httpx.Limits(max_connections=100, max_keepalive_connections=100)
        async with httpx.AsyncClient(
            base_url=stack.base_url,
            verify=stack.tls,
            cookies=dict(browser.cookies),
            limits=limits,
            timeout=60,
        ) as many:
            paths = ["/api/auth/me", "/api/nodes/unknown/overview"] * 250
            answers = await asyncio.gather(*(many.get(path) for path in paths))

        assert {answer.status_code for answer in answers} == {200, 404}
        assert float(client.hget(key, "seen") or 0) > before + 100


def test_an_idle_session_ends_while_its_page_only_polls(stack: Stack) -> None:
    with stack.sign_in("viewer") as polls, stack.redis() as client:
        key = _session_key(client)
        _move_last_seen(client, key, by_s=-IDLE_S + 2)
        assert polls.get("/api/nodes", headers=POLL).status_code == 200

        def ended() -> bool:
            polls.get("/api/auth/me")
            return polls.get("/api/nodes", headers=POLL).status_code == 401

        until(ended, what="the idle limit")


def test_a_session_in_use_does_not_end_at_its_idle_limit(stack: Stack) -> None:
    with stack.sign_in("viewer") as used, stack.redis() as client:
        key = _session_key(client)
        _move_last_seen(client, key, by_s=-IDLE_S + 2)
        end = time.monotonic() + 3
        assert used.get("/api/nodes").status_code == 200

        until(lambda: time.monotonic() > end, what="the idle limit has passed")
        assert used.get("/api/nodes").status_code == 200


def _session_key(client: "redis.Redis") -> str:
    """The session that was used last: the one just made."""
    keys = [str(key) for key in client.scan_iter("session:*")]
    return max(keys, key=lambda key: float(client.hget(key, "seen") or 0))


def _move_last_seen(client: "redis.Redis", key: str, *, by_s: float) -> None:
    client.hset(key, "seen", repr(float(client.hget(key, "seen") or 0) + by_s))
