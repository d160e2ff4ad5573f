"""Headers that tell a browser what a page of ours may do, on every answer."""

from ipaddress import ip_address
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from companion.asgi.origin import RequestOrigin

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)
ONE_YEAR_S: Final = 31_536_000

_ALWAYS: Final = (
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
_NO_STORE: Final = (b"cache-control", b"no-store")
_HSTS: Final = (b"strict-transport-security", f"max-age={ONE_YEAR_S}".encode())


class SecurityHeadersMiddleware:
    """Adds the headers that an answer lacks; under /api nothing may be kept by a cache.

    `own_certificate` says that the certificate is of our own making: HSTS would lock people out
    whose browser has not been told to believe it. `hsts` switches it off where a proxy sets it.
    """

    def __init__(self, app: ASGIApp, *, own_certificate: bool = False, hsts: bool = True) -> None:
        self.app = app
        self.hsts = hsts and not own_certificate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._completed(scope, list(message.get("headers", ())))
            await send(message)

        await self.app(scope, receive, sending)

    def _completed(
        self, scope: Scope, headers: list[tuple[bytes, bytes]]
    ) -> list[tuple[bytes, bytes]]:
        names = {name.lower() for name, _ in headers}
        headers += [header for header in _ALWAYS if header[0] not in names]
        if scope["path"] == "/api" or scope["path"].startswith("/api/"):
            headers = [header for header in headers if header[0].lower() != b"cache-control"]
            headers.append(_NO_STORE)
        if self.hsts and wants_hsts(scope.get("state", {}).get("origin")):
            headers.append(_HSTS)
        return headers


def wants_hsts(origin: RequestOrigin | None) -> bool:
    """Whether a browser should insist on HTTPS: for DNS names only, not localhost or addresses."""
    if origin is None or not origin.is_secure:
        return False
    host = origin.host.rpartition(":")[0] if _has_port(origin.host) else origin.host
    name = host.strip("[]").rstrip(".").lower()
    if not name or name == "localhost" or name.endswith(".localhost"):
        return False
    try:
        ip_address(name)
    except ValueError:
        return True
    return False


def _has_port(host: str) -> bool:
    return host.rpartition(":")[2].isdigit() and not host.endswith("]")
