"""A small application in the frame that all services share."""

from collections.abc import Sequence

from companion.asgi.context import ContextMiddleware, Observe
from companion.asgi.forwarded import ForwardedMiddleware, TransportSettings
from companion.asgi.problems import ProblemMiddleware, exception_handlers
from companion.asgi.security_headers import SecurityHeadersMiddleware
from companion.asgi.unsafe import UnsafeMethodsMiddleware
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute


def framed(
    routes: Sequence[BaseRoute],
    *,
    transport: TransportSettings | None = None,
    observe: Observe | None = None,
    own_certificate: bool = False,
    inside: Sequence[Middleware] = (),
) -> Starlette:
    """The routes in the frame; `inside` is middleware that stands nearest to them."""
    settings = transport or TransportSettings()
    return Starlette(
        routes=routes,
        middleware=[
            Middleware(ContextMiddleware, observe=observe),
            Middleware(SecurityHeadersMiddleware, own_certificate=own_certificate),
            Middleware(ForwardedMiddleware, settings=settings),
            Middleware(ProblemMiddleware),
            Middleware(UnsafeMethodsMiddleware, allowed=settings.cors_origins),
            *inside,
        ],
        exception_handlers=exception_handlers(),
    )
