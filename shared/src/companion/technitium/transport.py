"""One node's connections: httpx over one aiohttp session that remembers nothing between calls.

No cookie is kept or sent, no redirect followed, no proxy or other variable of the environment
obeyed. Foreign exceptions end at this border: callers see `NodeError`s alone.
"""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Self
from urllib.parse import urlencode

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from companion.nodes import NodeConfig
from companion.technitium.calls import Call
from companion.technitium.errors import NodeGarbled
from companion.technitium.failures import is_stale_connection, translated
from companion.technitium.tls import tls_trust

CONNECT_TIMEOUT_S = 3.0
READ_TIMEOUT_S = 60.0
KEEPALIVE_S = 30.0
DNS_CACHE_S = 10

# A body is never empty: a node that forwards the call to another needs something to forward.
_BLANK_FORM = b"_="
_FORM_TYPE = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawAnswer:
    """What came back over HTTP, decoded from its content encoding but not yet judged."""

    status: int
    location: str | None
    body: bytes


class NodeConnections:
    """The pool of connections to one node; made and closed inside a running event loop."""

    def __init__(self, config: NodeConfig, *, limit: int, user_agent: str) -> None:
        self._config = config
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=limit,
                keepalive_timeout=KEEPALIVE_S,
                ttl_dns_cache=DNS_CACHE_S,
                ssl=tls_trust(pins=config.pins, ca_file=config.ca_file, verify=config.verify),
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
        )
        self._client = httpx.AsyncClient(
            # The context is the session's matter; this one, which trusts nobody, is never used
            # and spares reading a bundle of certificates.
            transport=AiohttpTransport(
                client=self._session, verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            ),
            base_url=f"{config.base_url}/api/",
            headers={
                "User-Agent": user_agent,
                "Accept": "application/json",
                "Accept-Encoding": "gzip",
            },
            cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=())),
            follow_redirects=False,
            trust_env=False,
            timeout=httpx.Timeout(
                connect=CONNECT_TIMEOUT_S, read=READ_TIMEOUT_S, write=READ_TIMEOUT_S, pool=None
            ),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def post(
        self, call: Call, form: Mapping[str, str], *, headers: Mapping[str, str]
    ) -> RawAnswer:
        """Send one form and read the whole answer, at most `call.max_bytes` of it.

        A call that changes nothing is sent once more when a kept connection turns out to have
        been closed by the node. The caller sets the deadline, by `asyncio.timeout`; it covers
        the wait for a free connection too.

        Raises:
            NodeUnreachable: No connection, or it was lost before the answer began.
            NodeTimeout: The node stopped sending.
            NodeGarbled: Not HTTP, cut off, or too long.
        """
        try:
            return await self._post(call, form, headers)
        except _FOREIGN as exc:
            if call.changes or not is_stale_connection(exc):
                raise translated(exc, self._config, call.path) from exc
        try:
            return await self._post(call, form, headers)
        except _FOREIGN as exc:
            raise translated(exc, self._config, call.path) from exc

    async def _post(
        self, call: Call, form: Mapping[str, str], headers: Mapping[str, str]
    ) -> RawAnswer:
        content = urlencode(form, errors="replace").encode() or _BLANK_FORM
        async with self._client.stream(
            "POST", call.path, content=content, headers={"Content-Type": _FORM_TYPE, **headers}
        ) as response:
            return RawAnswer(
                status=response.status_code,
                location=response.headers.get("location"),
                body=await self._read(response, call),
            )

    async def _read(self, response: httpx.Response, call: Call) -> bytes:
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > call.max_bytes:
                raise NodeGarbled(
                    self._config.id,
                    f"The node's answer is longer than {_size(call.max_bytes)}, the most that is "
                    "read.",
                    path=call.path,
                )
        return bytes(body)


def _size(number: int) -> str:
    kibibytes = number // 1024
    return f"{kibibytes} KiB" if kibibytes < 1024 else f"{kibibytes // 1024} MiB"  # noqa: PLR2004


# aiohttp lets some of its own pass through httpx's transport, and the system some of its.
_FOREIGN = (httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError, OSError, asyncio.TimeoutError)
