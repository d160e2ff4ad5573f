"""Everything the nodes received, for tests to look at; shown to others with secrets as names."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from technitium_sandbox.calls.forms import read
from technitium_sandbox.calls.parameters import pairs
from technitium_sandbox.clock import timestamp

MAX_REQUESTS = 2_000
_HIDDEN = {
    "pass": "<password>",
    "newpass": "<password>",
    "primarynodepassword": "<password>",
    "totp": "<totp>",
    "primarynodetotp": "<totp>",
    "proxypassword": "<password>",
    "webservicetlscertificatepassword": "<password>",
    "dnstlscertificatepassword": "<password>",
    "tsigkeys": "<keys>",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One request as it came in, with its secrets: only code in this process reads these."""

    node: str
    method: str
    path: str
    query_string: bytes
    body: bytes
    headers: Mapping[str, str]
    address: str
    token: str | None
    at: float
    caller: str | None = None
    """Whose token it was when it came, as `admin@ns1`."""

    @property
    def query(self) -> dict[str, str]:
        return dict(pairs(self.query_string))

    @property
    def form(self) -> dict[str, str]:
        return dict(read(self.headers.get("content-type", ""), self.body)[0])

    @property
    def bearer(self) -> str | None:
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else None


class RequestLog:
    """The latest requests of all nodes, oldest first; the oldest are dropped when it is full."""

    def __init__(self, name_of_token: Callable[[str], str | None]) -> None:
        self._name_of_token = name_of_token
        self._received: deque[Received] = deque(maxlen=MAX_REQUESTS)

    def __iter__(self) -> Iterator[Received]:
        return iter(tuple(self._received))

    def __len__(self) -> int:
        return len(self._received)

    def add(self, received: Received) -> None:
        if received.token:
            received = replace(received, caller=self._name_of_token(received.token))
        self._received.append(received)

    def of(self, node: str | None = None, path: str | None = None) -> list[Received]:
        """Requests to one node, to one path, or both."""
        return [
            one for one in self._received if node in (None, one.node) and path in (None, one.path)
        ]

    def clear(self) -> None:
        self._received.clear()

    def shown(self) -> list[dict[str, object]]:
        """All requests with tokens, passwords and codes replaced by names."""
        return [self._show(one) for one in self._received]

    def _show(self, one: Received) -> dict[str, object]:
        name = "<token>" if one.caller is None else f"<token:{one.caller}>"
        return {
            "node": one.node,
            "method": one.method,
            "path": one.path,
            "query": _masked(one.query, name),
            "form": _masked(one.form, name),
            "headers": _masked_headers(one, name),
            "address": one.address,
            "at": timestamp(one.at),
        }


def _masked(values: Mapping[str, str], token: str) -> dict[str, str]:
    names = {**_HIDDEN, "token": token}
    return {name: names.get(name.lower(), value) for name, value in values.items()}


def _masked_headers(one: Received, token: str) -> dict[str, str]:
    headers = dict(one.headers)
    if "authorization" in headers:
        headers["authorization"] = f"Bearer {token}" if one.bearer else "<authorization>"
    if "cookie" in headers:
        headers["cookie"] = "<cookie>"
    return headers
