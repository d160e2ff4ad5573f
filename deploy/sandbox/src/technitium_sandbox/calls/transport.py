"""The ASGI side of a node: requests become calls, answers go out as a node sends them."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from email.utils import formatdate
from typing import Any

from technitium_sandbox.calls import addresses, forms
from technitium_sandbox.calls.envelope import Answer, bare, compressed, text_answer
from technitium_sandbox.calls.parameters import Parameters, collect, from_urlencoded
from technitium_sandbox.calls.routing import Call
from technitium_sandbox.control.faults import Fault, Faults, Kind
from technitium_sandbox.control.recorder import Received, RequestLog
from technitium_sandbox.node import Node

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

MAX_TARGET_BYTES = 8_192
GARBAGE = text_answer(b"<html><body><h1>It works!</h1></body></html>\n", b"text/html")
TARGET_TOO_LONG = bare(414)
# Where the listener leaves the function that closes the connection of a request.
CLOSE = "technitium_sandbox.close"


class Transport:
    """One node's ASGI application; every request is recorded before it is answered."""

    def __init__(self, node: Callable[[], Node], *, faults: Faults, requests: RequestLog) -> None:
        self._find_node = node
        self._faults = faults
        self._requests = requests
        self._date = (0, b"")

    @property
    def _node(self) -> Node:
        """The node as it is now: a reset puts a new one in its place."""
        return self._find_node()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = await read_body(receive)
        headers = _headers(scope["headers"])
        self._node.clock.run_due()
        call = self._call(scope, headers, body)
        self._record(scope, call, headers, body)
        fault = self._faults.take(self._node.name, call.path)
        if fault is not None and fault.kind is Kind.HANG:
            await _until_disconnected(receive)
            return
        answer = await self._answer(scope, call, fault)
        if _accepts_gzip(headers):
            answer = compressed(answer)
        if fault is not None and fault.kind is Kind.CUT:
            await self._send_half(answer, scope, receive, send)
        else:
            await self._send(answer, send)

    async def _answer(self, scope: Scope, call: Call, fault: Fault | None) -> Answer:
        if len(scope["raw_path"]) + len(scope["query_string"]) > MAX_TARGET_BYTES:
            return TARGET_TOO_LONG
        if fault is not None and fault.kind is Kind.STATUS:
            return bare(fault.status)
        if fault is not None and fault.kind is Kind.GARBAGE:
            return GARBAGE
        answer = await self._node.answer(call)
        if fault is not None and fault.kind is Kind.SLOW:
            await asyncio.sleep(fault.seconds)
        return answer

    def _call(self, scope: Scope, headers: Mapping[str, str], body: bytes) -> Call:
        fields, uploads = forms.read(headers.get("content-type", ""), body)
        return Call(
            node=self._node,
            method=scope["method"],
            path=scope["path"],
            parameters=Parameters(from_urlencoded(scope["query_string"]), collect(fields)),
            address=self._client_address(scope, headers),
            agent=headers.get("user-agent"),
            bearer=_bearer(headers.get("authorization", ""))
            if self._node.version.knows_bearer
            else None,
            language=headers.get("accept-language"),
            uploads=uploads,
            content_type=headers.get("content-type", ""),
            body=body,
        )

    def _client_address(self, scope: Scope, headers: Mapping[str, str]) -> str:
        peer = scope["client"][0] if scope["client"] else "127.0.0.1"
        values = self._node.settings
        reported = headers.get(values["webServiceRealIpHeader"].lower())
        proxies = values.get("webServiceReverseProxyAddresses", addresses.DEFAULT_PROXIES)
        return addresses.client_address(peer, reported, proxies)

    def _record(self, scope: Scope, call: Call, headers: Mapping[str, str], body: bytes) -> None:
        self._requests.add(
            Received(
                node=self._node.name,
                method=call.method,
                path=call.path,
                query_string=scope["query_string"],
                body=body,
                headers=headers,
                address=call.address,
                token=call.token,
                at=self._node.clock.now(),
            )
        )

    async def _send(self, answer: Answer, send: Send) -> None:
        await send(self._start(answer))
        await send({"type": "http.response.body", "body": answer.body})

    async def _send_half(self, answer: Answer, scope: Scope, receive: Receive, send: Send) -> None:
        await send(self._start(answer))
        half = answer.body[: len(answer.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        scope["extensions"][CLOSE]["now"]()
        await _until_disconnected(receive)

    def _start(self, answer: Answer) -> dict[str, object]:
        headers = [*answer.headers, (b"date", self._now())]
        if answer.has_length:
            headers.append((b"content-length", str(len(answer.body)).encode()))
        return {"type": "http.response.start", "status": answer.status, "headers": headers}

    def _now(self) -> bytes:
        second = int(self._node.clock.now())
        if self._date[0] != second:
            self._date = (second, formatdate(second, usegmt=True).encode())
        return self._date[1]


async def read_body(receive: Receive) -> bytes:
    chunks: list[bytes] = []
    while True:
        message = await receive()
        chunks.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(chunks)


async def _until_disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _headers(raw: Sequence[tuple[bytes, bytes]]) -> dict[str, str]:
    return collect((name.decode("latin-1"), value.decode("latin-1")) for name, value in raw)


def _bearer(authorization: str) -> str | None:
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def _accepts_gzip(headers: Mapping[str, str]) -> bool:
    return "gzip" in headers.get("accept-encoding", "").lower()
