"""An answer of a node whose head has come and whose body is on its way.

Foreign exceptions end here, as in `transport`; what is not read is not waited for.
"""

import asyncio
import zlib
from collections.abc import AsyncGenerator, Callable
from typing import Final

import aiohttp

from companion.nodes import NodeConfig
from companion.technitium.errors import NodeGarbled, NodeTimeout
from companion.technitium.failures import translated
from companion.technitium.gunzip import PIECE_BYTES, CutOff, Gunzip
from companion.technitium.large_answers import LargeAnswers

# aiohttp lets some errors of the system pass.
FOREIGN: Final = (aiohttp.ClientError, OSError, asyncio.TimeoutError, zlib.error, CutOff)

_PLAIN: Final = frozenset({"", "identity"})
_GZIP: Final = frozenset({"gzip", "x-gzip"})


class NodeStream:
    """One answer, decoded from its content encoding as it is read. Whoever opened it closes it."""

    def __init__(
        self,
        response: aiohttp.ClientResponse,
        config: NodeConfig,
        path: str,
        *,
        large: LargeAnswers,
    ) -> None:
        """`large` is shared by all answers of the node."""
        headers = response.headers
        self._response = response
        self._config = config
        self._path = path
        self._large = large
        self._encoding = headers.get("Content-Encoding", "").strip().lower()
        self.status = response.status
        self.location: str | None = headers.get("Location")
        self.content_type: str = headers.get("Content-Type", "")
        self.disposition: str = headers.get("Content-Disposition", "")

    async def read(self, max_bytes: int) -> bytes:
        """The whole body.

        Raises:
            NodeError: It was cut off, stopped, is longer than `max_bytes`, or too long beside
                other answers of the node that are being read.
        """
        try:
            with self._large.reading() as has_room:
                return await self._read(max_bytes, has_room)
        except FOREIGN as exc:
            raise translated(exc, self._config, self._path) from exc

    async def _read(self, max_bytes: int, has_room: Callable[[int], bool]) -> bytes:
        pieces: list[bytes] = []
        length = 0
        async for piece in self._pieces():
            pieces.append(piece)
            length += len(piece)
            if length > max_bytes:
                raise too_long(self._config, self._path, max_bytes)
            if not has_room(length):
                raise _too_many(self._config, self._path, self._large.most_bytes)
        return b"".join(pieces)

    async def chunks(self, *, idle_s: float) -> AsyncGenerator[bytes]:
        """The body piece by piece, as fast as it is taken; none of them is empty.

        Raises:
            NodeError: It was cut off, or nothing came for `idle_s` seconds.
        """
        body = self._pieces()
        while True:
            try:
                async with asyncio.timeout(idle_s):
                    piece = await anext(body)
            except StopAsyncIteration:
                return
            except FOREIGN as exc:
                raise self._translated(exc, idle_s) from exc
            yield piece

    async def aclose(self) -> None:
        """Let go of the connection; it is kept only if the whole body was read."""
        self._response.release()

    async def _pieces(self) -> AsyncGenerator[bytes]:
        """The body, decoded; no piece is empty or longer than `PIECE_BYTES`."""
        body = self._response.content
        if self._encoding in _PLAIN:
            while chunk := await body.read(PIECE_BYTES):
                yield chunk
            return
        if self._encoding not in _GZIP:
            raise NodeGarbled(
                self._config.id,
                "The node's answer is encoded in a way that nobody asked for.",
                path=self._path,
            )
        gunzip = Gunzip()
        while chunk := await body.read(PIECE_BYTES):
            for piece in gunzip.pieces(chunk):
                yield piece
        gunzip.finish()

    def _translated(self, exc: BaseException, idle_s: float) -> Exception:
        if isinstance(exc, TimeoutError):
            return NodeTimeout(
                self._config.id, f"The node sent nothing for {idle_s:g} s.", path=self._path
            )
        return translated(exc, self._config, self._path)


def too_long(config: NodeConfig, path: str, max_bytes: int) -> NodeGarbled:
    """The error for an answer of which no more than `max_bytes` are read."""
    return NodeGarbled(
        config.id,
        f"The node's answer is longer than {_size(max_bytes)}, the most that is read.",
        path=path,
    )


def _too_many(config: NodeConfig, path: str, most_bytes: int) -> NodeGarbled:
    return NodeGarbled(
        config.id,
        f"The node sends more than {_size(most_bytes)} of long answers at the same time. Ask "
        "again, or for less.",
        path=path,
    )


def _size(number: int) -> str:
    kibibytes = number // 1024
    return f"{kibibytes} KiB" if kibibytes < 1024 else f"{kibibytes // 1024} MiB"  # noqa: PLR2004
