"""A search of query logs ends when whoever asked for it has gone: others wait for its place."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from companion.sessions.cookie import COOKIE
from node_proxy.app import create_apps
from starlette.types import Message

from tests.node_proxy.conftest import FORWARDED, Stack
from tests.node_proxy.test_tokens import received
from tests.support.asgi import lifespan, with_state


@pytest.mark.parametrize("path", ["/api/nodes/logs/combined", "/api/nodes/ns1/logs"])
@pytest.mark.parametrize("query", ["", "deduplicateDomains=true"])
async def test_a_search_ends_with_its_client(logs_stack: Stack, path: str, query: str) -> None:
    cookie = await logs_stack.sign_in("admin")
    logs_stack.lab.faults.add("ns1", "hang", path="/api/logs/query")
    sent: list[Message] = []
    left = asyncio.Event()
    heads = FORWARDED | {"Host": "companion.test", "Cookie": f"{COOKIE}={cookie}"}

    async with lifespan(app := create_apps(logs_stack.settings).public) as state:
        call = with_state(app, state)(_scope(path, query, heads), _receiving(left), _into(sent))
        answering = asyncio.ensure_future(call)
        await received(logs_stack, "ns1", "/api/logs/query")
        left.set()
        await answering

    assert sent == []


def _scope(path: str, query: str, heads: dict[str, str]) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in heads.items()],
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 80),
    }


def _receiving(left: asyncio.Event) -> Callable[[], Any]:
    async def receive() -> Message:
        await left.wait()
        return {"type": "http.disconnect"}

    return receive


def _into(sent: list[Message]) -> Callable[[Message], Any]:
    async def send(message: Message) -> None:
        sent.append(message)

    return send
