"""Whether Redis refuses a service as it is configured: then starting it would help nobody.

A Redis that is away comes back by itself, and the services wait for it. One that wants another
password, lacks the encryption that REDIS_URL asks for, or shows a certificate that is not believed
does not: somebody has to change something, and is told at once.
"""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import closing
from typing import Final
from urllib.parse import urlsplit

from redis.exceptions import AuthenticationError, NoPermissionError, RedisError

from companion import keys
from companion.store import connect

_PATIENCE_S: Final = 2.0
_PORT: Final = 6379
# How a Redis begins its answer to a command: with or without having let us in.
_SPEAKS_PLAIN: Final = (b"+", b"-")


async def store_refusal(url: str, *, timeout_s: float = _PATIENCE_S) -> str | None:
    """One sentence on why this Redis will not serve us; None when it serves, or is away.

    Takes up to twice `timeout_s` where nobody answers. The sentence never holds the URL.
    """
    async with connect(url, timeout_s=timeout_s) as redis:
        try:
            # The key that every service reads: so its user has come to the right place.
            await redis.get(keys.MODE)
        except (RedisError, OSError) as exc:
            refusal = _sentence(exc)
        else:
            return None
    if refusal is None and await _speaks_plain(url, timeout_s):
        return "REDIS_URL asks for TLS (rediss://), and the Redis there speaks none."
    return refusal


def _sentence(exc: Exception) -> str | None:
    for cause in _causes(exc):
        match cause:
            case AuthenticationError():
                return "Redis refuses the user name and password of REDIS_URL, or wants some."
            case NoPermissionError():
                return "The Redis user of REDIS_URL may not read the keys of this service."
            case ssl.SSLCertVerificationError():
                return f"The certificate of Redis is not believed: {cause.verify_message}."
    return None


def _causes(exc: BaseException | None) -> Iterator[BaseException]:
    """An error and what led to it."""
    while exc is not None:
        yield exc
        exc = exc.__cause__ or exc.__context__


async def _speaks_plain(url: str, timeout_s: float) -> bool:
    """Whether a Redis without TLS is where one with it should be.

    It takes the beginning of TLS for half a command and waits for the rest, as if it hung.
    """
    parts = urlsplit(url)
    if parts.scheme != "rediss" or parts.hostname is None:
        return False
    try:
        async with asyncio.timeout(timeout_s):
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port or _PORT)
            with closing(writer):
                writer.write(b"PING\r\n")
                return await reader.read(1) in _SPEAKS_PLAIN
    except (OSError, TimeoutError):
        return False
