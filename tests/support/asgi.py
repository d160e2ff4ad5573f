"""An ASGI application running in the test's own process, as a server would run it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BASE_URL = "https://localhost"


@asynccontextmanager
async def running(
    app: ASGIApp,
    *,
    base_url: str = BASE_URL,
    client: tuple[str, int] = ("127.0.0.1", 50_000),
    raise_app_exceptions: bool = True,
) -> AsyncGenerator[httpx.AsyncClient]:
    """A client of `app` while its lifespan is entered and its state is in every scope.

    httpx's own transport runs no lifespan, so `request.state` would stay empty.

    Args:
        app: The application.
        base_url: What relative URLs are joined to; its scheme is that of every scope.
        client: Address and port that the application sees as its peer.
        raise_app_exceptions: Whether an exception that escapes the application fails the test
            even where a 500 was sent.

    Raises:
        RuntimeError: The application refused to start.
    """
    async with lifespan(app) as state:
        transport = httpx.ASGITransport(
            with_state(app, state), raise_app_exceptions=raise_app_exceptions, client=client
        )
        async with httpx.AsyncClient(transport=transport, base_url=base_url) as http:
            yield http


def with_state(app: ASGIApp, state: dict[str, Any]) -> ASGIApp:
    """The application with a copy of `state` in every scope, as servers give it."""

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "state": state.copy()}, receive, send)

    return call


@asynccontextmanager
async def lifespan(app: ASGIApp) -> AsyncGenerator[dict[str, Any]]:
    """Runs the lifespan of `app` in a task of its own and gives the state it made."""
    state: dict[str, Any] = {}
    inbox: asyncio.Queue[Message] = asyncio.Queue()
    outbox: asyncio.Queue[Message] = asyncio.Queue()
    scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": state}
    task = asyncio.create_task(_run(app, scope, inbox, outbox))
    try:
        await _exchange("startup", inbox, outbox, task)
        yield state
        await _exchange("shutdown", inbox, outbox, task)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _run(
    app: ASGIApp, scope: Scope, inbox: asyncio.Queue[Message], outbox: asyncio.Queue[Message]
) -> None:
    await app(scope, inbox.get, outbox.put)


async def _exchange(
    phase: str,
    inbox: asyncio.Queue[Message],
    outbox: asyncio.Queue[Message],
    task: asyncio.Task[None],
) -> None:
    """Tells the application to start or to shut down, and waits until it has."""
    await inbox.put({"type": f"lifespan.{phase}"})
    answer = asyncio.create_task(outbox.get())
    await asyncio.wait([answer, task], return_when=asyncio.FIRST_COMPLETED)
    if not answer.done():
        answer.cancel()
        task.result()
        raise RuntimeError(f"The application ended during {phase}.")
    if answer.result()["type"].endswith(".failed"):
        raise RuntimeError(answer.result().get("message") or f"The application's {phase} failed.")
