"""What stands around a service behind the door, in one order for all of them."""

from starlette.middleware import Middleware

from companion.asgi.context import ContextMiddleware, Observe
from companion.asgi.forwarded import ForwardedMiddleware, TransportSettings
from companion.asgi.hosts import HostsMiddleware
from companion.asgi.problems import ProblemMiddleware
from companion.asgi.security_headers import SecurityHeadersMiddleware


def behind_door(
    transport: TransportSettings, observe: Observe, *, session_auth: bool
) -> list[Middleware]:
    """From the outside in; what a service has of its own comes after these."""
    return [
        # Outermost, so that every answer has a request id and is told of; the door's own id, so
        # that both tell of one request by one name.
        Middleware(ContextMiddleware, observe=observe, door=transport),
        # Before whatever may refuse: refusals carry these headers too. HSTS is the door's to say,
        # which knows whose certificate browsers see.
        Middleware(SecurityHeadersMiddleware, hsts=False),
        # Before whatever asks where a request comes from.
        Middleware(ForwardedMiddleware, settings=transport),
        # Around whatever may fail.
        Middleware(ProblemMiddleware),
        # Where nobody signs in, a name is all that tells a foreign page.
        Middleware(HostsMiddleware, allowed=transport.allowed_hosts, always=not session_auth),
    ]
