"""Technitium's own API through us: the listed paths as they are, and not a byte beyond them."""

import pytest

from tests.edge.support import problem_of, raw
from tests.support.edge import COOKIE, HOST, Edge
from tests.support.lab import until

WAYS = ("/api/nodes/ns1/technitium", "/api/nodes/all/technitium", "/api/primary/technitium")
REFUSED = (
    *("user/login", "user/logout", "user/createToken", "user/createSingleUseToken"),
    *("user/changePassword", "user/2fa/init", "user/2fa/enable", "user/session/get"),
    *("user/session/delete", "admin/sessions/createToken", "admin/cluster/init"),
    *("admin/cluster/initJoin", "settings/backup", "settings/restore"),
)
ODD = (
    *("..", "../user/logout", "zones/../user/logout", "%2e%2e/user/logout", "zones%2flist"),
    *("//evil.test/api/zones/list", "@evil.test/", "http://evil.test/", "zones/list%00"),
    *("zones/list%0d%0aHost:%20evil.test", "zones/list;x", "zones/list%3fnode=ns2", "zones/list#"),
    *("ZONES/LIST", "zones//list", "zones/list/", "zones\\list", "%7ans/list", "none/none"),
)
# A fragment is no part of a request, doubled slashes are one for Traefik, and one spelling of a
# letter is as good as another: these may reach the path that they name.
ANOTHER_SPELLING = {"zones/list#", "%7ans/list", "zones//list"}
# What the gateways ask by themselves, for whoever is or was signed in.
OURS = {
    *("user/login", "user/logout", "user/profile/get", "user/session/get"),
    "user/session/delete",
}


@pytest.mark.parametrize("name", ["admin", "viewer", "dhcp"])
@pytest.mark.parametrize("path", ["zones/list", "dhcp/scopes/list", "settings/get", "apps/list"])
def test_a_path_answers_what_the_node_itself_says_to_that_person(
    edge: Edge, name: str, path: str
) -> None:
    with edge.sign_in(name) as browser:
        until(lambda: edge.node_tokens(name)["ns2"], what="a token of theirs")
        token = next(each for each in edge.node_tokens(name)["ns2"] if edge.accepts("ns2", each))
        direct = edge.at_node("ns2", path, token=token)
        answer = browser.get(f"/api/nodes/ns2/technitium/{path}")

    if direct["status"] == "ok":
        assert answer.status_code == 200
        assert answer.json()["response"].keys() == direct["response"].keys()
    else:
        assert problem_of(answer)["code"] == "node_permission_denied"


@pytest.mark.parametrize("way", WAYS)
def test_what_could_give_or_end_a_token_is_not_passed_on(edge: Edge, way: str) -> None:
    with edge.sign_in("admin") as browser:
        before = len(edge.requests(path="/api/user/login"))
        for path in REFUSED:
            posted = browser.post(f"{way}/{path}", data={"user": "admin", "pass": "admin"})
            for answer in (posted, browser.get(f"{way}/{path}")):
                assert answer.status_code == 403, path
                assert problem_of(answer)["code"] == "path_not_forwarded"

    assert len(edge.requests(path="/api/user/login")) == before
    asked = {one["path"].removeprefix("/api/") for one in edge.requests()}
    assert not asked & {*REFUSED} - OURS


@pytest.mark.parametrize("way", WAYS)
def test_an_odd_path_reaches_no_other_host_or_path(edge: Edge, way: str) -> None:
    with edge.sign_in("admin") as browser:
        cookie = browser.cookies[COOKIE]
        host = f"{HOST}:{edge.traefik.secure_port}"
        for path in ODD:
            head = f"GET {way}/{path} HTTP/1.1\r\nHost: {host}\r\nCookie: {COOKIE}={cookie}\r\n"
            status, _ = raw(edge, f"{head}Connection: close\r\n\r\n".encode())
            assert 400 <= status < 500 or path in ANOTHER_SPELLING, path

    asked = {one["path"].removeprefix("/api/") for one in edge.requests()}
    assert asked <= {"zones/list"} | OURS


@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_changed_by_reading(edge: Edge, way: str) -> None:
    with edge.sign_in("admin") as browser:
        for method in ("GET", "HEAD"):
            answer = browser.request(method, f"{way}/zones/create?zone=made.test&type=Primary")
            assert answer.status_code in {404, 405}
        listed = browser.get("/api/nodes/ns1/technitium/zones/list").text

    assert "made.test" not in listed
    assert edge.requests(path="/api/zones/create") == []


@pytest.mark.parametrize("field", ["token", "Token", "TOKEN", "node", "actingUser", "actinguser"])
def test_a_token_node_or_user_that_is_brought_along_is_taken_out(edge: Edge, field: str) -> None:
    with edge.sign_in("viewer") as browser:
        edge.control.delete("/requests")
        for params, form in (({field: "brought"}, None), ({}, {field: "brought"})):
            browser.request(
                "GET" if form is None else "POST",
                "/api/nodes/ns1/technitium/zones/list",
                params=params,
                data=form,
            )
        asked = edge.requests("ns1", "/api/zones/list")

    assert len(asked) == 2
    for one in asked:
        assert "brought" not in str(one)
        assert one["headers"]["authorization"] == "Bearer <token:viewer@ns1>"


def test_no_answer_hands_out_a_token(edge: Edge) -> None:
    with edge.sign_in("admin") as browser:
        until(lambda: edge.node_tokens("admin")["ns1"], what="the tokens")
        tokens = set().union(*edge.node_tokens("admin").values())
        texts = [
            browser.get(f"{way}/{path}").text
            for way in WAYS
            for path in ("admin/sessions/list", "user/profile/get", "settings/get")
        ]

    assert [text for text in texts if any(token in text for token in tokens)] == []
    assert not any('"sharedSecret":"' in text.replace('"sharedSecret":"***', "") for text in texts)


def test_one_result_per_node_whatever_each_does(edge: Edge) -> None:
    with edge.sign_in("viewer") as browser:
        edge.fault("ns2", "lose-sessions")
        edge.stop_node("ns3")
        answer = browser.get("/api/nodes/all/technitium/zones/list")

    assert answer.status_code == 200
    assert [one["nodeId"] for one in answer.json()] == [*edge.nodes]
