"""A node that answers as the simulated one behind it, but for what a test has it say."""

import asyncio
import threading
from typing import Self

from tests.companion.technitium.raw_node import Handler, RawNode, RawRequest, always, http_json

CHUNK = 64 * 1024
START_S = 10.0


class ScriptedNode:
    """Serves a port of 127.0.0.1 from a thread of its own; `behind` is the real one, HOST:PORT."""

    def __init__(self, behind: str) -> None:
        self._behind = behind.partition(":")
        self._scripts: dict[str | None, Handler] = {}
        self._node = RawNode(self._answer)
        self._thread = threading.Thread(target=asyncio.run, args=[self._serve()], daemon=True)
        self._is_open, self._ending = threading.Event(), asyncio.Event()

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._is_open.wait(START_S)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._ending.set)
        self._thread.join(START_S)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._node.port}"

    def says(self, answer: bytes | Handler, *, path: str | None = None) -> None:
        """Have it say this to calls of one API path, or to every call without a script."""
        self._scripts[path] = always(answer) if isinstance(answer, bytes) else answer

    def is_itself(self) -> None:
        """Have it answer as the node behind it again."""
        self._scripts.clear()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        async with self._node:
            self._is_open.set()
            await self._ending.wait()

    async def _answer(self, request: RawRequest, writer: asyncio.StreamWriter) -> None:
        path = request.line.split(" ")[1].removeprefix("/api/")
        script = self._scripts.get(path) or self._scripts.get(None) or self._pass_on
        await script(request, writer)

    async def _pass_on(self, request: RawRequest, writer: asyncio.StreamWriter) -> None:
        host, _, port = self._behind
        try:
            reader, far = await asyncio.open_connection(host, int(port))
        except OSError:
            writer.close()
            return
        kept = {**request.headers, "connection": "close"}
        head = "".join(f"{name}: {value}\r\n" for name, value in kept.items())
        far.write(f"{request.line}\r\n{head}\r\n{request.body}".encode())
        try:
            while chunk := await reader.read(CHUNK):
                writer.write(chunk)
                await writer.drain()
        finally:
            far.close()
        # As the head of that answer says.
        writer.close()


def error(message: str, *, status: str = "error") -> bytes:
    """What a node says of a failure, with all that a .NET program may add to it."""
    return http_json(
        {
            "status": status,
            "errorMessage": message,
            "stackTrace": "   at DnsServerCore.WebService.StackTraceCanary()",
            "innerErrorMessage": "InnerCanary",
        }
    )


def cut(answer: bytes) -> Handler:
    """The answer, and the end of the connection."""

    async def handler(_request: RawRequest, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        writer.close()

    return handler


def endless(head: str, chunk: bytes, count: int) -> Handler:
    """An answer whose body is one chunk over and over: nobody holds it whole, least of all here."""

    async def handler(_request: RawRequest, writer: asyncio.StreamWriter) -> None:
        writer.write(
            f"HTTP/1.1 200 OK\r\n{head}\r\nContent-Length: {len(chunk) * count}\r\n\r\n".encode()
        )
        for _ in range(count):
            writer.write(chunk)
            await writer.drain()

    return handler
