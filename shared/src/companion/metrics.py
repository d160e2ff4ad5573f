"""Figures for Prometheus, served on a port of their own together with the probes.

Labels hold route templates only, so that nobody can grow the series by asking for odd paths.
"""

from collections.abc import Awaitable, Callable, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Lifespan

from companion.asgi.context import ContextMiddleware
from companion.asgi.problems import ProblemMiddleware, exception_handlers
from companion.asgi.security_headers import SecurityHeadersMiddleware
from companion.health import Readiness, health_routes, service_version

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
DURATION_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class HttpMetrics:
    """Counts and times requests; call it as the observer of `ContextMiddleware`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._requests = Counter(
            "http_requests", "Requests answered.", ["method", "route", "status"], registry=registry
        )
        self._durations = Histogram(
            "http_request_duration_seconds",
            "Time from a request's first byte to the end of its answer.",
            ["method", "route"],
            buckets=DURATION_BUCKETS_S,
            registry=registry,
        )

    def __call__(self, method: str, route: str, status: int, took_s: float) -> None:
        name = method if method in METHODS else "other"
        self._requests.labels(name, route, str(status)).inc()
        self._durations.labels(name, route).observe(took_s)


def new_registry(service: str) -> CollectorRegistry:
    """A registry of one process, with its build and what the process uses."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    build = Gauge("companion_build_info", "Always 1.", ["service", "version"], registry=registry)
    build.labels(service, service_version(service)).set(1)
    return registry


def metrics_app(
    service: str,
    registry: CollectorRegistry,
    readiness: Readiness,
    *,
    refresh: Sequence[Callable[[], Awaitable[None]]] = (),
    lifespan: Lifespan[Starlette] | None = None,
) -> Starlette:
    """/metrics and the probes, for a port that the public does not reach.

    `refresh` is awaited before each answer: gauges that are read elsewhere are set there, and
    handle their own errors.
    """

    async def metrics(_: Request) -> Response:
        for update in refresh:
            await update()
        return Response(generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return Starlette(
        routes=[Route("/metrics", metrics), *health_routes(service, readiness)],
        middleware=[
            Middleware(ContextMiddleware),
            Middleware(SecurityHeadersMiddleware, hsts=False),
            Middleware(ProblemMiddleware),
        ],
        exception_handlers=exception_handlers(),
        lifespan=lifespan,
    )
