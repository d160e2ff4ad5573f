"""What takes long ends with the client who wanted it."""

import asyncio
from typing import Any

import pytest
from node_proxy.routes.awaited import while_awaited
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message


class Client:
    """The side of a connection that `receive` speaks for: it sends no body, and may leave."""

    def __init__(self) -> None:
        self.left = asyncio.Event()
        self._asked = False

    async def receive(self) -> Message:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.left.wait()
        return {"type": "http.disconnect"}

    @property
    def request(self) -> Request[Any]:
        return Request({"type": "http", "method": "GET", "headers": []}, self.receive)


class Work:
    """Something that is done once it is told so."""

    def __init__(self) -> None:
        self.began, self.done = asyncio.Event(), asyncio.Event()
        self.is_cancelled = False

    async def __call__(self) -> str:
        self.began.set()
        try:
            await self.done.wait()
        except asyncio.CancelledError:
            self.is_cancelled = True
            raise
        return "found"


async def test_whoever_waits_gets_what_was_found() -> None:
    work = Work()
    work.done.set()

    assert await while_awaited(Client().request, work()) == "found"


async def test_work_ends_when_its_client_has_gone() -> None:
    client, work = Client(), Work()
    waiting = asyncio.create_task(while_awaited(client.request, work()))
    await work.began.wait()

    client.left.set()

    with pytest.raises(ClientDisconnect):
        await waiting
    assert work.is_cancelled


async def test_work_ends_with_its_request() -> None:
    work = Work()
    waiting = asyncio.create_task(while_awaited(Client().request, work()))
    await work.began.wait()

    waiting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert work.is_cancelled


async def test_what_goes_wrong_is_raised_as_itself() -> None:
    async def fails() -> None:
        raise LookupError("no such thing")

    with pytest.raises(LookupError, match="no such thing"):
        await while_awaited(Client().request, fails())
