"""One connection pool to the services behind the door, which passes bytes through unchanged."""

from collections.abc import AsyncGenerator, AsyncIterable
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Final, Self

import aiohttp
from yarl import URL

from auth_gateway.domain.forwarding import Header
from auth_gateway.domain.ports import Upstream, UpstreamAnswer, UpstreamDown, UpstreamSlow

# They run next to the gateway: one that does not accept within this is down.
_CONNECT_S: Final = 2.0
# Longer than any deadline behind the door and than the pause between two pings of a stream.
_SILENCE_S: Final = 60.0
# Below the keep-alive of the services, so that no request meets a connection being closed.
_KEEP_ALIVE_S: Final = 30.0
_LARGEST_HEADER_BYTES: Final = 64 * 1024

# Added by the library unless told not to; the client's own go through.
_NEVER_ADDED: Final = ("User-Agent", "Accept", "Accept-Encoding", "Content-Type")


class AiohttpUpstream:
    """The port `Upstreams`; no cookies, no redirects, no proxy of the environment."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEEP_ALIVE_S),
            timeout=aiohttp.ClientTimeout(
                total=None, sock_connect=_CONNECT_S, sock_read=_SILENCE_S
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            skip_auto_headers=_NEVER_ADDED,
            max_line_size=_LARGEST_HEADER_BYTES,
            max_field_size=_LARGEST_HEADER_BYTES,
        )
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()

    @asynccontextmanager
    async def send(
        self,
        upstream: Upstream,
        *,
        method: str,
        target: bytes,
        headers: list[Header],
        body: bytes | AsyncIterable[bytes] | None,
    ) -> AsyncGenerator[UpstreamAnswer]:
        if self._session is None:
            raise RuntimeError("The connections to services are opened by the lifespan.")
        # Taken as it was sent: normalising it here could change what the service is asked.
        url = URL(upstream.base_url + target.decode("ascii"), encoded=True)
        try:
            async with self._session.request(
                method,
                url,
                headers=[
                    (name.decode("latin-1"), value.decode("latin-1")) for name, value in headers
                ],
                data=body,
                allow_redirects=False,
            ) as response:
                yield _Answer(response, upstream)
        except aiohttp.ClientError as exc:
            raise _translated(exc, upstream) from exc
        except TimeoutError as exc:
            raise UpstreamSlow(upstream.name) from exc


class _Answer:
    """An answer whose body is still on its way."""

    def __init__(self, response: aiohttp.ClientResponse, upstream: Upstream) -> None:
        self._response = response
        self._upstream = upstream
        self.status = response.status
        self.headers: list[Header] = list(response.raw_headers)

    async def read(self) -> bytes:
        return await self._response.read()

    async def chunks(self) -> AsyncGenerator[bytes]:
        async for chunk in self._response.content.iter_any():
            yield chunk


def _translated(exc: aiohttp.ClientError, upstream: Upstream) -> Exception:
    if isinstance(exc, aiohttp.ServerTimeoutError) and not isinstance(
        exc, aiohttp.ConnectionTimeoutError
    ):
        return UpstreamSlow(upstream.name)
    return UpstreamDown(upstream.name)
