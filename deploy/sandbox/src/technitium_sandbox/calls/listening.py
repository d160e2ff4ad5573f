"""A port that is really opened and closed, with uvicorn's HTTP/1.1 protocol behind it."""

import asyncio
import socket
import ssl

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from technitium_sandbox.calls.transport import CLOSE, Application

BACKLOG = 1_024


class _Protocol(HttpToolsProtocol):
    """Gives each request the means to close its own connection."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {CLOSE: {"now": self.transport.close}}


class Listener:
    """One ASGI application on one address; port 0 takes a free one and keeps it."""

    def __init__(
        self,
        app: Application,
        host: str,
        port: int,
        *,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.host = host
        self.port = port
        self._tls = tls
        self._config = uvicorn.Config(
            app,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
        )
        self._state = ServerState()
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        scheme = "http" if self._tls is None else "https"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{host}:{self.port}"

    async def open(self) -> None:
        """Listen.

        Raises:
            OSError: The address is in use or not ours.
        """
        if self._server is not None:
            return
        if not self._config.loaded:
            self._config.load()
        listening = self._bound()
        self.port = listening.getsockname()[1]
        loop = asyncio.get_running_loop()
        self._state = ServerState()
        self._server = await loop.create_server(
            self._protocol, sock=listening, ssl=self._tls, backlog=BACKLOG
        )

    async def close(self) -> None:
        """Refuse new connections and break those that are open, answered or not."""
        if self._server is None:
            return
        server, self._server = self._server, None
        server.close()
        for protocol in list(self._state.connections):
            protocol.transport.abort()
        tasks = list(self._state.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # Each aborted connection closes in the next turn of the loop; peers see it from then on.
        await asyncio.sleep(0)

    def _bound(self) -> socket.socket:
        """A socket that says it is TCP: asyncio sends small answers at once only on such ones."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        bound.settimeout(0.0)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((self.host, self.port))
        except OSError as problem:
            bound.close()
            raise OSError(
                problem.errno, f"{self.host}:{self.port}: {problem.strerror}"
            ) from problem
        return bound

    def _protocol(self) -> asyncio.Protocol:
        return _Protocol(config=self._config, server_state=self._state, app_state={})
