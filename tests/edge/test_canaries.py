"""Secrets as canaries: after every route and every error, none is found where it must not be."""

import json
import re
import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.edge.support import shown
from tests.edge.test_problems import METHODS, PATHS
from tests.support.edge import COOKIE, Edge
from tests.support.lab import until

FAULTS: tuple[tuple[str, dict[str, object]], ...] = (
    ("garbage", {}),
    ("status", {"status": 500}),
    ("cut", {}),
    ("slow", {"seconds": 0.1}),
)
READS = ("/api/auth/me", "/api/nodes", "/api/nodes/ns1/overview", "/api/nodes/ns2/apps")


@pytest.fixture(scope="module")
def person(running_edge: Edge) -> tuple[str, str]:
    """A name that breaks lines, and a password that is a word of its own."""
    edge = running_edge
    name, password = "canary", f"kanarienvogel-{secrets.token_hex(8)}"
    with edge.sign_in("admin"):
        until(lambda: edge.node_tokens("admin")["ns1"], what="an administrator's token")
        token = next(each for each in edge.node_tokens("admin")["ns1"] if edge.accepts("ns1", each))
        made = edge.at_node(
            "ns1",
            "admin/users/create",
            token=token,
            user=name,
            displayName=name,
            **{"pass": password},
        )
        assert made["status"] == "ok", made
    # The other nodes hear of a user after a while.
    edge.control.post("/advance", json={"seconds": 15}).raise_for_status()
    return name, password


def test_no_canary_comes_out_anywhere(edge: Edge, person: tuple[str, str]) -> None:
    name, password = person
    wrong, code = f"wrong-{secrets.token_hex(8)}", "864209"
    canaries = {password, wrong, code, *edge.secrets.texts.values(), *edge.secrets.redis.values()}
    answers: list[httpx.Response] = []

    with _noted(edge, answers) as one:
        for body in _tries(name, wrong, code):
            one.request("POST", "/api/auth/login", **body)
        answer = one.post("/api/auth/login", json={"username": name, "password": password})
        assert answer.status_code == 201, answer.text
        canaries.add(one.cookies[COOKIE])
        until(lambda: all(edge.node_tokens(name).values()), what="the tokens of the canary")
        canaries |= set().union(*edge.node_tokens(name).values())
        _use_everything(edge, one, password=password, wrong=wrong)
        until(lambda: all(edge.node_tokens(name).values()), what="the tokens of the canary")
        canaries |= set().union(*edge.node_tokens(name).values())
        one.post("/api/auth/logout")

    bytes_shown = shown(answers)
    logs = edge.logs()
    figures = {
        replica.name: httpx.get(f"{replica.metrics_url}/metrics").text
        for replica in edge.replicas.values()
    }
    # What is no secret is found: so these are the right places.
    assert name.encode() in bytes_shown
    assert any(name in text for text in logs.values())
    assert all("companion_build_info" in text for text in figures.values())
    for canary in canaries:
        assert canary.encode() not in bytes_shown
        assert [place for place, text in (logs | figures).items() if canary in text] == []


