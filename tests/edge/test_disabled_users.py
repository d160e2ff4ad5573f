"""Somebody who was disabled or deleted at the nodes is out everywhere within a minute."""

import secrets
from collections.abc import Generator

import pytest

from tests.support.edge import COOKIE, Edge
from tests.support.lab import until

# What is promised; the tests move a session's turn forward and do not wait so long.
WITHIN_S = 60.0


@pytest.fixture
def name(edge: Edge) -> Generator[str]:
    """Somebody new at every node; name and password are one."""
    name = f"person-{secrets.token_hex(4)}"
    with edge.sign_in("admin"):
        _administer(edge, "admin/users/create", user=name, displayName=name, **{"pass": name})
        # The other nodes hear of it after a while.
        edge.control.post("/advance", json={"seconds": 15}).raise_for_status()
        yield name


@pytest.mark.parametrize(
    ("path", "change"),
    [("admin/users/set", {"disabled": "true"}), ("admin/users/delete", {})],
    ids=["disabled", "deleted"],
)
def test_every_session_of_theirs_ends_on_every_replica(
    edge: Edge, name: str, path: str, change: dict[str, str]
) -> None:
    with edge.sign_in(name) as one, edge.sign_in(name) as other, edge.sign_in("viewer") as viewer:
        _administer(edge, path, user=name, **change)
        edge.control.post("/advance", json={"seconds": 15}).raise_for_status()
        _due_now(edge)

        def are_out() -> bool:
            return all(browser.get("/api/nodes").status_code == 401 for browser in (one, other))

        until(are_out, what="both are out", within_s=WITHIN_S)
        assert viewer.get("/api/nodes").status_code == 200
        assert one.get("/api/auth/me").json()["authenticated"] is False


def test_a_node_that_is_down_signs_nobody_out(edge: Edge) -> None:
    with edge.sign_in("viewer") as browser:
        for node in edge.nodes:
            edge.stop_node(node)
        with edge.redis() as client:
            key = max(
                (str(key) for key in client.scan_iter("session:*")),
                key=lambda key: float(client.hget(key, "seen") or 0),
            )
            client.zadd("sessions:due", {key: 0}, xx=True)
            until(
                lambda: float(client.zscore("sessions:due", key) or 0) > 0,
                what="somebody looked after it",
            )
        assert browser.get("/api/auth/me").json()["user"] == "viewer"
        for node in edge.nodes:
            edge.start_node(node)

        assert browser.get("/api/nodes").status_code == 200
        assert COOKIE in browser.cookies


def _administer(edge: Edge, path: str, **form: str) -> None:
    """As an administrator at the Primary, past us."""
    until(lambda: edge.node_tokens("admin")["ns1"], what="an administrator's token")
    token = next(each for each in edge.node_tokens("admin")["ns1"] if edge.accepts("ns1", each))
    said = edge.at_node("ns1", path, token=token, **form)
    assert said["status"] == "ok", said


def _due_now(edge: Edge) -> None:
    with edge.redis() as client:
        for key in client.zrange("sessions:due", 0, -1):
            client.zadd("sessions:due", {key: 0}, xx=True)
