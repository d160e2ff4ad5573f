"""Wrong and hostile requests to every path: always an answer of the node's own kind, and soon.

Each request begins as a recorded one, or as nothing, and has values put into it that do not
belong there: other types, lengths and encodings, names twice, bodies that are broken.
"""

import asyncio
import json
import logging
import re
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping
from typing import Any
from urllib.parse import quote_from_bytes

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from technitium_sandbox.calls.transport import Transport
from technitium_sandbox.routes import ROUTER

from tests.support.sandbox import Sandbox, fresh_nodes, sandbox
from tests.technitium_sandbox.storyteller import (
    RECORDINGS,
    Exchange,
    Storyteller,
    carry_out,
    read,
)

STATUSES = {"ok", "error", "invalid-token", "2fa-required"}
# Nobody should wait longer for a refusal; the machine may be busy with other things.
LONGEST_S = 3.0
EXAMPLES_PER_PATH = 6
# Calls that end the session with which the others are made.
LAST = ("/api/user/logout",)
PATHS = sorted(
    (route.path for route in ROUTER.routes if route.path not in LAST),
    key=lambda path: (re.search("delete|flush|leave|promote|restore", path) is not None, path),
)

NUMBERS = st.sampled_from(
    ["0", "-1", "1", "65536", "2147483647", "2147483648", "-2147483649", "9" * 400, "1e9", "0x10"]
)
ODD = st.sampled_from(
    [
        "",
        " ",
        ".",
        "..",
        "*",
        "*.*",
        "null",
        "true",
        "false",
        "NaN",
        "\0",
        "\r\nX-Injected: yes",
        "../../etc/passwd",
        "a" * 300,
        "a." * 200,
        "%" * 50 + "*",
        "*a" * 60,
        "'; DROP TABLE x; --",
        "<script>",
        "\u202e\ud7ff",
        "xn--",
        "xn--a-0",
        "b\u00fccher",
        "1" * 5_000,
        "{",
        "[]",
        '{"a":',
        "1.2.3.4.5",
        "0.0.0.0/99",
        "::1/129",
        "[::",
        "http://[",
        "9999-12-31T23:59:59.9999999Z",
        "0001-01-01",
        "12:00",
        "2026-02-30",
        "a|b|c|d",
        "||||",
        "Everyone|true",
        ",",
        ",,,",
        "a,b,\n,c",
        "-",
        "cluster",
        "this-server",
        "admin",
        "home.test",
        "Default",
    ]
)
VALUES = st.one_of(
    NUMBERS,
    ODD,
    st.text(max_size=40),
    st.binary(max_size=30).map(lambda raw: raw.decode("latin-1")),
)


def _recorded() -> Iterator[Exchange]:
    for file in sorted(RECORDINGS.glob("*.json")):
        for exchange in json.loads(file.read_text("utf-8")).get("exchanges", []):
            if "right" in exchange:
                right = exchange["right"]
                yield {"path": right["path"], "form": right["form"]}
            elif "path" in exchange:
                yield exchange


def _seeds() -> dict[str, list[dict[str, str]]]:
    """Parameters as they were recorded, by path."""
    seeds: dict[str, list[dict[str, str]]] = {}
    for exchange in _recorded():
        values = {**exchange.get("query", {}), **exchange.get("form", {})}
        values.pop("token", None)
        seeds.setdefault(exchange["path"], []).append(values)
    return seeds


SEEDS = _seeds()
NAMES = sorted({name for seeds in SEEDS.values() for seed in seeds for name in seed})


@st.composite
def parameters(draw: st.DrawFn, path: str) -> list[tuple[str, str]]:
    """A recorded request in which a value or two are others, gone, added or doubled."""
    pairs = dict(draw(st.sampled_from(SEEDS.get(path, [{}]))))
    names = sorted(pairs)
    for name in draw(st.lists(st.sampled_from(names), max_size=2)) if names else []:
        pairs[name] = draw(VALUES)
    if names and draw(st.integers(0, 7)) == 0:
        pairs.pop(draw(st.sampled_from(names)))
    added = draw(st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=2))
    return [*pairs.items(), *added]


@st.composite
def bodies(draw: st.DrawFn, path: str) -> dict[str, Any]:
    """The request's own part of the arguments of httpx: query, form, JSON, multipart, or noise."""
    sent = draw(parameters(path))
    encoded = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in sent).encode()
    form = {"content-type": "application/x-www-form-urlencoded"}
    match draw(st.sampled_from(["query", "form", "form", "multipart", "json", "raw", "garbage"])):
        case "query":
            return {"query": encoded[:6_000]}
        case "form":
            return {"content": encoded, "headers": form}
        case "multipart":
            return {"content": _multipart(sent), "headers": {"content-type": MULTIPART}}
        case "json":
            return {"content": json.dumps(dict(sent)).encode(), "headers": {"content-type": JSON}}
        case "raw":
            noise = draw(st.binary(max_size=200))
            kind = draw(st.sampled_from([*form.values(), MULTIPART, JSON, "text/plain", ";", ""]))
            return {"content": noise, "query": encoded[:6_000], "headers": {"content-type": kind}}
    broken = _multipart(sent)[: -draw(st.integers(1, 40))]
    return {"content": broken, "headers": {"content-type": draw(st.sampled_from(BROKEN))}}


