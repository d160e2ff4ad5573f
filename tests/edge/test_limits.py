"""A session ends by the server's clock: after a while unused, and after a day in any case."""

import re

import redis

from tests.support.edge import COOKIE, Edge
from tests.support.lab import until

IDLE_S = 8 * 3600
MAX_AGE_S = 24 * 3600
POLL = {"X-Companion-Poll": "1"}


def test_an_unused_session_ends_while_its_page_polls(edge: Edge) -> None:
    with edge.sign_in("viewer") as browser, edge.redis() as client:
        key = _newest(client)
        _move(client, key, "seen", by_s=-IDLE_S + 2)
        assert browser.get("/api/nodes", headers=POLL).status_code == 200

        def is_over() -> bool:
            for path in ("/api/auth/me", "/api/health", "/livez", "/"):
                browser.get(path)
            return browser.get("/api/nodes", headers=POLL).status_code == 401

        until(is_over, what="the idle limit")


def test_a_call_that_claims_to_poll_and_changes_something_is_activity(edge: Edge) -> None:
    with edge.sign_in("viewer") as browser, edge.redis() as client:
        key = _newest(client)
        _move(client, key, "seen", by_s=-3600)
        before = float(client.hget(key, "seen") or 0)
        body = {"password": "viewer"}
        browser.post("/api/auth/nodes/ns1/login", json=body, headers=POLL)

        assert float(client.hget(key, "seen") or 0) > before + 3000


def test_a_session_in_use_ends_after_its_longest_life(edge: Edge) -> None:
    with edge.sign_in("viewer") as browser, edge.redis() as client:
        key = _newest(client)
        _move(client, key, "deadline", by_s=-MAX_AGE_S + 2)
        assert browser.get("/api/nodes").status_code == 200

        until(lambda: browser.get("/api/nodes").status_code == 401, what="the absolute limit")


def test_the_cookie_does_not_outlive_the_servers_limit(edge: Edge) -> None:
    with edge.visitor() as browser, edge.redis() as client:
        answer = browser.post("/api/auth/login", json={"username": "viewer", "password": "viewer"})
        key = _newest(client)
        ends_s = float(client.hget(key, "deadline") or 0)
        seconds, _ = client.time()

    found = re.search(r"max-age=(\d+)", answer.headers["set-cookie"], re.IGNORECASE)
    assert found is not None
    assert int(found[1]) <= ends_s - seconds + 1
    assert COOKIE in answer.headers["set-cookie"]


def test_who_writes_redis_does_not_make_a_session_last(edge: Edge) -> None:
    """The absolute limit is sealed with the session."""
    with edge.sign_in("viewer") as browser, edge.redis() as client:
        me = browser.get("/api/auth/me").json()
        key = _newest(client)
        _move(client, key, "deadline", by_s=365 * 86_400)
        later = browser.get("/api/auth/me").json()

    assert later["session"]["expiresAt"] == me["session"]["expiresAt"]


def _newest(client: "redis.Redis") -> str:
    """The session that was used last: the one just made."""
    keys = [str(key) for key in client.scan_iter("session:*")]
    return max(keys, key=lambda key: float(client.hget(key, "seen") or 0))


def _move(client: "redis.Redis", key: str, field: str, *, by_s: float) -> None:
    client.hset(key, field, repr(float(client.hget(key, field) or 0) + by_s))
