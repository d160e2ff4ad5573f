"""A session that is over is over at every replica, and at every node."""

import httpx

from tests.edge.support import problem_of
from tests.support.edge import COOKIE, Edge
from tests.support.lab import until

# What Traefik says to a service of a request that came over HTTPS.
FROM_TRAEFIK = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "companion.test"}


def test_a_cookie_is_worth_nothing_after_signing_out(edge: Edge) -> None:
    with edge.sign_in("viewer") as browser:
        cookie = browser.cookies[COOKIE]
        browser.post("/api/auth/logout")
    with edge.visitor() as thief:
        kept = {"Cookie": f"{COOKIE}={cookie}"}
        me = thief.get("/api/auth/me", headers=kept).json()
        nodes = thief.get("/api/nodes", headers=kept)

    assert me["authenticated"] is False
    assert problem_of(nodes)["code"] == "session_invalid"
    for name in ("node-proxy-1", "node-proxy-2"):
        url = f"{edge.replicas[name].url}/api/nodes"
        assert httpx.get(url, headers={**FROM_TRAEFIK, **kept}).status_code == 401


def test_every_nodes_token_dies(edge: Edge) -> None:
    known = edge.node_tokens("dhcp")
    with edge.sign_in("dhcp") as browser:
        tokens = _new_tokens(edge, "dhcp", known)
        assert browser.post("/api/auth/logout").status_code == 201

    for node in edge.nodes:
        until(lambda node=node: not edge.accepts(node, tokens[node]), what=f"dead at {node}")  # type: ignore[misc]


def test_signing_in_again_ends_the_session_of_before(edge: Edge) -> None:
    with edge.sign_in("viewer") as browser:
        before = browser.cookies[COOKIE]
        browser.post("/api/auth/login", json={"username": "viewer", "password": "viewer"})
        after = browser.cookies[COOKIE]
        old = browser.get("/api/nodes", headers={"Cookie": f"{COOKIE}={before}"})

        assert before != after
        assert old.status_code == 401
        assert browser.get("/api/nodes").status_code == 200


def test_a_session_lives_while_replicas_die_one_after_the_other(edge: Edge) -> None:
    """A request meets a replica that is gone, and is served by the other."""
    with edge.sign_in("viewer") as browser:
        for name in ("auth-gateway-1", "node-proxy-1", "auth-gateway-2", "node-proxy-2"):
            edge.programs[name].kill()
            answers = [browser.get(path) for path in ("/api/auth/me", "/api/nodes")]
            left = browser.post("/api/auth/nodes/ns1/login", json={"password": "viewer"})
            edge.restart(name)
            edge.calm()

            assert [answer.status_code for answer in answers] == [200, 200], name
            assert answers[0].json()["user"] == "viewer"
            assert left.status_code == 201, left.text


def _new_tokens(edge: Edge, username: str, known: dict[str, set[str]]) -> dict[str, str]:
    """The token of the one new session of this person at each node."""

    def new() -> dict[str, set[str]]:
        found = edge.node_tokens(username)
        return {node: tokens - known[node] for node, tokens in found.items()}

    until(lambda: all(len(tokens) == 1 for tokens in new().values()), what="new tokens")
    return {node: tokens.pop() for node, tokens in new().items()}
