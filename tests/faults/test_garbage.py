"""A node that answers, but not as Technitium does: it is one node's error, told in our words."""

from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.companion.technitium.raw_node import Handler, RawNode, always, http, http_json
from tests.edge.support import problem_of
from tests.faults.asking import OF_ONE_NODE, OF_SEVERAL, ask_all, assert_failed, in_time, told
from tests.faults.people import ADMINISTRATOR, signed_in
from tests.faults.scripted_node import cut, endless, error
from tests.faults.stack import SCRIPTED, FaultyStack

CANARY = "NodeTextCanary"
PAGE = f"<html><title>{CANARY}</title></html>".encode()
HTML = ["Content-Type: text/html; charset=utf-8"]
JSON = ["Content-Type: application/json"]
GARBAGE: Mapping[str, bytes | Handler] = {
    "a page of HTML": http(PAGE, headers=HTML),
    "a page of HTML that says 500": http(PAGE, status="500 Internal Server Error", headers=HTML),
    "JSON that is cut off": http(b'{"status":"ok","response":{"zones":[', headers=JSON),
    "JSON that says 500": http(b'{"status":"ok"}', status="500 Internal Server Error"),
    "JSON that is no object": http(b'["ok"]', headers=JSON),
    "JSON without a status": http_json({"response": {CANARY: 1}}),
    "a body that ends too early": cut(http(b'{"status":"ok"', headers=JSON, length=4096)),
    "nothing": http(b"", headers=JSON),
    "no HTTP at all": f"{CANARY}\r\n\r\n".encode(),
    "an error with a stack trace": error("It cannot be done."),
}
MEBIBYTE = 1024 * 1024
# 200 MB.
HUGE_CHUNKS = 3_200
# 64 MiB of one node's long answers are held, and what Python does not give back.
MOST_GROWTH = 128 * MEBIBYTE


@pytest.fixture
async def browser(stack: FaultyStack) -> AsyncGenerator[httpx.AsyncClient]:
    async with signed_in(stack, ADMINISTRATOR) as browser:
        yield browser


@pytest.mark.parametrize("answer", GARBAGE.values(), ids=GARBAGE)
async def test_what_is_no_answer_is_an_error_of_that_node(
    stack: FaultyStack, browser: httpx.AsyncClient, answer: bytes | Handler
) -> None:
    own = [f"/api/nodes/{SCRIPTED}/{route}" for route in OF_ONE_NODE if "lookup" not in route]
    several = [path for path in OF_SEVERAL if "lookup" not in path]
    stack.scripted.says(answer)
    async with in_time():
        answers = await ask_all({ADMINISTRATOR: browser}, [*own, *several])
    stack.scripted.is_itself()

    for (_, path), got in answers.items():
        assert CANARY not in got.answer.text, path
        assert "StackTraceCanary" not in got.answer.text, path
        if path in own:
            assert got.answer.status_code == 502, (path, got.answer.text)
            assert_failed(got.answer, SCRIPTED, "node_error", "node_unreachable")
        else:
            states = [one.state for one in told(got.answer).values()]
            assert states[:2] == ["ok", "ok"], (path, states)
            assert states[2] in {"error", "unreachable"}, (path, states)
    assert await _is_signed_in_everywhere(browser)


async def test_nobody_is_sent_to_where_a_node_points(
    stack: FaultyStack, browser: httpx.AsyncClient
) -> None:
    async with RawNode(always(http_json({"status": "ok"}))) as elsewhere:
        place = f"http://127.0.0.1:{elsewhere.port}/api/zones/list"
        stack.scripted.says(http(status="302 Found", headers=[f"Location: {place}"]))
        paths = [f"/api/nodes/{SCRIPTED}/{route}" for route in OF_ONE_NODE]
        answers = await ask_all({ADMINISTRATOR: browser}, paths)
        asked = elsewhere.requests

    assert asked == []
    for got in answers.values():
        assert "location" not in got.answer.headers
        assert_failed(got.answer, SCRIPTED, "node_error")


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("zones/export", "zone=no-such-zone.test"),
        ("logs/download", "fileName=1999-01-01"),
        ("logs/export", "name=No%20Such%20App&classPath=No.App"),
    ],
)
async def test_a_node_that_says_error_in_place_of_a_file_is_an_error(
    browser: httpx.AsyncClient, path: str, query: str
) -> None:
    answer = await browser.get(f"/api/nodes/ns1/technitium/{path}?{query}")

    assert_failed(answer, "ns1", "node_error")
    assert "content-disposition" not in answer.headers


