"""What the nodes get to see: whose token, where in the request, and nothing of anybody else's."""

import pytest

from tests.edge.support import problem_of, raw
from tests.support.edge import COOKIE, HOST, Edge

READS = ("/api/nodes", "/api/nodes/ns1/overview", "/api/nodes/ns2/apps")
SECRET_WORDS = ("pass", "token", "totp")
# What an overview asks of a node on behalf of its caller, and of nothing else.
ASKED_FOR_A_PERSON = {"/api/dashboard/stats/get", "/api/apps/list"}
# What the gateways do by themselves, for whoever is or was signed in.
HOUSEKEEPING = {
    *("/api/user/session/get", "/api/user/profile/get", "/api/user/logout"),
    "/api/user/session/delete",
}


def test_no_secret_stands_in_a_request_line_and_later_calls_carry_a_bearer(edge: Edge) -> None:
    with edge.sign_in("admin") as browser:
        for path in READS:
            assert browser.get(path).status_code == 200
        browser.post("/api/auth/nodes/ns1/login", json={"password": "admin"})
        browser.post("/api/auth/logout")

    found = edge.requests()
    assert {one["path"] for one in found} >= {"/api/user/login", "/api/dashboard/stats/get"}
    for one in found:
        assert not set(one["query"]) & {*SECRET_WORDS, "user", "newPass"}, one
        if one["path"] == "/api/user/login":
            assert one["method"] == "POST"
            assert "pass" in one["form"]
        else:
            assert one["headers"]["authorization"].startswith("Bearer <token")
            assert "token" not in one["form"]


@pytest.mark.parametrize("name", ["admin", "viewer", "dhcp"])
def test_a_call_reaches_a_node_with_that_persons_token_alone(edge: Edge, name: str) -> None:
    with edge.sign_in("admin"), edge.sign_in("viewer"), edge.sign_in(name) as browser:
        edge.control.delete("/requests")
        for path in READS:
            browser.get(path)

    asked = [one for one in edge.requests() if one["path"] in ASKED_FOR_A_PERSON]
    assert {(one["node"], one["headers"]["authorization"]) for one in asked} == {
        (node, f"Bearer <token:{name}@{node}>") for node in ("ns1", "ns2")
    }


def test_a_token_that_is_refused_is_replaced_by_no_other(edge: Edge) -> None:
    with edge.sign_in("viewer") as browser:
        edge.fault("ns2", "lose-sessions")
        edge.control.delete("/requests")
        answers = [browser.get(f"/api/nodes/ns2/{part}") for part in ("apps", "cluster/state")]
        asked = edge.requests("ns2", "/api/apps/list")
        elsewhere = browser.get("/api/nodes/ns1/apps")

    assert {problem_of(answer)["code"] for answer in answers} == {"node_session_expired"}
    assert elsewhere.status_code == 200
    # Asked once at most with the dead token, and then not at all.
    assert len(asked) <= 1
    words = {one["headers"].get("authorization") for one in asked}
    assert words <= {"Bearer <token>", "Bearer <token:viewer@ns2>"}


@pytest.mark.parametrize(
    "node",
    [
        *("//evil.test", "@evil.test", "..", "%2e%2e", "ns1@evil.test", "ns1:80@evil.test"),
        *("ns1%2f..%2f..%2fadmin", "ns1%00", "ns1%0d%0aHost:evil.test", "http://evil.test"),
        *("ns1/../../api/admin", "ns1%23", "ns1%3f", "ns1.evil.test", "ns1%5c..%5cx"),
    ],
)
def test_an_odd_node_id_reaches_no_other_host_or_path(edge: Edge, node: str) -> None:
    with edge.sign_in("admin") as browser:
        cookie = browser.cookies[COOKIE]
        edge.control.delete("/requests")
        status, _ = raw(
            edge,
            f"GET /api/nodes/{node}/overview HTTP/1.1\r\n"
            f"Host: {HOST}:{edge.traefik.secure_port}\r\nCookie: {COOKIE}={cookie}\r\n"
            "Connection: close\r\n\r\n".encode(),
        )

    assert status in {200, 400, 404}
    asked = {one["path"] for one in edge.requests()}
    assert asked <= ASKED_FOR_A_PERSON | HOUSEKEEPING


def test_a_redirect_of_a_node_is_not_followed(edge: Edge) -> None:
    with edge.sign_in("viewer") as browser:
        edge.fault("ns1", "status", status=302, path="/api/apps/list")
        answer = browser.get("/api/nodes/ns1/apps")

    assert problem_of(answer)["code"] == "node_error"
    assert len(edge.requests(path="/api/apps/list")) == 1
