"""Reads server-sent events of an application that is really served, as a browser would."""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from companion.listen import Listen, serve
from starlette.types import ASGIApp

from tests.support.ports import free_port


@dataclass(slots=True)
class Event:
    """One event; `comment` is text that is for nobody."""

    name: str = "message"
    data: Any = None
    id: str | None = None


@dataclass(slots=True)
class Server:
    """A served application; set `stop` and it ends, `code` is then its exit code."""

    url: str
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[int] | None = None


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncGenerator[Server]:
    """The application on a free port, by the code that services are served with."""
    port = free_port()
    server, ready = Server(f"http://127.0.0.1:{port}"), asyncio.Event()
    server.task = asyncio.create_task(
        serve([(app, Listen(port=port))], on_ready=ready.set, stop=server.stop)
    )
    try:
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait({waiting, server.task}, return_when=asyncio.FIRST_COMPLETED)
        assert ready.is_set(), "the application did not start"
        yield server
    finally:
        server.stop.set()
        await server.task


@asynccontextmanager
async def events(
    http: httpx.AsyncClient, url: str, **headers: str
) -> AsyncGenerator[AsyncGenerator[Event]]:
    """The events of a stream, one after the other, until it ends."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with http.stream("GET", url, headers=named, timeout=30) as answer:
        assert answer.status_code == 200, await answer.aread()
        assert answer.headers["content-type"].startswith("text/event-stream")
        async with contextlib.aclosing(_events(answer)) as found:
            yield found


async def _events(answer: httpx.Response) -> AsyncGenerator[Event]:
    event = Event()
    async for line in answer.aiter_lines():
        name, _, value = line.partition(": ")
        match name:
            case "":
                if line == "" and event != Event():
                    yield event
                    event = Event()
            case "event":
                event.name = value
            case "data":
                event.data = json.loads(value)
            case "id":
                event.id = value
