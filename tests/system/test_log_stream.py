"""The live tail through every part of the stack: at once, and no longer than it may."""

import json
import signal
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from tests.support.stack import Stack, is_alive, until

TAIL = "/api/nodes/logs/tail"
Told = Iterator[tuple[str, dict[str, Any]]]


@contextmanager
def tailing(browser: httpx.Client, query: str = "") -> Generator[Told]:
    """Names and contents of the events, as the gateway passes them on."""
    with browser.stream("GET", f"{TAIL}?{query}", timeout=30) as answer:
        assert answer.status_code == 200
        yield _events(answer)


def _events(answer: httpx.Response) -> Told:
    name = ""
    for line in answer.iter_lines():
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        if line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


def test_a_query_is_seen_within_two_seconds_of_being_answered(stack: Stack) -> None:
    query = {"to": "ns2", "client": "192.0.2.5", "qname": "seen-soon.example", "qtype": "A"}
    with stack.sign_in("admin") as browser, tailing(browser, "qname=seen-soon") as told:
        states: set[str] = set()
        for name, data in told:
            states |= {data["nodeId"]} if name == "node" else set()
            if len(states) == 3:
                break
        began = time.monotonic()
        stack.control.post("/queries", json={"queries": [query]}).raise_for_status()
        data = next(data for name, data in told if name == "entries")

        assert time.monotonic() - began < 2.5
        assert [entry["qname"] for entry in data["entries"]] == ["seen-soon.example"]


def test_signing_out_ends_the_stream(stack: Stack) -> None:
    with stack.sign_in("viewer") as browser, tailing(browser) as told:
        next(told)
        began = time.monotonic()
        with httpx.Client(
            base_url=stack.base_url, verify=stack.tls, cookies=dict(browser.cookies)
        ) as other:
            assert other.post("/api/auth/logout").is_success

        assert [name for name, _ in told][-1] == "session_ended"
        assert time.monotonic() - began < 8


def test_a_gateway_that_ends_does_not_wait_for_streams(stack: Stack) -> None:
    with stack.sign_in("admin") as browser, tailing(browser) as told:
        next(told)
        pid, began = stack.pids["auth-gateway"], time.monotonic()
        stack.signal_process("auth-gateway", signal.SIGTERM)

        assert "session_ended" not in [name for name, _ in told]
        until(lambda: not is_alive(pid), what="the gateway has ended")
        assert time.monotonic() - began < 5
    until(
        lambda: stack.pids.get("auth-gateway") != pid and _answers(stack),
        what="another gateway",
    )


def _answers(stack: Stack) -> bool:
    try:
        with stack.client() as client:
            return client.get("/api/health").is_success
    except httpx.HTTPError:
        return False
