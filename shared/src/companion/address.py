"""Where a server listens, and the sockets for it.

Sockets are bound before anything else starts, so that a taken port is one readable line.
"""

import contextlib
import socket
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from ipaddress import IPv6Address, ip_address
from pathlib import Path

HIGHEST_PORT = 65_535
# What sun_path holds, less the final zero.
LONGEST_SOCKET_PATH_BYTES = 107
SOCKET_MODE = 0o660
BACKLOG = 2048


class CannotListen(Exception):  # noqa: N818 - it states an outcome, not a fault
    """An address could not be bound; the message names it, the variable and the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsFiles:
    """Certificate (with its chain) and key, PEM; `ca` completes a chain the file leaves out."""

    cert: Path
    key: Path
    ca: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """One address: a host and a port (0 picks a free one), or the path of a Unix socket."""

    host: str = "127.0.0.1"
    port: int = 0
    unix: Path | None = None
    tls: TlsFiles | None = None
    variable: str = field(default="", compare=False)

    @classmethod
    def parse(cls, text: str, *, variable: str = "") -> "Listen":
        """Read `9461`, `0.0.0.0:9461`, `[::]:9461`, `unix:/run/x.sock` or `/run/x.sock`.

        A port alone means 127.0.0.1.

        Raises:
            ValueError: The text has none of these forms; the message says which are expected.
        """
        if text.startswith(("unix:", "/")):
            return cls(unix=_socket_path(text.removeprefix("unix:")), variable=variable)
        host, separator, port = text.rpartition(":")
        if not separator:
            return cls(port=_port(port), variable=variable)
        return cls(host=_host(host), port=_port(port), variable=variable)

    def with_tls(self, tls: TlsFiles | None) -> "Listen":
        return replace(self, tls=tls)

    def __str__(self) -> str:
        if self.unix is not None:
            return f"unix:{self.unix}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def bind(listen: Listen) -> socket.socket:
    """Bind and listen; whoever connects from now on waits in the backlog.

    Raises:
        CannotListen: With one sentence for the person who set the address.
    """
    try:
        return _bind_unix(listen.unix) if listen.unix is not None else _bind_tcp(listen)
    except OSError as exc:
        where = f" ({listen.variable})" if listen.variable else ""
        reason = exc.strerror or str(exc)
        raise CannotListen(f"Cannot listen on {listen}{where}: {reason}.") from exc


def _bind_tcp(listen: Listen) -> socket.socket:
    family = socket.AF_INET6 if ":" in listen.host else socket.AF_INET
    # Named, because asyncio sends small answers at once only on sockets that say they are TCP.
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    with _closed_on_error(sock):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            # [::] also takes IPv4, as people who write it expect.
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        sock.bind((listen.host, listen.port))
        return _listening(sock)


def _bind_unix(path: Path) -> socket.socket:
    """The mode is set before the first connection can be made."""
    _remove_stale(path)
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with _closed_on_error(sock):
        sock.bind(str(path))
        path.chmod(SOCKET_MODE)
        return _listening(sock)


def _listening(sock: socket.socket) -> socket.socket:
    sock.listen(BACKLOG)
    sock.setblocking(False)  # noqa: FBT003 - the socket API is positional
    return sock


@contextlib.contextmanager
def _closed_on_error(sock: socket.socket) -> Iterator[None]:
    try:
        yield
    except BaseException:
        sock.close()
        raise


def _remove_stale(path: Path) -> None:
    """Remove a socket nobody answers on; a live one, or another kind of file, stays."""
    if not path.exists() or not stat.S_ISSOCK(path.stat().st_mode):
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()


def _host(text: str) -> str:
    bare = text.removeprefix("[").removesuffix("]")
    try:
        address = ip_address("127.0.0.1" if bare == "localhost" else bare)
    except ValueError:
        raise ValueError(f"an IP address before the port, not {text!r}") from None
    if isinstance(address, IPv6Address) and bare == text:
        raise ValueError("an IPv6 address in brackets, such as [::]:8080")
    return str(address)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) > HIGHEST_PORT:
        raise ValueError(
            "a port, an address with a port (127.0.0.1:8080, [::]:8080) or a socket (unix:/path)"
        )
    return int(text)


def _socket_path(text: str) -> Path:
    if not text.startswith("/"):
        raise ValueError("an absolute path after unix:")
    if len(text.encode()) > LONGEST_SOCKET_PATH_BYTES:
        raise ValueError(f"a socket path of at most {LONGEST_SOCKET_PATH_BYTES} bytes")
    return Path(text)
