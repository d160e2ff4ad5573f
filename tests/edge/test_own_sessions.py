"""A person sees where they are signed in, and ends it after showing the password once more."""

import httpx
import pytest

from tests.edge.support import problem_of
from tests.support.edge import COOKIE, Edge

PASSWORD = {"password": "viewer"}


def _rows(browser: httpx.Client) -> dict[str, dict[str, object]]:
    answer = browser.get("/api/auth/sessions")
    assert answer.status_code == 200, answer.text
    return {row["id"]: row for row in answer.json()["sessions"]}


def _current(browser: httpx.Client) -> str:
    (found,) = [row_id for row_id, row in _rows(browser).items() if row["current"]]
    return found


@pytest.fixture
def edge(edge: Edge) -> Edge:
    """Without a session of an earlier test."""
    with edge.redis() as client:
        for key in client.scan_iter("session*"):
            client.delete(key)
    return edge


def test_the_list_says_when_from_where_with_what_and_at_which_nodes(edge: Edge) -> None:
    address = edge.address()
    edge.stop_node("ns3")
    with edge.visitor(address) as browser, edge.sign_in("admin"):
        browser.headers["User-Agent"] = "a browser of the tests"
        browser.post("/api/auth/login", json={"username": "viewer", "password": "viewer"})
        (row,) = _rows(browser).values()

    assert row["current"] is True
    assert row["client"] == address
    assert row["agent"] == "a browser of the tests"
    assert str(row["createdAt"]) <= str(row["lastSeenAt"]) < str(row["expiresAt"])
    assert row["nodes"] == [
        {"id": "ns1", "state": "signed_in"},
        {"id": "ns2", "state": "signed_in"},
        {"id": "ns3", "state": "unreachable"},
    ]


def test_one_is_ended_after_the_password_and_the_others_stay(edge: Edge) -> None:
    with edge.sign_in("viewer") as here, edge.sign_in("viewer") as there:
        lost = _current(there)
        without = here.request("DELETE", f"/api/auth/sessions/{lost}", json={})
        wrong = here.request("DELETE", f"/api/auth/sessions/{lost}", json={"password": "wrong"})
        still = there.get("/api/nodes").status_code
        ended = here.request("DELETE", f"/api/auth/sessions/{lost}", json=PASSWORD)

        assert (problem_of(without)["status"], problem_of(wrong)["status"], still) == (
            401,
            401,
            200,
        )
        assert ended.json() == {"ended": 1}
        assert there.get("/api/nodes").status_code == 401
        assert here.get("/api/nodes").status_code == 200
        assert [*_rows(here)] == [_current(here)]


def test_all_others_are_ended_at_once(edge: Edge) -> None:
    with (
        edge.sign_in("viewer") as here,
        edge.sign_in("viewer") as one,
        edge.sign_in("viewer") as two,
    ):
        refused = here.post("/api/auth/sessions/end-others", json={"password": "wrong"})
        before = [each.get("/api/nodes").status_code for each in (one, two)]
        ended = here.post("/api/auth/sessions/end-others", json=PASSWORD)
        after = [each.get("/api/nodes").status_code for each in (here, one, two)]

    assert (refused.status_code, before) == (401, [200, 200])
    assert (ended.status_code, ended.json()) == (201, {"ended": 2})
    assert after == [200, 401, 401]


def test_nobody_sees_or_ends_what_is_anothers(edge: Edge) -> None:
    with edge.sign_in("viewer") as theirs, edge.sign_in("admin") as mine:
        lost = _current(theirs)
        ended = mine.request("DELETE", f"/api/auth/sessions/{lost}", json={"password": "admin"})

        assert lost not in _rows(mine)
        assert problem_of(ended)["code"] == "session_unknown"
        assert theirs.get("/api/nodes").status_code == 200


def test_an_id_of_the_list_signs_nobody_in(edge: Edge) -> None:
    with edge.sign_in("viewer") as browser, edge.visitor() as thief:
        listed = browser.get("/api/auth/sessions").text
        for row_id in _rows(browser):
            answer = thief.get("/api/nodes", headers={"Cookie": f"{COOKIE}={row_id}"})
            assert answer.status_code == 401

        assert browser.cookies[COOKIE] not in listed


def test_tries_of_the_password_are_counted_here_as_well(edge: Edge) -> None:
    """Otherwise a stolen cookie would be a way to guess it."""
    with edge.sign_in("viewer") as browser:
        answers = [
            browser.post("/api/auth/sessions/end-others", json={"password": f"wrong-{count}"})
            for count in range(6)
        ]

    assert [answer.status_code for answer in answers[:2]] == [401, 401]
    assert {answer.status_code for answer in answers[4:]} == {429}
