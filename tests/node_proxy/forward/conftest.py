"""Ways to ask the forwarder as a person's script does."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any
from urllib.parse import unquote

import httpx
import msgspec
import pytest
from companion.sessions.cookie import COOKIE

from tests.node_proxy.conftest import Stack

Ask = Callable[..., Coroutine[Any, Any, httpx.Response]]


@pytest.fixture
async def cookie(stack: Stack) -> str:
    """An administrator who is signed in to all nodes; the nodes' record of it is cleared."""
    value = await stack.sign_in("admin")
    stack.lab.requests.clear()
    return value


@pytest.fixture
def ask(stack: Stack, cookie: str) -> Ask:
    """Makes a request of the administrator's."""

    async def send(method: str, path: str, **options: object) -> httpx.Response:
        headers = {"Cookie": f"{COOKIE}={cookie}", **options.pop("headers", {})}  # type: ignore[dict-item]
        return await stack.http.request(method, path, headers=headers, **options)  # type: ignore[arg-type]

    return send


AskRaw = Callable[[str, str], Awaitable[tuple[int, Any]]]


@pytest.fixture
def ask_raw(stack: Stack, cookie: str) -> AskRaw:
    """Makes a request whose path is exactly the one given: no client tidies it up before.

    The answer is its status and its JSON.
    """

    async def send(method: str, path: str) -> tuple[int, Any]:
        app = stack.http._transport.app  # type: ignore[attr-defined]
        headers = {**stack.http.headers, "host": "companion.test", "cookie": f"{COOKIE}={cookie}"}
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 50_000),
            "server": ("companion.test", 80),
        }
        sent: list[Any] = []

        async def receive() -> Any:  # noqa: ANN401 - a message of ASGI
            return {"type": "http.request", "body": b"", "more_body": False}

        async def keep(message: Any) -> None:  # noqa: ANN401 - a message of ASGI
            sent.append(message)

        await app(scope, receive, keep)
        body = b"".join(message.get("body", b"") for message in sent)
        return sent[0]["status"], msgspec.json.decode(body)

    return send
