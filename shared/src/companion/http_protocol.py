"""HTTP/1.1 of uvicorn with bounds: a small head, soon; a body that keeps coming; few connections.

uvicorn bounds only the pause between two requests. What a client may send or hold back without
being signed in is bounded here.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from companion.connections import OpenConnections

_TOO_LARGE: Final = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpLimits:
    """What one connection may take.

    Attributes:
        head_bytes: Request line and headers together.
        head_s: From the connection, or a later request's first byte, to the end of the head; also
            how long the rest of a body is taken whose request has been answered already.
        silence_s: How long a client may hold back the next part of a body.
    """

    head_bytes: int = 64 * 1024
    head_s: float = 10.0
    silence_s: float = 30.0


class HeadTooLarge(Exception):  # noqa: N818 - it states an outcome, not a fault
    """Ends the parsing of a request."""


class BoundedHttp(HttpToolsProtocol):
    """One connection. Who is too slow is cut off without a word; a large head is answered 431.

    At any time the client is either to send a head (perhaps the next one) or a body, and one
    timer at most runs. Between two requests it is uvicorn's, for keep-alive.
    """

    def __init__(
        self,
        *,
        limits: HttpLimits,
        open_connections: OpenConnections,
        **of_uvicorn: Any,  # noqa: ANN401 - as uvicorn has them
    ) -> None:
        super().__init__(**of_uvicorn)
        self._limits = limits
        self._open = open_connections
        self._is_admitted = False
        self._in_head = True
        self._head_bytes = 0
        self._heard_at = 0.0
        self._was_held_back = False
        self._timer: asyncio.TimerHandle | None = None

    # uvicorn narrows the type of asyncio, too.
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._is_admitted = self._open.admit(self._peer())
        if self._is_admitted:
            self._start_timer(self._limits.head_s, self._cut_off)
        else:
            self.logger.warning(
                "Too many open connections, a new one of %s is closed", self._peer()
            )
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        if self._is_admitted:
            self._open.leave(self._peer())
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._heard_at = self.loop.time()
        if self._in_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if self.transport.is_closing():
            return
        if not self._in_head:
            self._start_timer(self._limits.silence_s, self._check_silence)
        elif self._head_bytes > self._limits.head_bytes:
            self._refuse_head()
        elif self._head_bytes:
            self._start_timer(self._limits.head_s, self._cut_off)

    def on_headers_complete(self) -> None:
        """A head that came in one read with more is measured by what it held."""
        self._stop_timer()
        self._in_head = False
        lines = sum(len(name) + len(value) + len(b": \r\n") for name, value in self.headers)
        if len(self.url) + lines > self._limits.head_bytes:
            self._refuse_head()
            raise HeadTooLarge
        super().on_headers_complete()
        self._was_held_back = self.expect_100_continue

    def on_message_complete(self) -> None:
        self._stop_timer()
        self._in_head = True
        self._head_bytes = 0
        super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self._in_head and self.cycle.response_complete:
            # Nobody reads the rest of this body; cutting it off at once could cost the client
            # the answer, so it may send on for a while.
            self._stop_timer()
            self._start_timer(self._limits.head_s, self._cut_off)

    def _unsupported_upgrade_warning(self) -> None:
        """Nothing is amiss: nobody has to speak what a client asks for, and it gets its answer.

        uvicorn would advise whoever reads the log to install a library.
        """

    def _check_silence(self) -> None:
        self._timer = None
        now = self.loop.time()
        is_held_back = self.flow.read_paused or self.cycle.waiting_for_100_continue
        if is_held_back or self._was_held_back:
            # It is we who do not listen, or have not asked yet; or did so only since the last
            # look, and the client gets its whole time from then on.
            self._heard_at = now
        self._was_held_back = is_held_back
        left_s = self._heard_at + self._limits.silence_s - now
        if left_s > 0:
            self._start_timer(left_s, self._check_silence)
        else:
            self._cut_off()

    def _refuse_head(self) -> None:
        """In the middle of an earlier answer there is no room for another one."""
        is_answering = bool(self.cycle) and not self.cycle.response_complete
        if is_answering:
            self.transport.abort()
        else:
            self.transport.write(_TOO_LARGE)
            self.transport.close()

    def _cut_off(self) -> None:
        # Not `close`, which waits for a client that takes nothing.
        self.transport.abort()

    def _start_timer(self, seconds: float, then: Callable[[], None]) -> None:
        """Does nothing while one runs."""
        if self._timer is None:
            self._timer = self.loop.call_later(seconds, then)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _peer(self) -> str | None:
        return None if self.client is None else self.client[0]