MULTIPART = "multipart/form-data; boundary=edge"
JSON = "application/json"
BROKEN = [
    MULTIPART,
    "multipart/form-data",
    'multipart/form-data; boundary="',
    "multipart/form-data; boundary=",
]


def _quoted(text: str) -> str:
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"))


def _multipart(sent: list[tuple[str, str]]) -> bytes:
    parts = [
        f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in sent
    ]
    file = (
        '--edge\r\nContent-Disposition: form-data; name="f"; filename="x.zip"\r\n'
        "Content-Type: application/zip\r\n\r\nPK\x03\x04nothing\r\n--edge--\r\n"
    )
    return "".join([*parts, file]).encode("utf-8", "surrogatepass")


class Target:
    """One of several nodes that are up, reached without sockets."""

    def __init__(self, prepare: Callable[[], Coroutine[Any, Any, Sandbox]], name: str) -> None:
        self.runner = asyncio.Runner()
        self.lab: Sandbox = self.runner.run(prepare())
        for stand in self.lab.nodes.values():
            stand.node.is_running = True
        node = self.lab.nodes[name].node
        app = Transport(lambda: node, faults=self.lab.faults, requests=self.lab.requests)
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=True)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://ns1")
        self._node = node

    def request(self, path: str, *, method: str, body: Mapping[str, Any]) -> httpx.Response:
        headers = {"authorization": f"Bearer {self._token()}", **body.get("headers", {})}
        request = self.client.build_request(
            method,
            httpx.URL(f"http://ns1{path}").copy_with(query=body.get("query", b"")),
            content=body.get("content", b""),
            headers=headers,
        )
        return self.runner.run(self.client.send(request))

    def close(self) -> None:
        self.runner.run(self.client.aclose())
        self.runner.close()

    def _token(self) -> str:
        """A session of the administrator, whatever the requests before did to people."""
        for session in self._node.live_sessions():
            user = self._node.directory.users.get(session.username)
            if session.username == "admin" and user is not None:
                user.disabled = False
                return session.token
        return "0" * 64


async def _alone() -> Sandbox:
    """Fresh nodes in which some stories were told, so that there is something to spoil."""
    lab = fresh_nodes(names=("ns1", "ns2", "ns3"))
    async with lab, httpx.AsyncClient() as client:
        teller = Storyteller(lab, client)
        for exchange in [*read("logs.json"), *_MADE]:
            if "note" in exchange:
                await carry_out(lab, exchange.get("do", {}))
            elif "<time>" not in exchange.get("query", {}).values():
                await teller.tell(exchange)
    return lab


async def _clustered() -> Sandbox:
    lab = sandbox()
    async with lab, httpx.AsyncClient() as client:
        teller = Storyteller(lab, client)
        for name in lab.nodes:
            form = {"user": "admin", "pass": "admin"}
            call = {"to": name, "method": "POST", "path": "/api/user/login", "form": form}
            await teller.send(call)
    return lab


def _making(path: str, **form: str) -> Exchange:
    answer = {"status": 200, "json": {}}
    form["token"] = "<token:admin>"
    return {"to": "ns1", "method": "POST", "path": path, "form": form, "answer": answer}


_MADE = (
    _making("/api/admin/users/create", user="alice", **{"pass": "secret"}),
    _making("/api/admin/groups/create", group="ops"),
    _making("/api/zones/create", zone="cat.test", type="Catalog"),
    _making("/api/zones/create", zone="fwd.test", type="Forwarder", forwarder="192.0.2.1"),
    _making("/api/allowed/add", domain="good.test"),
)


@pytest.fixture(scope="module", params=["alone", "clustered"])
def target(request: pytest.FixtureRequest) -> Iterator[Target]:
    """A node by itself, and a Secondary of the demonstration's cluster."""
    is_alone = request.param == "alone"
    made = Target(_alone, "ns1") if is_alone else Target(_clustered, "ns2")
    yield made
    made.close()


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_is_of_the_nodes_own_kind(
    path: str, target: Target, caplog: pytest.LogCaptureFixture
) -> None:
    @settings(
        max_examples=EXAMPLES_PER_PATH,
        phases=[Phase.generate],
        derandomize=True,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(method=st.sampled_from(["POST", "POST", "GET"]), body=bodies(path))
    def send(method: str, body: dict[str, Any]) -> None:
        began = time.perf_counter()
        response = target.request(path, method=method, body=body)
        took = time.perf_counter() - began
        assert took < LONGEST_S, f"{took:.1f} s"
        _check(response)
        assert not [one for one in caplog.records if one.levelno >= logging.ERROR], body

    send()


def _check(response: httpx.Response) -> None:
    assert response.status_code in {200, 404}, response.status_code
    if response.headers.get("content-type", "").startswith("application/json"):
        answer = response.json()
        assert answer["status"] in STATUSES
        message = answer.get("errorMessage", "x")
        assert isinstance(message, str)
        assert "This sandbox failed" not in message
        assert "Traceback" not in response.text
