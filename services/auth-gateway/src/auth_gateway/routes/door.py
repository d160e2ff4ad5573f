"""The door: what is not the gateway's own goes to the service that knows, as it came.

The services check the session and the rights themselves; the door only says, by headers that it
writes anew, where a request came from. Small bodies are passed on whole, large ones as they come,
no faster than the slower side takes them. Who goes away takes the request along.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from http import HTTPStatus
from typing import Final

from companion.asgi.ending import ENDING, until_the_end
from companion.problems import Problem
from starlette.requests import ClientDisconnect
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import Receive, Scope, Send

from auth_gateway.domain.forwarding import (
    Header,
    content_length,
    has_body,
    request_headers,
    response_headers,
)
from auth_gateway.domain.ports import Upstream, UpstreamAnswer, UpstreamDown, UpstreamSlow

# Up to here one piece is cheaper than a stream.
BUFFERED_BYTES: Final = 64 * 1024
_RETRY_AFTER_S: Final = 2
_WITHOUT_BODY: Final = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})


def forward(prefix: str, upstream: Upstream) -> list[BaseRoute]:
    """Routes that forward `prefix` and everything below it."""
    door = Door(upstream)
    return [Route(prefix, endpoint=door), Mount(prefix, app=door)]


class Door:
    """An ASGI application that forwards every request to one service."""

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Forward one request, for as long as its client stays.

        Raises:
            Problem: `upstream_unavailable` or `upstream_timeout`.
        """
        body = _Body(receive)
        # Without end, until the client leaves.
        stay = asyncio.timeout(None)
        try:
            async with stay:
                leaving = asyncio.create_task(_end_with_client(body, stay))
                try:
                    await self._forward(scope, body, send)
                finally:
                    # Within `stay`, so that nothing can end it once it is over.
                    leaving.cancel()
        except ClientDisconnect:
            return
        except TimeoutError:
            if not stay.expired():
                raise
        except (UpstreamDown, UpstreamSlow) as exc:
            if not body.is_abandoned:
                raise upstream_problem(exc) from exc

    async def _forward(self, scope: Scope, body: "_Body", send: Send) -> None:
        inbound: list[Header] = scope["headers"]
        state = scope["state"]
        headers = request_headers(inbound, state["origin"], request_id=state["request_id"])
        async with state["upstreams"].send(
            self._upstream,
            method=scope["method"],
            target=_target(scope),
            headers=headers,
            body=await body.to_send(inbound, headers),
        ) as answer:
            await _pass_back(answer, scope, send)


class _Body:
    """A request's body on its way in, and after it the moment at which the client leaves."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._is_taken = asyncio.Event()
        self.is_abandoned = False

    async def to_send(
        self, inbound: list[Header], headers: list[Header]
    ) -> bytes | AsyncGenerator[bytes] | None:
        """The body in one piece when it is small, else as a stream; None when there is none.

        A stream of known length announces it in `headers`.
        """
        length = content_length(inbound)
        if not has_body(inbound):
            self._is_taken.set()
            return None
        if length is not None and length <= BUFFERED_BYTES:
            return b"".join([chunk async for chunk in self.chunks()])
        if length is not None:
            headers.append((b"content-length", str(length).encode()))
        return self.chunks()

    async def chunks(self) -> AsyncGenerator[bytes]:
        """What the client sends, as fast as it is taken.

        Raises:
            ClientDisconnect: It left in the middle.
        """
        more = True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                self.is_abandoned = True
                raise ClientDisconnect
            more = message.get("more_body", False)
            if message.get("body"):
                yield message["body"]
        self._is_taken.set()

    async def client_left(self) -> None:
        """Return when the client has gone after it sent everything."""
        await self._is_taken.wait()
        message = await self._receive()
        while message["type"] != "http.disconnect":
            message = await self._receive()
        self.is_abandoned = True


async def _end_with_client(body: _Body, stay: asyncio.Timeout) -> None:
    await body.client_left()
    stay.reschedule(asyncio.get_running_loop().time())


async def _pass_back(answer: UpstreamAnswer, scope: Scope, send: Send) -> None:
    """Send a service's answer to the client, as it comes."""
    headers = response_headers(answer.headers)
    start = {"type": "http.response.start", "status": answer.status, "headers": headers}
    length = content_length(headers)
    if scope["method"] == "HEAD" or answer.status in _WITHOUT_BODY:
        await send(start)
        await send({"type": "http.response.body"})
    elif length is not None and length <= BUFFERED_BYTES:
        body = await answer.read()
        await send(start)
        await send({"type": "http.response.body", "body": body})
    else:
        await send(start)
        async with aclosing(_chunks(answer, headers, scope)) as chunks:
            async for chunk in chunks:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body"})


async def _chunks(
    answer: UpstreamAnswer, headers: list[Header], scope: Scope
) -> AsyncGenerator[bytes]:
    """An answer's body; a stream of events, which has no end of its own, until we end."""
    kind = dict(headers).get(b"content-type", b"")
    if not kind.startswith(b"text/event-stream"):
        async with aclosing(answer.chunks()) as chunks:
            async for chunk in chunks:
                yield chunk
        return
    async with aclosing(until_the_end(answer.chunks(), scope["state"][ENDING])) as events:
        async for event in events:
            if event is not None:
                yield event


def _target(scope: Scope) -> bytes:
    """The request target exactly as it was sent."""
    path: bytes = scope["raw_path"]
    query: bytes = scope["query_string"]
    return path + b"?" + query if query else path


def upstream_problem(exc: UpstreamDown | UpstreamSlow) -> Problem:
    """What the caller is told of a service that does not answer."""
    code = "upstream_timeout" if isinstance(exc, UpstreamSlow) else "upstream_unavailable"
    return Problem(
        code,
        f"{exc} does not answer. Try again shortly.",
        headers={"Retry-After": str(_RETRY_AFTER_S)},
        service=str(exc),
    )
