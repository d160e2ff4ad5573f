from ipaddress import ip_network

import pytest
import structlog
from companion.asgi.context import ContextMiddleware
from companion.asgi.forwarded import TransportSettings
from companion.metrics import HttpMetrics, new_registry
from prometheus_client import generate_latest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from structlog.contextvars import bind_contextvars, merge_contextvars
from structlog.testing import LogCapture

from tests.companion.asgi.frame import framed
from tests.support.asgi import running


async def _node(_: Request) -> Response:
    bind_contextvars(user="admin")
    return Response("node")


ROUTES = [Route("/api/nodes/{node_id}", _node), Route("/livez", _node)]


@pytest.fixture
def lines() -> object:
    """Every log line of the test, with what the context of its request holds."""
    capture = LogCapture()
    before = structlog.get_config()["processors"]
    structlog.configure(processors=[merge_contextvars, capture])
    yield capture.entries
    structlog.configure(processors=before)


async def test_each_request_is_told_of_once_and_without_its_query(
    lines: list[dict[str, object]],
) -> None:
    async with running(framed(ROUTES), client=("192.0.2.1", 1)) as http:
        response = await http.get("/api/nodes/ns1?token=canary", headers={"Cookie": "a=canary"})

    [line] = lines
    assert line["event"] == "request"
    assert line["method"] == "GET"
    assert line["route"] == "/api/nodes/{node_id}"
    assert line["status"] == 200
    assert line["user"] == "admin"
    assert line["client"] == "192.0.2.1"
    assert line["request_id"] == response.headers["x-request-id"]
    assert "canary" not in str(lines)


async def test_an_inbound_request_id_is_not_believed() -> None:
    async with running(framed(ROUTES)) as http:
        response = await http.get("/livez", headers={"X-Request-Id": "forged"})

    assert response.headers.get_list("x-request-id") != ["forged"]
    assert len(response.headers.get_list("x-request-id")) == 1


@pytest.mark.parametrize(
    ("peer", "given", "kept"),
    [
        ("127.0.0.1", "0123456789abcdef01234567", True),
        ("127.0.0.1", "forged\tid", False),
        ("127.0.0.1", "0" * 25, False),
        ("192.0.2.1", "0123456789abcdef01234567", False),
    ],
)
async def test_the_id_of_a_trusted_door_is_kept(
    peer: str,
    given: str,
    kept: bool,  # noqa: FBT001 - a column of the table
) -> None:
    door = TransportSettings(trust_proxy=True, trusted=(ip_network("127.0.0.0/8"),))
    app = Starlette(routes=ROUTES, middleware=[Middleware(ContextMiddleware, door=door)])

    async with running(app, client=(peer, 1)) as http:
        response = await http.get("/livez", headers={"X-Request-Id": given})

    assert (response.headers["x-request-id"] == given) == kept


async def test_ids_come_from_the_given_source() -> None:
    app = Starlette(
        routes=ROUTES, middleware=[Middleware(ContextMiddleware, new_id=lambda: "id-1")]
    )
    async with running(app) as http:
        assert (await http.get("/livez")).headers["x-request-id"] == "id-1"


async def test_probes_that_succeed_are_told_of_at_debug_only(
    lines: list[dict[str, object]],
) -> None:
    async with running(framed(ROUTES)) as http:
        await http.get("/livez")

    assert [line["log_level"] for line in lines] == ["debug"]


async def test_nobody_can_grow_the_figures_by_asking_for_odd_paths() -> None:
    registry = new_registry("companion-shared")
    async with running(framed(ROUTES, observe=HttpMetrics(registry))) as http:
        for path in ("/a", "/b", "/api/nodes/1", "/api/nodes/2"):
            await http.get(path)
        await http.request("BREW", "/a")

    figures = generate_latest(registry).decode()
    assert 'http_requests_total{method="GET",route="none",status="404"} 2.0' in figures
    assert (
        'http_requests_total{method="GET",route="/api/nodes/{node_id}",status="200"} 2.0' in figures
    )
    assert 'http_requests_total{method="other",route="none",status="404"} 1.0' in figures