def test_each_event_of_signing_in_is_one_line_that_says_everything(
    edge: Edge, person: tuple[str, str]
) -> None:
    name, password = person
    address = edge.address()
    with edge.visitor(address) as browser:
        browser.post("/api/auth/login", json={"username": name, "password": "wrong"})
        browser.post("/api/auth/login", json={"username": name, "password": password})
        browser.post("/api/auth/nodes/ns2/login", json={"password": password})
        browser.post("/api/auth/logout")

    def events() -> list[dict[str, object]]:
        lines = [line for line in _gateway_lines(edge) if line.get("client") == address]
        return [line for line in lines if "outcome" in line]

    until(lambda: len(events()) >= 4, what="a line for each")
    told = events()
    assert [line["event"] for line in told] == ["sign_in", "sign_in", "node_sign_in", "sign_out"]
    for line in told:
        written = str(line["time"]).replace("Z", "+00:00")
        assert datetime.fromisoformat(written).utcoffset() == timedelta(0)
        assert (line["user"], bool(line["outcome"])) == (name, True)
    for line in told[:3]:
        assert line["factors"] == ["password"]
        assert line["nodes"]
    assert told[0]["outcome"] != told[1]["outcome"] == told[2]["outcome"]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\u2028", "\x85", "\x1b[2J"])
def test_no_name_forges_a_line(edge: Edge, end: str) -> None:
    forged = f'viewer{end}{{"event": "sign_in", "outcome": "forged"}}'
    with edge.visitor() as browser:
        answer = browser.post("/api/auth/login", json={"username": forged, "password": "wrong"})

    assert answer.status_code in {400, 401}
    assert [line for line in _gateway_lines(edge) if line.get("outcome") == "forged"] == []


def test_every_line_of_every_service_is_one_json_object(edge: Edge) -> None:
    with edge.visitor() as browser:
        browser.get("/api/nodes/x%0d%0ay/overview")
        browser.get("/api/nodes", headers=[(b"User-Agent", b"a\tb \x85 c")])

    for name, text in edge.logs().items():
        for line in text.splitlines():
            assert isinstance(json.loads(line), dict), (name, line)


def test_traefik_logs_no_query_and_no_header(edge: Edge) -> None:
    canary = secrets.token_hex(8)
    with edge.visitor() as browser:
        browser.get(
            f"/api/nodes?token={canary}-query",
            headers={"Authorization": f"Bearer {canary}-bearer", "Cookie": f"x={canary}-cookie"},
        )

    until(lambda: "/api/nodes" in edge.logs()["access"], what="a line")
    assert canary not in edge.logs()["access"]


def _noted(edge: Edge, answers: list[httpx.Response]) -> httpx.Client:
    """A browser whose every answer is kept."""

    def keep(answer: httpx.Response) -> None:
        answer.read()
        answers.append(answer)

    return edge.visitor(seen=keep)


def _tries(name: str, wrong: str, code: str) -> Iterator[dict[str, Any]]:
    """Sign-ins that fail in every way."""
    yield {"json": {"username": name, "password": wrong}}
    yield {"json": {"username": "totp", "password": "totp", "totp": code}}
    yield {"json": {"username": ["admin"], "password": wrong}}
    yield {"content": f'{{"password": "{wrong}"', "headers": {"Content-Type": "application/json"}}
    yield {"data": {"username": "nobody-at-all", "password": wrong}}
    yield {"content": wrong, "headers": {"Content-Type": "text/plain"}}


def _use_everything(edge: Edge, one: httpx.Client, *, password: str, wrong: str) -> None:
    for path in _routes():
        more = f"{'&' if '?' in path else '?'}token={wrong}"
        for method in METHODS:
            one.request(method, path + more, headers={"X-Token": wrong})
    for kind, options in FAULTS:
        edge.fault("ns1", kind, times=3, **options)
        for path in READS:
            one.get(path)
    edge.control.delete("/faults")
    edge.fault("ns2", "lose-sessions")
    for path in READS:
        one.get(path)
    for typed in (wrong, password):
        one.post("/api/auth/nodes/ns2/login", json={"password": typed})
    edge.stop_node("ns3")
    for path in READS:
        one.get(path)
    edge.start_node("ns3")
    one.post("/api/auth/nodes/ns3/login", json={"password": password})


def _routes() -> Iterable[str]:
    """All but those that end the session in use."""
    ending = re.compile("logout|login|end-others")
    return [path for path in PATHS if not ending.search(path)]


def _gateway_lines(edge: Edge) -> list[dict[str, object]]:
    told = [edge.logs()[name] for name in ("auth-gateway-1", "auth-gateway-2")]
    lines = [json.loads(line) for text in told for line in text.splitlines()]
    return sorted(lines, key=lambda line: str(line["time"]))