@pytest.mark.parametrize("media_type", ["text/plain", "text/csv", "application/octet-stream"])
@pytest.mark.parametrize("path", ["zones/export?zone=home.test", "blocked/export", "logs/export"])
async def test_an_error_that_looks_like_a_file_is_an_error(
    stack: FaultyStack, browser: httpx.AsyncClient, path: str, media_type: str
) -> None:
    said = error("The database is locked.").partition(b"\r\n\r\n")[2]
    stack.scripted.says(
        http(b"\r\n" + said, headers=[f"Content-Type: {media_type}"]),
        path=path.partition("?")[0],
    )

    answer = await browser.get(f"/api/nodes/{SCRIPTED}/technitium/{path}")

    assert_failed(answer, SCRIPTED, "node_error")
    assert "Canary" not in answer.text


async def test_a_token_that_a_node_refuses_in_place_of_a_file_is_taken_out(
    stack: FaultyStack, browser: httpx.AsyncClient
) -> None:
    refusal = error("Invalid token or session expired.", status="invalid-token")
    stack.scripted.says(refusal, path="blocked/export")

    answer = await browser.get(f"/api/nodes/{SCRIPTED}/technitium/blocked/export")

    assert answer.status_code == 409
    assert problem_of(answer)["code"] == "node_session_expired"
    me = (await browser.get("/api/auth/me")).json()
    assert [node["state"] for node in me["nodes"]] == ["signed_in", "signed_in", "signed_out"]


@pytest.mark.parametrize("form", ["csv", "jsonl"])
async def test_an_error_in_the_middle_of_our_own_export_is_said_at_its_end(
    stack: FaultyStack, browser: httpx.AsyncClient, form: str
) -> None:
    async with browser.stream("GET", f"/api/nodes/logs/export?format={form}") as saved:
        assert saved.status_code == 200
        lines = saved.aiter_lines()
        begun = [await anext(lines) for _ in range(20)]
        stack.scripted.says(error("The database is locked."), path="logs/query")
        rest = [line async for line in lines]

    last = rest[-1]
    assert last.startswith("#incomplete") if form == "csv" else '"incomplete":true' in last
    assert SCRIPTED in last
    assert "Canary" not in "".join(rest)
    assert begun


async def test_a_huge_answer_is_refused_and_memory_stays_bounded(
    stack: FaultyStack, browser: httpx.AsyncClient
) -> None:
    stack.scripted.says(_huge("Content-Type: application/json", b'{"status":"ok","response":"'))
    peak = Peak(stack.pids["node-proxy"])
    own = [f"/api/nodes/{SCRIPTED}/{route}" for route in OF_ONE_NODE if "lookup" not in route]
    answers = await ask_all({ADMINISTRATOR: browser}, own)
    several = await ask_all({ADMINISTRATOR: browser}, ["/api/nodes/all/overview", "/api/nodes"])
    growth = peak.growth()

    for got in answers.values():
        assert_failed(got.answer, SCRIPTED, "node_error", "node_timeout")
    for got in several.values():
        assert told(got.answer)[SCRIPTED].state in {"error", "timeout"}
        assert told(got.answer)["ns1"].state == "ok"
    assert growth < MOST_GROWTH, f"{growth / MEBIBYTE:.0f} MiB"


async def test_a_huge_file_passes_through_and_memory_stays_flat(
    stack: FaultyStack, browser: httpx.AsyncClient
) -> None:
    stack.scripted.says(_huge("Content-Type: text/plain", b""), path="blocked/export")
    peak = Peak(stack.pids["node-proxy"])
    gateway = Peak(stack.pids["auth-gateway"])
    size = 0
    path = f"/api/nodes/{SCRIPTED}/technitium/blocked/export"
    async with browser.stream("GET", path) as saved:
        assert saved.status_code == 200
        async for chunk in saved.aiter_raw():
            size += len(chunk)

    assert size == HUGE_CHUNKS * 64 * 1024
    assert peak.growth() < 32 * MEBIBYTE
    assert gateway.growth() < 32 * MEBIBYTE


class Peak:
    """By how much a process grows from now on, at its largest; in bytes, as Linux counts them."""

    def __init__(self, pid: int) -> None:
        self._folder = Path(f"/proc/{pid}")
        if not (self._folder / "clear_refs").exists():
            pytest.skip("this system does not tell how large a process was at most")
        (self._folder / "clear_refs").write_text("5")
        self._begin = self._read("VmRSS")

    def growth(self) -> int:
        return self._read("VmHWM") - self._begin

    def _read(self, name: str) -> int:
        lines = (self._folder / "status").read_text().splitlines()
        line = next(line for line in lines if line.startswith(f"{name}:"))
        return int(line.split()[1]) * 1024


def _huge(head: str, begin: bytes) -> Handler:
    """200 MB, of which nobody holds more than a piece."""
    return endless(head, begin + b"x" * (64 * 1024 - len(begin)), HUGE_CHUNKS)


async def _is_signed_in_everywhere(browser: httpx.AsyncClient) -> bool:
    me: Any = (await browser.get("/api/auth/me")).json()
    return [node["state"] for node in me["nodes"]] == ["signed_in"] * 3
