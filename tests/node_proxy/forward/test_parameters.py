"""What goes along: all that the caller says, but nothing of what is ours to say."""

import json
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from tests.node_proxy.conftest import CLIENT, Stack
from tests.node_proxy.forward.conftest import Ask

NODE = "/api/nodes/ns1/technitium/"
OURS = {
    "token": "smuggled",
    "Token": "smuggled",
    "TOKEN": "smuggled",
    "tOkEn": "smuggled",
    "node": "ns2.home.arpa",
    "Node": "ns2.home.arpa",
    "actingUser": "admin",
    "ACTINGUSER": "admin",
    " token": "smuggled",
}


def one_request(stack: Stack) -> str:
    """All that the nodes received, which must be one request."""
    (received,) = stack.lab.requests
    return f"{received.node} {received.query_string!r} {received.body!r}".lower()


@pytest.mark.parametrize("kind", ["query", "form", "multipart"])
async def test_what_is_ours_is_never_passed_on(stack: Stack, ask: Ask, kind: str) -> None:
    ways: dict[str, dict[str, Any]] = {
        "query": {"params": OURS | {"domain": "kept"}},
        "form": {"data": OURS | {"domain": "kept"}},
        "multipart": {"data": OURS | {"domain": "kept"}, "files": {"Token": b"smuggled"}},
    }

    answer = await ask("GET" if kind == "query" else "POST", NODE + "cache/list", **ways[kind])

    assert answer.status_code == 200
    assert answer.json()["server"] == "ns1.home.arpa"
    received = one_request(stack)
    assert "kept" in received
    assert not [word for word in ("token", "smuggled", "node", "actinguser") if word in received]


async def test_what_is_ours_is_never_passed_on_in_json(stack: Stack, ask: Ask) -> None:
    answer = await ask("POST", NODE + "settings/set", json={**OURS, "logQueries": True})

    assert answer.status_code == 200
    assert answer.json()["response"]["logQueries"] is True
    (received,) = stack.lab.requests
    assert json.loads(received.body) == {"logQueries": True}
    assert received.query_string == b""


async def test_the_persons_own_token_travels_in_a_header(
    stack: Stack, ask: Ask, cookie: str
) -> None:
    await ask("POST", NODE + "cache/list", data={"token": "smuggled"})

    (received,) = stack.lab.requests
    assert received.bearer == await stack.token(cookie, "ns1")
    assert received.headers["x-real-ip"] == CLIENT
    assert "cookie" not in received.headers


async def test_query_hides_the_form_as_it_does_at_a_node(stack: Stack, ask: Ask) -> None:
    await ask(
        "POST",
        NODE + "cache/list",
        params=[("Domain", ""), ("x", "1"), ("X", "2")],
        data={"domain": "hidden", "direction": "up"},
    )

    (received,) = stack.lab.requests
    assert received.form == {"Domain": "", "x": "1,2", "direction": "up"}
    assert received.query_string == b""


async def test_json_is_for_settings_alone(stack: Stack, ask: Ask) -> None:
    answer = await ask("POST", NODE + "zones/create", json={"zone": "x.test"})

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
    assert len(stack.lab.requests) == 0


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b"[" * 100_000])
async def test_json_that_is_no_object_is_refused(stack: Stack, ask: Ask, body: bytes) -> None:
    answer = await ask(
        "POST",
        NODE + "settings/set",
        content=body,
        headers={"Content-Type": "application/json"},
    )

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
    assert len(stack.lab.requests) == 0


async def test_other_bodies_are_refused(ask: Ask) -> None:
    answer = await ask(
        "POST", NODE + "zones/list", content=b"<x/>", headers={"Content-Type": "text/xml"}
    )

    assert answer.status_code == 415


async def test_form_has_a_limit_that_is_told(stack: Stack, ask: Ask) -> None:
    answer = await ask("POST", NODE + "cache/list", data={"domain": "x" * 8 * 1024 * 1024})

    assert (answer.status_code, answer.json()["code"]) == (413, "request_too_large")
    assert "8 MiB" in answer.json()["detail"]
    assert len(stack.lab.requests) == 0


async def test_limit_holds_for_a_body_of_untold_length(stack: Stack, ask: Ask) -> None:
    async def endless() -> AsyncGenerator[bytes]:
        while True:
            yield b"x" * 65536

    answer = await ask(
        "POST",
        NODE + "cache/list",
        content=endless(),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )

    assert answer.status_code == 413
    assert len(stack.lab.requests) == 0


async def test_too_many_parameters_are_refused(ask: Ask) -> None:
    answer = await ask("POST", NODE + "cache/list", data={f"p{n}": "" for n in range(1025)})

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
