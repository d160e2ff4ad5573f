"""One node's connections: one aiohttp session that remembers nothing between calls.

No cookie is kept or sent, no redirect followed, no proxy or other variable of the environment
obeyed. Foreign exceptions end at this border: callers see `NodeError`s alone.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import quote, urlencode

import aiohttp
from yarl import URL

from companion.nodes import NodeConfig
from companion.technitium.bodies import BLANK_FORM, FORM_TYPE, Encoded
from companion.technitium.calls import Call
from companion.technitium.failures import is_stale_connection, translated
from companion.technitium.large_answers import LargeAnswers
from companion.technitium.stream import FOREIGN, NodeStream
from companion.technitium.tls import tls_trust

CONNECT_TIMEOUT_S = 3.0
READ_TIMEOUT_S = 60.0
KEEPALIVE_S = 30.0
DNS_CACHE_S = 10

# A body is written in one go up to here, and in pieces beyond.
_ONE_PIECE_BYTES: Final = 1024 * 1024
# What a download is asked for with: it is passed on as it is stored.
_AS_STORED: Final = {"Accept": "*/*", "Accept-Encoding": "identity"}


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
        self._large = LargeAnswers()
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=limit,
                keepalive_timeout=KEEPALIVE_S,
                ttl_dns_cache=DNS_CACHE_S,
                ssl=tls_trust(pins=config.pins, ca_file=config.ca_file, verify=config.verify),
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            # Decoded by NodeStream, in pieces of bounded size.
            auto_decompress=False,
            headers={
                "User-Agent": user_agent,
                "Accept": "application/json",
                "Accept-Encoding": "gzip",
            },
            timeout=aiohttp.ClientTimeout(
                total=None, sock_connect=CONNECT_TIMEOUT_S, sock_read=READ_TIMEOUT_S
            ),
        )
        # By the path below /api/, of which the tables of calls hold a bounded number.
        self._urls: dict[str, URL] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

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
        content = urlencode(form, errors="replace").encode() or BLANK_FORM
        body = Encoded(content=content, headers={"Content-Type": FORM_TYPE})
        stream = await self.open(call, body, headers=headers)
        try:
            return RawAnswer(
                status=stream.status,
                location=stream.location,
                body=await stream.read(call.max_bytes),
            )
        finally:
            await stream.aclose()

    async def open(self, call: Call, body: Encoded, *, headers: Mapping[str, str]) -> NodeStream:
        """Send one body and return when the head of the answer has come; the caller closes it.

        What holds of `post` holds here: deadline, second try, errors.
        """
        try:
            return await self._open(call, body, headers)
        except FOREIGN as exc:
            if call.changes or not is_stale_connection(exc):
                raise translated(exc, self._config, call.path) from exc
        try:
            return await self._open(call, body, headers)
        except FOREIGN as exc:
            raise translated(exc, self._config, call.path) from exc

    async def _open(self, call: Call, body: Encoded, headers: Mapping[str, str]) -> NodeStream:
        response = await self._session.post(
            self._url(call, body),
            data=_payload(body.content),
            headers={**headers, **body.headers, **(_AS_STORED if call.download else {})},
            allow_redirects=False,
        )
        return NodeStream(response, self._config, call.path, large=self._large)

    def _url(self, call: Call, body: Encoded) -> URL:
        url = self._urls.get(call.path)
        if url is None:
            url = self._urls[call.path] = URL(f"{self._config.base_url}/api/{call.path}")
        if not body.query:
            return url
        query = urlencode(body.query, errors="replace", quote_via=quote)
        return URL(f"{url}?{query}", encoded=True)


def _payload(content: bytes) -> bytes | io.BytesIO:
    """Made anew for each try, since a try uses it up."""
    return content if len(content) <= _ONE_PIECE_BYTES else io.BytesIO(content)
