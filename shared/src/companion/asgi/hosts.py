"""Which host names are served: a page elsewhere that points its own name at us is not.

A browser believes names. Who makes one of his own resolve to our address (DNS rebinding) has a
page that is, to the browser, of our origin: it may read every answer and send any header. Where a
cookie decides, that page has none; without sign-in the name is all that gives it away.
"""

from collections.abc import Collection, Iterable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from companion.asgi.origin import host_name
from companion.asgi.problems import problem_response
from companion.ip import read_ip
from companion.problems import Problem

# Names that nobody else can make resolve; addresses are such, too.
OUR_OWN = frozenset({"localhost"})


def is_served(host: str, allowed: Collection[str]) -> bool:
    """Whether a Host header, perhaps with a port, names an address, localhost or an allowed name.

    `allowed` are in lower case.
    """
    name = host_name(host)
    return name is not None and (name in OUR_OWN or name in allowed or read_ip(name) is not None)


def host_refusal(host: str, allowed: Collection[str]) -> Problem | None:
    if is_served(host, allowed):
        return None
    name = host_name(host) or "without a usable name"
    return Problem(
        "host_refused",
        f"This host name ({name}) is not served. If it is yours, add it to ALLOWED_HOSTS.",
    )


class HostsMiddleware:
    """Answers 403 `host_refused` for other names; stands behind ForwardedMiddleware.

    Both names count, the one a proxy tells and the one of the Host header itself: a page that
    runs beside a service can tell anything, but not what its own browser writes there.
    Without `allowed`, and unless `always`, every name is served.
    """

    def __init__(self, app: ASGIApp, *, allowed: Iterable[str], always: bool) -> None:
        self.app = app
        self.allowed = frozenset(allowed)
        self.filters = always or bool(self.allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        problem = self._refusal(scope) if scope["type"] == "http" else None
        if problem is not None:
            await problem_response(problem, scope)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _refusal(self, scope: Scope) -> Problem | None:
        if not self.filters:
            return None
        own = Headers(scope=scope).get("host", "")
        told: str = scope["state"]["origin"].host
        return host_refusal(told, self.allowed) or host_refusal(own, self.allowed)
