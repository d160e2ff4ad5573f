"""The control port: what tests and people tell the sandbox, as JSON over HTTP on loopback.

A request that a web page could have sent is refused: one with an `Origin`, or with another `Host`.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import msgspec

from technitium_sandbox.calls.transport import Receive, Scope, Send, read_body
from technitium_sandbox.control.devices import Device, take_lease
from technitium_sandbox.control.faults import Kind
from technitium_sandbox.resolver.answering import Query
from technitium_sandbox.sandbox import Sandbox

LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")
Reply = tuple[int, object]
Action = Callable[[bytes], Awaitable[Reply]]
MOST_SECONDS = 366 * 86_400
"""The clock goes forward by a year at most: every timer on the way is run."""
OK: Reply = (200, {"status": "ok"})


class Advance(msgspec.Struct, forbid_unknown_fields=True):
    seconds: Annotated[float, msgspec.Meta(ge=0, le=MOST_SECONDS)]


class Queries(msgspec.Struct, forbid_unknown_fields=True):
    queries: list[Query]


class Leases(msgspec.Struct, forbid_unknown_fields=True):
    leases: list[Device]


class FaultOrder(msgspec.Struct, forbid_unknown_fields=True):
    node: str
    kind: Kind
    path: str | None = None
    times: int | None = None
    seconds: float = 3.0
    status: int = 503


class Control:
    """The ASGI application of the control port."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._actions: dict[tuple[str, str], Action] = {
            ("GET", "/nodes"): self._nodes,
            ("POST", "/reset"): self._reset,
            ("POST", "/advance"): self._advance,
            ("POST", "/queries"): self._queries,
            ("POST", "/leases"): self._leases,
            ("POST", "/faults"): self._add_fault,
            ("DELETE", "/faults"): self._clear_faults,
            ("GET", "/requests"): self._requests,
            ("DELETE", "/requests"): self._clear_requests,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = await read_body(receive)
        status, value = await self._reply(scope, body)
        content = msgspec.json.encode(value)
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(content)).encode()),
            (b"cache-control", b"no-store"),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def _reply(self, scope: Scope, body: bytes) -> Reply:
        if _comes_from_a_page(scope):
            return 403, {"error": "This port is for programs on this machine, not for web pages."}
        action = self._actions.get((scope["method"], scope["path"])) or self._of_node(scope)
        if action is None:
            return 404, {"error": f"There is no {scope['method']} {scope['path']} here."}
        try:
            return await action(body)
        except (msgspec.MsgspecError, ValueError) as problem:
            return 400, {"error": str(problem)}
        except KeyError as unknown:
            return 404, {"error": f"There is no node named {unknown.args[0]}."}

    def _of_node(self, scope: Scope) -> Action | None:
        """`POST /nodes/{name}/stop` and `/start`."""
        match scope["method"], scope["path"].split("/"):
            case "POST", ["", "nodes", name, "stop"]:
                return self._then(self._sandbox.stop, name)
            case "POST", ["", "nodes", name, "start"]:
                return self._then(self._sandbox.start, name)
        return None

    def _then(self, act: Callable[[str], Awaitable[None]], name: str) -> Action:
        async def action(_body: bytes) -> Reply:
            await act(name)
            return OK

        return action

    async def _nodes(self, _body: bytes) -> Reply:
        return 200, {name: stand.url for name, stand in self._sandbox.nodes.items()}

    async def _reset(self, _body: bytes) -> Reply:
        for name in self._sandbox.nodes:
            await self._sandbox.start(name)
        self._sandbox.reset()
        return OK

    async def _advance(self, body: bytes) -> Reply:
        self._sandbox.clock.advance(msgspec.json.decode(body, type=Advance).seconds)
        return OK

    async def _queries(self, body: bytes) -> Reply:
        queries = msgspec.json.decode(body, type=Queries).queries
        asked = [(self._sandbox.nodes[query.to].node, query) for query in queries]
        for node, query in asked:
            node.asked(query)
        return OK

    async def _leases(self, body: bytes) -> Reply:
        """What each device got, in order: a lease, or null."""
        devices = msgspec.json.decode(body, type=Leases).leases
        nodes = [self._sandbox.nodes[one.to].node for one in devices]
        given = [take_lease(one, node) for one, node in zip(devices, nodes, strict=True)]
        return 200, {"status": "ok", "leases": given}

    async def _add_fault(self, body: bytes) -> Reply:
        order = msgspec.json.decode(body, type=FaultOrder)
        options: dict[str, Any] = msgspec.to_builtins(order)
        self._sandbox.nodes[order.node]
        self._sandbox.faults.add(options.pop("node"), options.pop("kind"), **options)
        return OK

    async def _clear_faults(self, _body: bytes) -> Reply:
        self._sandbox.faults.clear()
        return OK

    async def _requests(self, _body: bytes) -> Reply:
        return 200, {"requests": self._sandbox.requests.shown()}

    async def _clear_requests(self, _body: bytes) -> Reply:
        self._sandbox.requests.clear()
        return OK


def _comes_from_a_page(scope: Scope) -> bool:
    headers = dict(scope["headers"])
    host = headers.get(b"host", b"").decode("latin-1").lower()
    name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
    return b"origin" in headers or name not in LOOPBACK_HOSTS
