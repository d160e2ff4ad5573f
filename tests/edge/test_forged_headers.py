"""What a client says of its own address, scheme or name counts nowhere, in whatever spelling."""

import json

import pytest

from tests.edge.support import Header, problem_of, raw
from tests.support.edge import COOKIE, HOST, Edge
from tests.support.lab import until

FORGED_ADDRESS = "203.0.113.66"
FORGED: dict[str, str] = {
    "X-Forwarded-For": FORGED_ADDRESS,
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Host": "evil.test",
    "X-Forwarded-Port": "80",
    "X-Forwarded-Uri": "/api/auth/me",
    "X-Forwarded-Method": "GET",
    "X-Forwarded-Prefix": "/internal",
    "X-Forwarded-Server": "evil.test",
    "X-Forwarded-User": "admin",
    "Forwarded": f"for={FORGED_ADDRESS};proto=http;host=evil.test",
    "X-Real-IP": FORGED_ADDRESS,
    "X-Original-URL": "/internal/introspect",
    "X-Rewrite-URL": "/internal/introspect",
    "Remote-User": "admin",
    "X-Companion-Identity-Service": "auth-gateway",
    "X-Request-Id": "f" * 24,
}
# An underscore, and other characters that some servers read as a dash.
SPELLINGS = ("-", "_", ".", "~")


def _spelled(*names: str) -> list[Header]:
    """These headers, each in every spelling."""
    spelled = {name.replace("-", dash): FORGED[name] for name in names for dash in SPELLINGS}
    return [*spelled.items()]


@pytest.mark.parametrize(
    "names", [*((name,) for name in FORGED), tuple(FORGED)], ids=[*FORGED, "all of them"]
)
def test_identity_scheme_host_and_address_stay_what_they_are(
    edge: Edge, names: tuple[str, ...]
) -> None:
    headers = _spelled(*names)
    address = edge.address()
    with edge.visitor(address) as browser:
        body = {"username": "viewer", "password": "viewer"}
        # The own origin: believing another host or scheme, the gateway would refuse it.
        own = {"Origin": edge.base_url, "Sec-Fetch-Site": "same-origin"}
        signed_in = browser.post("/api/auth/login", json=body, headers=[*headers, *own.items()])
        me = browser.get("/api/auth/me", headers=headers).json()
        nodes = browser.get("/api/nodes", headers=headers)

    assert signed_in.status_code == 201, signed_in.text
    assert me["user"] == "viewer"
    assert me["transport"]["requestSecure"] is True
    assert nodes.status_code == 200
    for answer in (signed_in, nodes):
        assert answer.headers["x-request-id"] != "f" * 24
    seen = {one["headers"].get("x-real-ip") for one in edge.requests(path="/api/user/login")}
    assert seen == {address}
    _only_this_address_was_logged(edge, nodes.headers["x-request-id"], address)


def test_nobody_is_signed_in_by_a_name_in_a_header(edge: Edge) -> None:
    with edge.visitor() as nobody:
        answers = [
            nobody.get(path, headers=_spelled(*FORGED)) for path in ("/api/nodes", "/api/auth/me")
        ]

    assert problem_of(answers[0])["code"] == "session_invalid"
    assert answers[1].json()["authenticated"] is False


@pytest.mark.parametrize("name", ["X-Forwarded-For", "X-Forwarded-Proto", "X-Real-Ip"])
def test_traefiks_own_words_are_not_taken_away_by_connection(edge: Edge, name: str) -> None:
    """A header that `Connection` names belongs to one hop; these must not be dropped by that."""
    address = edge.address()
    with edge.sign_in("viewer", address=address) as browser:
        cookie = browser.cookies[COOKIE]
    edge.control.delete("/requests")

    status, _ = raw(
        edge,
        f"GET /api/nodes HTTP/1.1\r\nHost: {HOST}:{edge.traefik.secure_port}\r\n"
        f"Cookie: {COOKIE}={cookie}\r\nConnection: close, {name}\r\n\r\n".encode(),
        address=address,
    )

    assert status == 200


@pytest.mark.parametrize("path", ["/internal/introspect", "/api/../internal/introspect"])
def test_another_path_is_not_reached_by_a_header(edge: Edge, path: str) -> None:
    with edge.sign_in("viewer") as browser:
        answer = browser.get(
            "/api/auth/me", headers={"X-Original-URL": path, "X-Rewrite-URL": path}
        )

    assert answer.json()["user"] == "viewer"


def _only_this_address_was_logged(edge: Edge, request_id: str, address: str) -> None:
    def lines() -> list[dict[str, object]]:
        told = "\n".join(edge.logs()[name] for name in ("node-proxy-1", "node-proxy-2"))
        return [json.loads(line) for line in told.splitlines() if request_id in line]

    until(lines, what="the access line")
    assert {line["client"] for line in lines() if line["event"] == "request"} == {address}
    services = {name: text for name, text in edge.logs().items() if name != "traefik"}
    assert [name for name, text in services.items() if FORGED_ADDRESS in text] == []
