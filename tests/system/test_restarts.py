"""kill -9 of parts of the stack: who is in stays in, who signed out stays out."""

import signal

import pytest

from tests.support.stack import SERVICES, Stack, until


@pytest.mark.parametrize(
    "killed",
    [("auth-gateway",), SERVICES, ("redis",)],
    ids=["the gateway", "all services", "Redis"],
)
def test_everybody_who_is_in_stays_in_and_nobody_else(
    stack: Stack, killed: tuple[str, ...]
) -> None:
    with stack.sign_in("admin") as stays, stack.sign_in("viewer") as leaves:
        left = leaves.cookies["__Host-tdc_session"]
        assert leaves.post("/api/auth/logout").status_code == 201

        stack.kill_process(*killed)

        until(lambda: _status(stack, stays.cookies["__Host-tdc_session"]) == 200, what="still in")
        assert _status(stack, left) == 401


def test_a_redis_that_does_not_answer_is_no_signed_out_person(stack: Stack) -> None:
    with stack.sign_in("admin") as browser, stack.client() as nobody:
        stack.signal_process("redis", signal.SIGSTOP)
        try:
            answers = [browser.get(path) for path in ("/api/auth/me", "/api/nodes")]
            anonymous = nobody.get("/api/auth/me")
            ready, live = browser.get("/readyz"), browser.get("/livez")
        finally:
            stack.signal_process("redis", signal.SIGCONT)

        for answer in answers:
            assert answer.status_code == 503
            assert answer.json()["code"] == "store_unavailable"
            assert int(answer.headers["retry-after"]) > 0
            assert "set-cookie" not in answer.headers
        assert anonymous.status_code == 200
        assert ready.status_code == 503
        assert live.status_code == 200
        until(lambda: browser.get("/api/nodes").status_code == 200, what="still in")


def _status(stack: Stack, cookie: str) -> int:
    """What a fresh connection with this cookie gets of the nodes; 0 while there is no answer."""
    with stack.client() as client:
        try:
            headers = {"Cookie": f"__Host-tdc_session={cookie}"}
            return client.get("/api/nodes", headers=headers).status_code
        except OSError:
            return 0
