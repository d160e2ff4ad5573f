"""Serves several applications from one process and one event loop, and ends them together.

Every socket is bound before any application starts, and connections wait in its backlog until
all of them have: whoever reaches one listener reaches all.
"""

import asyncio
import signal
import ssl
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from socket import socket

import structlog
import uvicorn
from starlette.types import ASGIApp
from uvicorn.lifespan.on import LifespanOn

from companion.address import CannotListen, Listen, TlsFiles, bind
from companion.asgi.ending import ENDING
from companion.connections import OpenConnections, Spared, raise_file_limit
from companion.http_protocol import BoundedHttp, HttpLimits

__all__ = ["CannotListen", "Listen", "TlsFiles", "run", "serve"]

EXIT_OK = 0
EXIT_CANNOT_LISTEN = 2
EXIT_LIFESPAN_FAILED = 3
GRACEFUL_S = 10
KEEP_ALIVE_S = 75

log = structlog.get_logger(__name__)


def run(
    apps: Sequence[tuple[ASGIApp, Listen]],
    *,
    on_ready: Callable[[], None] | None = None,
    spared: Spared = lambda _: False,
) -> int:
    """`serve` on uvloop where it is installed; the result is the exit code.

    Half of the files that the process may open are for connections of clients, for each may cost
    another one to a service or node. `spared` peers, proxies, may have any number of them.
    """
    connections = OpenConnections(in_all=raise_file_limit() // 2, spared=spared)
    factory = uvicorn.Config(apps[0][0], log_config=None).get_loop_factory()
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(serve(apps, on_ready=on_ready, connections=connections))


async def serve(
    apps: Sequence[tuple[ASGIApp, Listen]],
    *,
    on_ready: Callable[[], None] | None = None,
    graceful_s: int = GRACEFUL_S,
    stop: asyncio.Event | None = None,
    limits: HttpLimits | None = None,
    connections: OpenConnections | None = None,
) -> int:
    """Serve until SIGTERM, SIGINT or `stop`, then end in the order given.

    An application that is given twice runs its lifespan once, at its first place. `on_ready` is
    called when all listeners accept. Requests in progress have `graceful_s` seconds to end, those
    of all listeners together. `limits` bound each connection, `connections` their number.

    Returns:
        The exit code: 0, 2 when an address is taken or a certificate cannot be used (one line
        says which), 3 when an application's lifespan failed, at its start or later.
    """
    stopping = stop or asyncio.Event()
    bounds = _Bounds(
        graceful_s=graceful_s,
        limits=limits or HttpLimits(),
        connections=connections or OpenConnections(in_all=raise_file_limit() // 2),
    )
    with ExitStack() as stack:
        try:
            listeners = [_prepare(app, listen, stack, bounds) for app, listen in apps]
        except CannotListen as exc:
            sys.stderr.write(f"Cannot start: {exc}\n")
            return EXIT_CANNOT_LISTEN
        stack.enter_context(_stopping_on_signals(stopping))
        return await _serve_all(listeners, stopping, on_ready)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bounds:
    graceful_s: int
    limits: HttpLimits
    connections: OpenConnections


class _Server(uvicorn.Server):
    """A server that leaves signals to `serve`, and can share a lifespan with another."""

    shares: "_Server | None" = None

    def __init__(self, config: uvicorn.Config, bounds: _Bounds) -> None:
        super().__init__(config)
        self._bounds = bounds

    async def begin(self, sock: socket) -> bool:
        """Start the application and accept; false when its lifespan failed."""
        if not self.config.loaded:
            self.config.load()
        self.lifespan = self.config.lifespan_class(self.config)
        if self.shares is not None:
            self.lifespan.state = self.shares.lifespan.state
        try:
            # Without sockets this is the lifespan alone: uvicorn would listen with asyncio's
            # minute for a TLS handshake.
            await self.startup(sockets=[])
        except SystemExit:
            return False
        tls = self.config.ssl
        listening = await asyncio.get_running_loop().create_server(
            self._connection,
            sock=sock,
            ssl=tls,
            ssl_handshake_timeout=None if tls is None else self._bounds.limits.head_s,
        )
        self.servers = [listening]
        return True

    async def end(self, sock: socket, *, spent_s: float) -> None:
        """Stop accepting and end; others have spent so much of the time for all of them."""
        ending = self.lifespan.state.get(ENDING)
        if isinstance(ending, asyncio.Event):
            ending.set()
        # At least a moment: with none uvicorn takes every end for one that was forced.
        self.config.timeout_graceful_shutdown = max(self._bounds.graceful_s - int(spent_s), 1)
        await self.shutdown(sockets=[sock])

    def _connection(self) -> BoundedHttp:
        return BoundedHttp(
            limits=self._bounds.limits,
            open_connections=self._bounds.connections,
            config=self.config,
            server_state=self.server_state,
            app_state=self.lifespan.state,
        )


@dataclass(slots=True, kw_only=True)
class _Listener:
    listen: Listen
    sock: socket
    server: _Server


def _prepare(app: ASGIApp, listen: Listen, stack: ExitStack, bounds: _Bounds) -> _Listener:
    tls = _tls_context(listen)
    sock = bind(listen)
    stack.callback(sock.close)
    if listen.unix is not None:
        stack.callback(listen.unix.unlink, missing_ok=True)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        ws="none",
        lifespan="on",
        timeout_keep_alive=KEEP_ALIVE_S,
        ssl_context_factory=None if tls is None else lambda _config, _default: tls,
    )
    return _Listener(listen=listen, sock=sock, server=_Server(config, bounds))


async def _serve_all(
    listeners: Sequence[_Listener], stopping: asyncio.Event, on_ready: Callable[[], None] | None
) -> int:
    begun: list[_Listener] = []
    try:
        for listener in listeners:
            _share_lifespan(listener, begun)
            if not await listener.server.begin(listener.sock):
                return EXIT_LIFESPAN_FAILED
            begun.append(listener)
            log.info("listening", address=_address(listener))
        if on_ready is not None:
            on_ready()
        return await _until_stopped(begun, stopping)
    finally:
        await _end(begun)


def _share_lifespan(listener: _Listener, begun: Sequence[_Listener]) -> None:
    for earlier in begun:
        if earlier.server.config.app is listener.server.config.app:
            listener.server.shares = earlier.server
            listener.server.config.lifespan = "off"
            return


async def _until_stopped(begun: Sequence[_Listener], stopping: asyncio.Event) -> int:
    """Run each server's clock (its Date header) until it is time to end, or a lifespan broke."""
    clocks = [asyncio.create_task(listener.server.main_loop()) for listener in begun]
    waits = [asyncio.create_task(event.wait()) for event in (stopping, *_lifespans_over(begun))]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        return EXIT_OK if stopping.is_set() else EXIT_LIFESPAN_FAILED
    finally:
        for listener in begun:
            listener.server.should_exit = True
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*clocks, *waits, return_exceptions=True)


