"""Redis takes connections and never answers: nobody waits long, and nobody is signed out."""

import asyncio
import signal
import time
from collections.abc import Generator
from contextlib import contextmanager

import httpx

from tests.edge.support import problem_of
from tests.faults.asking import ask_all
from tests.faults.people import ADMINISTRATOR, PLAIN, signed_in
from tests.faults.stack import FaultyStack
from tests.support.lab import PATIENCE_S, until

PATHS = (
    "/api/auth/me",
    "/api/auth/permissions",
    "/api/auth/sessions",
    "/api/nodes",
    "/api/nodes/all/overview",
    "/api/nodes/all/stats?type=LastHour",
    "/api/nodes/ns1/overview",
    "/api/nodes/ns1/logs",
    "/api/nodes/ns1/lookup?name=nas.home.test",
    "/api/nodes/logs/combined",
    "/api/nodes/logs/export?format=csv",
    "/api/nodes/all/technitium/zones/list",
    "/api/primary/technitium/zones/list",
    "/api/health/detailed",
)
# Redis has a second; the rest is for a busy machine that answers all of these at once.
LIMIT_S = 2.5
# More than a service has connections to Redis.
MANY = 80
ROUNDS = 3
RECOVERY_S = 3.0


@contextmanager
def redis_paused(stack: FaultyStack) -> Generator[None]:
    stack.signal_process("redis", signal.SIGSTOP)
    try:
        yield
    finally:
        stack.signal_process("redis", signal.SIGCONT)


async def test_every_request_ends_soon_with_503_however_long_it_lasts(stack: FaultyStack) -> None:
    async with (
        signed_in(stack, ADMINISTRATOR, connections=len(PATHS)) as one,
        signed_in(stack, PLAIN, connections=len(PATHS)) as other,
    ):
        with redis_paused(stack):
            for _ in range(ROUNDS):
                answers = await ask_all({ADMINISTRATOR: one, PLAIN: other}, PATHS)
                for key, got in answers.items():
                    assert got.took_s < LIMIT_S, (key, got.took_s)
                    _assert_unavailable(got.answer)
        began = time.monotonic()
        until(lambda: _is_in(stack, one) and _is_in(stack, other), what="both are in")
        assert time.monotonic() - began < RECOVERY_S


async def test_more_requests_than_connections_leave_nothing_behind(stack: FaultyStack) -> None:
    """What was waited for in vain is given back: afterwards as many are answered at once."""
    async with signed_in(stack, PLAIN, connections=MANY) as browser:
        many = [browser.get("/api/auth/me") for _ in range(MANY)]
        with redis_paused(stack):
            refused = await asyncio.gather(*many)
        answers = await _until_all_are_answered(browser)

    assert {answer.status_code for answer in refused} == {503}
    assert {answer.json()["user"] for answer in answers} == {PLAIN}


async def test_nobody_is_signed_in_or_out_meanwhile(stack: FaultyStack) -> None:
    async with signed_in(stack, PLAIN) as browser:
        kept = browser.cookies["__Host-tdc_session"]
        body = {"username": PLAIN, "password": PLAIN}
        async with httpx.AsyncClient(base_url=stack.base_url, verify=stack.tls) as stranger:
            with redis_paused(stack):
                out = await browser.post("/api/auth/logout")
                login = await stranger.post("/api/auth/login", json=body)
        until(lambda: _is_in(stack, browser), what="the person is still in")

    for answer in (out, login):
        _assert_unavailable(answer)
    assert browser.cookies["__Host-tdc_session"] == kept


async def _until_all_are_answered(browser: httpx.AsyncClient) -> list[httpx.Response]:
    """As many at the same time; the first of them find no open connection to Redis."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            answers = await asyncio.gather(*(browser.get("/api/auth/me") for _ in range(MANY)))
            if {answer.status_code for answer in answers} == {200}:
                return answers


def _assert_unavailable(answer: httpx.Response) -> None:
    problem = problem_of(answer)
    assert (problem["status"], problem["code"]) == (503, "store_unavailable"), problem
    assert int(answer.headers["Retry-After"]) > 0
    assert "set-cookie" not in answer.headers


def _is_in(stack: FaultyStack, browser: httpx.AsyncClient) -> bool:
    headers = {"Cookie": f"__Host-tdc_session={browser.cookies['__Host-tdc_session']}"}
    with stack.client() as client:
        return client.get("/api/nodes", headers=headers).status_code == 200
