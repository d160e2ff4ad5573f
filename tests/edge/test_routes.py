"""Which service answers which path, and what is reached by no path at all."""

import httpx
import pytest

from tests.edge.support import problem_of
from tests.support.edge import Edge
from tests.support.lab import until


def test_every_router_and_service_of_the_shipped_files_is_in_use(edge: Edge) -> None:
    routers = edge.traefik.api("routers")
    services = edge.traefik.api("services")

    assert {one["status"] for one in [*routers, *services]} == {"enabled"}
    assert {one["service"] for one in routers} == {
        *("auth-gateway", "node-proxy", "dhcp-tokens", "another-application")
    }
    assert [one["name"] for one in routers if "error" in one] == []


def test_a_person_signs_in_and_sees_the_nodes(edge: Edge) -> None:
    with edge.sign_in("viewer") as browser:
        me = browser.get("/api/auth/me").json()
        nodes = browser.get("/api/nodes").json()
        page = browser.get("/")

    assert me["user"] == "viewer"
    assert {node["state"] for node in nodes} == {"ok"}
    assert page.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    "path",
    [
        *("/internal", "/internal/", "/internal/introspect", "/api/internal/introspect"),
        *("/metrics", "/api/metrics", "/docs", "/redoc", "/openapi.json", "/debug", "/dashboard/"),
        *("/api/rawdata", "/api/http/routers", "/api/version", "/ping", "/.env", "/.git/config"),
        *("/INTERNAL/introspect", "/./internal/introspect", "/x/../internal/introspect"),
    ],
)
def test_what_is_not_for_the_public_is_not_there(edge: Edge, path: str) -> None:
    with edge.sign_in("admin") as browser:
        for method in ("GET", "POST"):
            answer = browser.request(method, path)
            assert answer.status_code in {403, 404}, (method, answer.text)
            assert problem_of(answer)["code"] in {"not_found", "https_required"}


@pytest.mark.parametrize("name", ["auth-gateway-1", "node-proxy-1", "dhcp-tokens-1"])
def test_a_service_shows_its_figures_on_another_port_alone(edge: Edge, name: str) -> None:
    replica = edge.replicas[name]

    assert httpx.get(f"{replica.metrics_url}/metrics").status_code == 200
    for path in ("/metrics", "/internal/introspect"):
        assert httpx.get(f"{replica.url}{path}").status_code == 404


@pytest.mark.parametrize(
    ("path", "service"),
    [
        *(("/", "auth-gateway"), ("/api/auth/me", "auth-gateway"), ("/none", "auth-gateway")),
        *(("/api/auth/none", "auth-gateway"), ("/api/openapi.json", "auth-gateway")),
        *(("/api/nodes", "node-proxy"), ("/api/health", "node-proxy"), ("/api", "node-proxy")),
        *(("/api/authority", "node-proxy"), ("/api/tokensx", "node-proxy")),
        *((f"/api/{name}", "dhcp-tokens") for name in ("tokens", "subnets", "ranges", "leases")),
        *(("/api/static-ips/1", "dhcp-tokens"), ("/swagger-ui/", "dhcp-tokens")),
        *(("/api-docs/openapi.json", "dhcp-tokens"), ("/swagger-uix", "auth-gateway")),
    ],
)
def test_each_path_belongs_to_its_service(edge: Edge, path: str, service: str) -> None:
    with edge.visitor() as browser:
        request_id = browser.get(path).headers["x-request-id"]

    def told_by() -> set[str]:
        logs = edge.logs().items()
        return {name.rpartition("-")[0] for name, text in logs if request_id in text}

    until(told_by, what=f"an access line of {path}")
    assert told_by() == {service}


def test_both_replicas_of_a_service_are_used(edge: Edge) -> None:
    with edge.sign_in("viewer") as browser:
        ids = [browser.get("/api/nodes/ns1/apps").headers["x-request-id"] for _ in range(8)]

    def told() -> set[str]:
        logs = edge.logs().items()
        return {name for name, text in logs if any(each in text for each in ids)}

    until(lambda: told() >= {"node-proxy-1", "node-proxy-2"}, what="lines of both")
