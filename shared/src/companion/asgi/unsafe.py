"""The rule for requests that change something: they come from our own pages or from no browser.

The cookie is SameSite=Strict already; this holds where a browser's idea of a site is too wide
(another port, a sibling host name), and for signing in, where there is no cookie yet.
"""

from collections.abc import Collection, Iterable

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from companion.asgi.origin import RequestOrigin, normal_origin
from companion.asgi.problems import problem_response
from companion.problems import Problem

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
# Words of Sec-Fetch-Site; one that nobody knows is not ours.
OWN_SITES = frozenset({"same-origin", "none"})
PREFLIGHT_MAX_AGE_S = 600
ALLOWED_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"
ALLOWED_HEADERS = "Content-Type, X-Companion-Poll"
EXPOSED_HEADERS = "X-Request-Id, Retry-After"

_PREFLIGHT = [
    (b"access-control-allow-methods", ALLOWED_METHODS.encode()),
    (b"access-control-allow-headers", ALLOWED_HEADERS.encode()),
    (b"access-control-max-age", str(PREFLIGHT_MAX_AGE_S).encode()),
]


def refusal(
    headers: Headers, *, method: str, origin: RequestOrigin, allowed: Collection[str]
) -> Problem | None:
    """Why this request may not change anything; None when it may (or only reads).

    `allowed` are other origins, each in its normal spelling, that may call us all the same.
    """
    if method in SAFE_METHODS:
        return None
    return origin_refusal(headers, origin, allowed) or _text_refusal(headers)


class UnsafeMethodsMiddleware:
    """Applies the rule, and answers CORS for the origins in `allowed` and for no others.

    Stands behind ForwardedMiddleware, which says what the effective URL is.
    """

    def __init__(self, app: ASGIApp, *, allowed: Iterable[str] = ()) -> None:
        self.app = app
        self.allowed = frozenset(allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if self.allowed:
            preflight = _is_preflight(scope, headers) and self._allows(headers.get("origin"))
            send = self._with_cors(headers.get("origin"), send, preflight=preflight)
            if preflight:
                await Response(status_code=204)(scope, receive, send)
                return
        problem = refusal(
            headers,
            method=scope["method"],
            origin=scope["state"]["origin"],
            allowed=self.allowed,
        )
        if problem is not None:
            await problem_response(problem, scope)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _allows(self, origin: str | None) -> bool:
        return origin is not None and normal_origin(origin) in self.allowed

    def _with_cors(self, origin: str | None, send: Send, *, preflight: bool) -> Send:
        """Caches must know that the answer depends on Origin, whoever asks."""
        added = [(b"vary", b"Origin")]
        if origin is not None and self._allows(origin):
            added += [
                (b"access-control-allow-origin", origin.encode("latin-1")),
                (b"access-control-allow-credentials", b"true"),
                (b"access-control-expose-headers", EXPOSED_HEADERS.encode()),
            ]

        if preflight:
            added += _PREFLIGHT

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                # What a service behind this one said of CORS would stand there twice.
                said = message.get("headers", ())
                kept = [header for header in said if not header[0].startswith(b"access-control-")]
                message["headers"] = [*kept, *added]
            await send(message)

        return sending


def origin_refusal(
    headers: Headers, origin: RequestOrigin, allowed: Collection[str]
) -> Problem | None:
    """Why a browser's word on where a request comes from forbids it; None when it may go on."""
    written = headers.getlist("origin")
    # Twice, `null` or malformed is no origin of anybody's.
    claimed = normal_origin(written[0]) if len(written) == 1 else None
    is_allowed = claimed in allowed
    if written and not is_allowed and (claimed is None or claimed != origin.url):
        return Problem(
            "origin_refused",
            "Requests that change something must come from this site's own pages. If a proxy "
            "stands in front, it must pass on the host name and port that the browser asked for.",
        )
    lines = headers.getlist("sec-fetch-site")
    sites = {site.strip().lower() for line in lines for site in line.split(",")}
    if not sites <= (OWN_SITES | {"same-site"} if is_allowed else OWN_SITES):
        return Problem(
            "cross_site_refused",
            "Requests that change something must come from this site's own pages.",
        )
    return None


def _text_refusal(headers: Headers) -> Problem | None:
    """Text is what a foreign form can send without asking first; no route of ours reads it."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "text/plain" and _has_body(headers):
        return Problem(
            "unsupported_media_type", "Send JSON with the content type application/json."
        )
    return None


def _has_body(headers: Headers) -> bool:
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"


def _is_preflight(scope: Scope, headers: Headers) -> bool:
    return scope["method"] == "OPTIONS" and "access-control-request-method" in headers
