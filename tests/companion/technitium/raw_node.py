"""A few lines of HTTP by hand, for what no Technitium node can be made to do.

Resets, stale connections, cookies, redirects, drips and certificates; everything else is the
sandbox's matter.
"""

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Self
from urllib.parse import parse_qs

from companion.nodes import NodeConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRequest:
    """One request as it came over the wire; `nth` counts from 1 on its connection."""

    line: str
    headers: dict[str, str]
    body: str
    connection: int
    nth: int

    @property
    def form(self) -> dict[str, str]:
        return {name: values[-1] for name, values in parse_qs(self.body).items()}


Handler = Callable[[RawRequest, asyncio.StreamWriter], Awaitable[None]]


class RawNode:
    """Serves 127.0.0.1 and `localhost` on a free port; `handler` writes every answer itself."""

    def __init__(self, handler: Handler, *, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[RawRequest] = []
        self.connections = 0
        self.port = 0
        self._handler = handler
        self._tls = tls
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def config(self, *, host: str = "127.0.0.1", **settings: object) -> NodeConfig:
        """Settings of this node, under the id ns1."""
        scheme = "https" if self._tls else "http"
        fields: dict[str, object] = {
            "id": "ns1",
            "name": "ns1",
            "base_url": f"{scheme}://{host}:{self.port}",
        }
        return NodeConfig(**(fields | settings))  # type: ignore[arg-type]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            await self._answer_all(reader, writer, self.connections)
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _answer_all(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connection: int
    ) -> None:
        nth = 0
        while not writer.is_closing():
            nth += 1
            request = await _read(reader, connection, nth)
            self.requests.append(request)
            await self._handler(request, writer)
            await writer.drain()


async def _read(reader: asyncio.StreamReader, connection: int, nth: int) -> RawRequest:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {
        name.lower(): value.strip()
        for name, _, value in (line.partition(":") for line in head[1:] if line)
    }
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return RawRequest(
        line=head[0], headers=headers, body=body.decode(), connection=connection, nth=nth
    )


def http(
    body: bytes = b"",
    *,
    status: str = "200 OK",
    headers: Sequence[str] = (),
    length: int | None = None,
) -> bytes:
    """A whole answer; `length` promises another length than the body has."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}"]
    return "\r\n".join([*lines, *headers, "", ""]).encode() + body


def http_json(fields: object, *, headers: Sequence[str] = ()) -> bytes:
    body = json.dumps(fields).encode()
    return http(body, headers=["Content-Type: application/json; charset=utf-8", *headers])


def always(answer: bytes) -> Handler:
    """Gives every request the same answer."""

    async def handler(_request: RawRequest, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)

    return handler


async def silence(_request: RawRequest, _writer: asyncio.StreamWriter) -> None:
    """Accepts the request and never answers."""
    await asyncio.Event().wait()


OK = {"response": {"zones": []}, "server": "ns1", "status": "ok"}
