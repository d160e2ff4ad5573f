"""Who is really asking, and by what address: forwarded headers count only from a known proxy.

RFC 7239's `Forwarded` is not read. What must not be believed is removed from the request, so that
nothing behind this can believe it by accident.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

from companion.asgi.origin import RequestOrigin, is_host
from companion.ip import Address, read_ip

UNIX_PEER = "unix"
INTERNAL_PREFIX = b"x-companion-identity-"
# Peers already complained about; bounded, since anybody can be one.
MOST_PEERS_NAMED = 256

Header = tuple[bytes, bytes]

_FIRST_LETTERS = (b"x", b"f")
_SCHEMES = {"https": "https", "wss": "https", "http": "http", "ws": "http"}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportSettings:
    """How requests reach a service; `hops` is at least 1.

    `trust_unix` believes whoever can open the Unix socket, as `trusted` believes networks.
    """

    https: bool = False
    cert: Path | None = None
    key: Path | None = None
    ca: Path | None = None
    trust_proxy: bool = False
    trusted: tuple[IPv4Network | IPv6Network, ...] = ()
    trust_unix: bool = False
    hops: int = 1
    allowed_hosts: tuple[str, ...] = field(default=())
    cors_origins: tuple[str, ...] = field(default=())

    def trusts(self, address: Address | None) -> bool:
        """Whether a peer's word counts; None is a peer without an address (a Unix socket)."""
        if not self.trust_proxy:
            return False
        if address is None:
            return self.trust_unix
        return any(address in network for network in self.trusted)


class ForwardedMiddleware:
    """Sets `scope["state"]["origin"]` and removes what must not be believed.

    From a peer that is not trusted, every forwarded header goes; from everybody, spellings with
    underscores and (unless `internal`, on a listener for services alone) signed identities.
    """

    def __init__(
        self, app: ASGIApp, settings: TransportSettings, *, internal: bool = False
    ) -> None:
        self.app = app
        self.settings = settings
        self.internal = internal
        self._named: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            peer = peer_of(scope)
            trusted = self.settings.trusts(peer)
            said = _said(scope["headers"])
            if not trusted and b"x-forwarded-proto" in said:
                self._name_unknown_proxy(peer)
            origin = self._origin(scope, peer, said if trusted else {}, trusted=trusted)
            scope.setdefault("state", {})["origin"] = origin
            scope["headers"] = [
                header
                for header in scope["headers"]
                if header[0][:1] not in _FIRST_LETTERS or self._keeps(header[0], trusted=trusted)
            ]
        await self.app(scope, receive, send)

    def _origin(
        self, scope: Scope, peer: Address | None, said: dict[bytes, list[str]], *, trusted: bool
    ) -> RequestOrigin:
        proto = _last(said, b"x-forwarded-proto")
        # A word nobody knows is no promise of encryption.
        scheme = _SCHEMES.get((proto or scope["scheme"]).lower(), "http")
        host = _last(said, b"x-forwarded-host") or _own_host(scope["headers"])
        client = self._client(said.get(b"x-forwarded-for", []), peer)
        return RequestOrigin(
            scheme=scheme,
            host=host if is_host(host) else "",
            client_ip=UNIX_PEER if client is None else str(client),
            forwarded_proto=proto,
            peer_trusted=trusted,
        )

    def _client(self, written: list[str], peer: Address | None) -> Address | None:
        """Walk from the right: each address was written by the one before it, if that is ours."""
        client = peer
        for text in reversed(written[-self.settings.hops :]):
            address = parse_address(text)
            if address is None:
                break
            client = address
            if not self.settings.trusts(address):
                break
        return client

    def _keeps(self, name: bytes, *, trusted: bool) -> bool:
        if name.startswith(INTERNAL_PREFIX):
            return self.internal
        dashed = name.replace(b"_", b"-")
        if not _is_forwarding(dashed) and not dashed.startswith(INTERNAL_PREFIX):
            return True
        return trusted and dashed == name

    def _name_unknown_proxy(self, peer: Address | None) -> None:
        """Tell once for each peer that what it forwards is not believed, and how to change it."""
        name = UNIX_PEER if peer is None else str(peer)
        if not self.settings.trust_proxy or name in self._named:
            return
        if len(self._named) < MOST_PEERS_NAMED:
            self._named.add(name)
            log.warning(
                "forwarded headers of an unknown proxy are not believed: add it to TRUSTED_PROXIES",
                peer=name,
            )


def peer_of(scope: Scope) -> Address | None:
    """Who opened the connection; None for a Unix socket."""
    client = scope.get("client")
    return parse_address(client[0]) if client else None


@lru_cache(maxsize=1024)
def parse_address(text: str) -> Address | None:
    """Read an address, perhaps with a port, brackets or a zone; IPv4 inside IPv6 becomes IPv4."""
    bare = text.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    return read_ip(bare)


def _is_forwarding(name: bytes) -> bool:
    return name.startswith(b"x-forwarded-") or name in (b"forwarded", b"x-real-ip")


def _said(headers: Iterable[Header]) -> dict[bytes, list[str]]:
    """What X-Forwarded-* say: the values of all lines of a name, in order, parted at commas."""
    said: dict[bytes, list[str]] = {}
    for name, value in headers:
        if name.startswith(b"x-forwarded-"):
            parts = (part.strip() for part in value.decode("latin-1").split(","))
            said.setdefault(name, []).extend(part for part in parts if part)
    return said


def _last(said: dict[bytes, list[str]], name: bytes) -> str | None:
    """The word of the proxy nearest to us."""
    values = said.get(name)
    return values[-1] if values else None


def _own_host(headers: Iterable[Header]) -> str:
    """The Host header; two of them are as good as none."""
    values = [value for name, value in headers if name == b"host"]
    return values[0].decode("latin-1") if len(values) == 1 else ""
