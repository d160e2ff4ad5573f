"""What comes bit by bit comes through Traefik as it is written, and ends with the session."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.support.edge import Edge
from tests.support.lab import until

TAIL = "/api/nodes/logs/tail"
# Every five seconds a stream looks whether its session still lives.
ENDED_WITHIN_S = 10.0
# A node is asked every second.
SEEN_WITHIN_S = 5.0


def _events(answer: httpx.Response) -> Iterator[tuple[str, str]]:
    """Kind and data of each event of a stream."""
    kind = ""
    for line in answer.iter_lines():
        name, _, text = line.partition(": ")
        if name == "event":
            kind = text
        elif name == "data":
            yield kind, text


def _ask(edge: Edge, name: str) -> None:
    query = {"to": "ns1", "client": "192.168.10.20", "qname": name, "qtype": "A"}
    edge.control.post("/queries", json={"queries": [query]}).raise_for_status()


def test_a_row_is_seen_when_it_is_written_and_not_when_a_buffer_is_full(edge: Edge) -> None:
    with edge.sign_in("admin") as browser, browser.stream("GET", TAIL) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert "content-length" not in stream.headers
        events = _events(stream)
        # It follows a node from the moment at which that one has answered.
        assert [next(events)[0] for _ in range(1 + len(edge.nodes))] == ["open", *["node"] * 3]
        for count in range(3):
            name = f"tail-{count}.example.com"
            began = time.monotonic()
            _ask(edge, name)
            assert any(name in text for _, text in events)
            assert time.monotonic() - began < SEEN_WITHIN_S


def test_a_stream_ends_with_its_session_and_says_so(edge: Edge) -> None:
    with edge.sign_in("admin") as browser, browser.stream("GET", TAIL) as stream:
        events = _events(stream)
        assert next(events)[0] == "open"
        browser.post("/api/auth/logout")
        began = time.monotonic()
        kinds = [kind for kind, _ in events]

    assert kinds[-1] == "session_ended"
    assert time.monotonic() - began < ENDED_WITHIN_S


def test_an_open_stream_keeps_no_session_from_idling_out(edge: Edge) -> None:
    with edge.sign_in("admin") as browser, edge.redis() as client:
        key = max(
            (str(key) for key in client.scan_iter("session:*")),
            key=lambda key: float(client.hget(key, "seen") or 0),
        )
        client.hset(key, "seen", repr(float(client.hget(key, "seen") or 0) - 3600))
        before = client.hget(key, "seen")
        with browser.stream("GET", TAIL) as stream:
            assert next(_events(stream))[0] == "open"

        assert client.hget(key, "seen") == before


def test_many_streams_hold_up_nothing_else(edge: Edge) -> None:
    with edge.sign_in("admin") as browser, ThreadPoolExecutor(1) as pool:
        streams = [browser.stream("GET", TAIL) for _ in range(20)]
        opened = [stream.__enter__() for stream in streams]
        try:
            answer = pool.submit(browser.get, "/api/auth/me").result(timeout=5)
            assert answer.status_code == 200
            assert {each.status_code for each in opened} == {200}
        finally:
            for stream in streams:
                stream.__exit__(None, None, None)


def test_a_large_answer_comes_whole(edge: Edge) -> None:
    with edge.sign_in("admin") as browser:
        answer = browser.get("/api/nodes/logs/export", params={"format": "csv"})
        lines = answer.text.splitlines()

    assert answer.status_code == 200, answer.text[:500]
    assert len(lines) > 1000
    until(lambda: edge.programs["node-proxy-1"].is_alive, what="it lives")
