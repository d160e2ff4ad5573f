"""How the launcher learns that a process is ready: by asking it over its own port or socket.

Three lines of HTTP instead of a client library, whose import alone would take longer.
"""

import asyncio
import json
import ssl
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

ANSWER_LIMIT = 65_536
ASK_S = 2.0


class Probe(Protocol):
    """Answers None when the process is ready, else why not, in words. Never raises."""

    async def ask(self) -> str | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpProbe:
    """`GET path` must answer 200; with `ca_file` over TLS, with a certificate for localhost."""

    host: str
    port: int
    path: str = "/readyz"
    ca_file: Path | None = None

    async def ask(self) -> str | None:
        try:
            async with asyncio.timeout(ASK_S):
                status, body = await self._get()
        except TimeoutError:
            return "no answer yet"
        except (OSError, ssl.SSLError, ValueError) as exc:
            return f"not reachable yet ({exc.__class__.__name__})"
        return None if status == 200 else _reason(status, body)  # noqa: PLR2004 - HTTP's OK

    async def _get(self) -> tuple[int, bytes]:
        context = ssl.create_default_context(cafile=self.ca_file) if self.ca_file else None
        reader, writer = await asyncio.open_connection(
            self.host, self.port, ssl=context, server_hostname="localhost" if context else None
        )
        try:
            request = f"GET {self.path} HTTP/1.0\r\nHost: localhost:{self.port}\r\n\r\n"
            writer.write(request.encode())
            answer = await reader.read(ANSWER_LIMIT)
        finally:
            writer.close()
        head, _, body = answer.partition(b"\r\n\r\n")
        return int(head.split(b" ", 2)[1:2][0] if head.startswith(b"HTTP/") else b"0"), body


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisProbe:
    """The server behind a Unix socket must answer PING; while it loads its data it does not."""

    socket: Path

    async def ask(self) -> str | None:
        try:
            async with asyncio.timeout(ASK_S):
                answer = await self._ping()
        except TimeoutError:
            return "no answer yet"
        except OSError as exc:
            return f"not reachable yet ({exc.__class__.__name__})"
        return None if answer.startswith(b"+PONG") else answer.decode(errors="replace").strip()

    async def _ping(self) -> bytes:
        reader, writer = await asyncio.open_unix_connection(str(self.socket))
        try:
            writer.write(b"PING\r\n")
            return await reader.readline()
        finally:
            writer.close()


def _reason(status: int, body: bytes) -> str:
    """What a readiness answer says of the checks that fail, or its status."""
    with suppress(ValueError, AttributeError, TypeError, KeyError):
        checks = json.loads(body)["checks"]
        failing = [f"{name}: {it['reason']}" for name, it in checks.items() if not it["ok"]]
        if failing:
            return "; ".join(failing)
    return f"answers {status}"
