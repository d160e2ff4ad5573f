"""Every error is a problem document, whoever says it."""

import pytest

from tests.edge.support import problem_of, raw
from tests.support.edge import COOKIE, HOST, Edge
from tests.support.lab import until

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
PATHS = (
    *("/api", "/api/auth", "/api/auth/login", "/api/auth/logout", "/api/auth/me"),
    *("/api/auth/sessions", "/api/auth/sessions/none", "/api/auth/sessions/end-others"),
    *("/api/auth/nodes/login", "/api/auth/nodes/ns1/login", "/api/auth/nodes/none/login"),
    *("/api/auth/verify", "/api/auth/permissions", "/api/auth/none", "/api/openapi.json"),
    *("/api/health", "/api/health/detailed", "/api/nodes", "/api/nodes/ns1", "/api/none"),
    *("/api/nodes/ns1/overview", "/api/nodes/none/overview", "/api/nodes/ns1/apps"),
    *("/api/nodes/ns1/cluster/state", "/api/nodes/ns1/cluster/settings", "/api/nodes/ns1/none"),
    *("/api/nodes/ns1/technitium/zones/list", "/api/nodes/all/technitium/zones/list"),
    *("/api/primary/technitium/zones/list", "/api/nodes/ns1/technitium/none/none"),
    *("/api/nodes/known-clients", "/api/nodes/all/overview", "/api/nodes/all/stats"),
    *("/api/nodes/ns1/stats", "/api/nodes/none/stats", "/api/nodes/all/lookup?name=localhost"),
    *("/api/nodes/ns1/lookup?name=localhost", "/api/nodes/none/lookup?name=localhost"),
    *("/api/nodes/logs/combined", "/api/nodes/logs/storage", "/api/nodes/logs/export"),
    *("/api/nodes/ns1/logs", "/api/nodes/none/logs", "/api/nodes/ns1/logs/stored"),
    *("/api/tokens", "/api/tokens/verify", "/api/subnets", "/api/ranges/1", "/api/static-ips"),
    *("/api/leases", "/swagger-ui/none", "/api-docs/none", "/internal", "/metrics", "/none/none"),
)
BODIES = (b"", b"{", b'{"username": ["admin"]}', b"[]", b"\xff\xfe")


@pytest.mark.parametrize("path", PATHS)
def test_every_error_of_every_route_and_method_is_a_problem(edge: Edge, path: str) -> None:
    codes = set()
    with edge.visitor() as nobody, edge.sign_in("viewer") as viewer:
        for browser in (nobody, viewer):
            for method in METHODS:
                for body in BODIES if method == "POST" else (b"",):
                    kind = {"Content-Type": "application/json"} if body else {}
                    answer = browser.request(method, path, content=body, headers=kind)
                    assert answer.status_code < 500, answer.text
                    if answer.status_code >= 400 and method != "HEAD":
                        codes.add(problem_of(answer)["code"])
            viewer.post("/api/auth/login", json={"username": "viewer", "password": "viewer"})

    assert "internal_error" not in codes


@pytest.mark.parametrize(
    "target",
    [
        *("//evil.test/api/nodes", "/api//nodes", "/api/nodes/%2e%2e/%2e%2e/internal"),
        *("/api/nodes/..%2f..%2finternal", "/api/nodes/ns1%00", "/api/nodes/%0d%0aX: y/overview"),
        *("/api%2fnodes", "/api/nodes/ns1\\..\\x", "/api/nodes/%zz", "/%c0%ae%c0%ae/"),
        *("/api/nodes/ns1%3foverview", "/api/nodes/;/", "/api/auth%2fme", "/api/nodes/%25"),
    ],
)
def test_an_odd_target_is_a_problem_or_a_page(edge: Edge, target: str) -> None:
    port = edge.traefik.secure_port
    with edge.sign_in("viewer") as browser:
        cookie = browser.cookies[COOKIE]
    status, body = raw(
        edge,
        f"GET {target} HTTP/1.1\r\nHost: {HOST}:{port}\r\nCookie: {COOKIE}={cookie}\r\n"
        "Connection: close\r\n\r\n".encode(),
    )

    # A target that is none at all is refused by Traefik before there is a request.
    assert status < 500
    if status != 200 and not (status == 400 and body.startswith(b"400 Bad Request")):
        assert b'"code":' in body, (status, body)


def test_a_stopped_node_an_unknown_one_and_garbage_are_problems(edge: Edge) -> None:
    with edge.sign_in("viewer") as browser:
        edge.fault("ns1", "garbage", path="/api/user/session/get")
        edge.fault("ns2", "status", status=500, path="/api/user/session/get")
        edge.stop_node("ns3")
        answers = [
            browser.get(f"/api/nodes/{node}/cluster/state")
            for node in ("ns1", "ns2", "ns3", "nobody")
        ]

    assert [problem_of(answer)["code"] for answer in answers] == [
        *("node_error", "node_error", "node_unreachable", "node_unknown")
    ]


def test_a_head_that_is_too_large_is_refused(edge: Edge) -> None:
    with edge.visitor() as browser:
        answer = browser.get("/api/auth/me", headers={"X-Large": "x" * 100_000})

    assert answer.status_code == 431


def test_without_redis_the_services_say_so_themselves(edge: Edge) -> None:
    """Traefik finds no replica ready then; those that live answer all the same."""
    with edge.sign_in("viewer") as browser:
        edge.redis_server.pause()
        try:
            until(
                lambda: not any(edge.is_ready(name) for name in edge.programs), what="nobody ready"
            )
            answers = [browser.get(path) for path in ("/api/auth/me", "/api/nodes")]
            page = browser.get("/")
        finally:
            edge.redis_server.resume()
        until(lambda: browser.get("/api/nodes").status_code == 200, what="still signed in")

    assert [problem_of(answer)["code"] for answer in answers] == ["store_unavailable"] * 2
    assert all(int(answer.headers["retry-after"]) > 0 for answer in answers)
    assert not any("set-cookie" in answer.headers for answer in answers)
    assert page.status_code == 200