def _lifespans_over(begun: Sequence[_Listener]) -> list[asyncio.Event]:
    """Set when a lifespan ends unasked: its background work has failed, and restarting helps."""
    lifespans = [listener.server.lifespan for listener in begun]
    return [each.shutdown_event for each in lifespans if isinstance(each, LifespanOn)]


async def _end(begun: Sequence[_Listener]) -> None:
    """In the order given: the public listener first, so that what it calls outlives it."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    for listener in begun:
        await listener.server.end(listener.sock, spent_s=loop.time() - began)


@contextmanager
def _stopping_on_signals(stopping: asyncio.Event) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


def _tls_context(listen: Listen) -> ssl.SSLContext | None:
    """TLS 1.2 or newer.

    Raises:
        CannotListen: The files are no certificate and key, or do not belong together.
    """
    if listen.tls is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_cert_chain(listen.tls.cert, listen.tls.key)
        if listen.tls.ca is not None:
            context.load_verify_locations(listen.tls.ca)
    except (OSError, ssl.SSLError) as exc:
        raise CannotListen(
            f"The certificate {listen.tls.cert} with the key {listen.tls.key} cannot be used "
            f"(HTTPS_CERT_PATH, HTTPS_KEY_PATH): {exc.strerror or exc}."
        ) from exc
    return context


def _address(listener: _Listener) -> str:
    if listener.listen.unix is not None:
        return str(listener.listen)
    scheme = "http" if listener.listen.tls is None else "https"
    host, port = listener.sock.getsockname()[:2]
    return f"{scheme}://{Listen(host=host, port=port)}"
