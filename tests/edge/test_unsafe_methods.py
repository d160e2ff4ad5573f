"""What changes something is done for our own pages and for programs, never for another site's."""

import pytest

from tests.edge.support import problem_of
from tests.support.edge import COOKIE, Edge

LOGIN = {"username": "viewer", "password": "viewer"}
METHODS = ("POST", "PUT", "PATCH", "DELETE")
# Of each service one, whether it has such a route or not: the rule stands before the routes.
PATHS = ("/api/auth/login", "/api/auth/logout", "/api/nodes", "/api/tokens", "/")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("site", ["cross-site", "same-site", "somewhere"])
def test_another_site_changes_nothing(edge: Edge, path: str, site: str) -> None:
    with edge.visitor() as browser:
        for method in METHODS:
            answer = browser.request(method, path, json=LOGIN, headers={"Sec-Fetch-Site": site})

            assert answer.status_code == 403, method
            assert problem_of(answer)["code"] == "cross_site_refused"
            assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "origin",
    [
        *(
            "https://evil.test",
            "null",
            "https://companion.test",
            "https://companion.test.evil.test",
        ),
        *("http://companion.test:{port}", "https://sub.companion.test:{port}"),
    ],
)
def test_another_origin_changes_nothing(edge: Edge, path: str, origin: str) -> None:
    """The last ones are of the same host name, and still of another port, scheme or host."""
    written = origin.format(port=edge.traefik.secure_port)
    with edge.visitor() as browser:
        answer = browser.post(path, json=LOGIN, headers={"Origin": written})

    assert answer.status_code == 403
    assert problem_of(answer)["code"] == "origin_refused"


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="a program"),
        pytest.param({"Sec-Fetch-Site": "same-origin"}, id="our own page"),
        pytest.param({"Sec-Fetch-Site": "none"}, id="typed by a person"),
        pytest.param({"Origin": "https://companion.test:{port}"}, id="our own origin"),
    ],
)
def test_our_pages_and_programs_sign_in_and_out(edge: Edge, headers: dict[str, str]) -> None:
    written = {name: text.format(port=edge.traefik.secure_port) for name, text in headers.items()}
    with edge.visitor() as browser:
        signed_in = browser.post("/api/auth/login", json=LOGIN, headers=written)
        signed_out = browser.post("/api/auth/logout", headers=written)

    assert (signed_in.status_code, signed_out.status_code) == (201, 201)


def test_json_that_is_called_text_is_refused(edge: Edge) -> None:
    """A page of another site may send text/plain without asking first."""
    with edge.visitor() as browser:
        answer = browser.post(
            "/api/auth/login",
            content=b'{"username": "viewer", "password": "viewer"}',
            headers={"Content-Type": "text/plain"},
        )

    assert answer.status_code == 415
    assert problem_of(answer)["code"] == "unsupported_media_type"


def test_a_post_without_a_body_needs_no_content_type(edge: Edge) -> None:
    with edge.sign_in("viewer") as browser:
        assert browser.post("/api/auth/logout").status_code == 201


def test_another_site_does_not_sign_anybody_out(edge: Edge) -> None:
    with edge.sign_in("viewer") as browser:
        refused = browser.post("/api/auth/logout", headers={"Origin": "https://evil.test"})
        still = browser.get("/api/nodes")

    assert (refused.status_code, still.status_code) == (403, 200)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "path", ["/api/auth/login?username=viewer&password=viewer", "/api/auth/logout"]
)
def test_reading_signs_nobody_in_or_out(edge: Edge, method: str, path: str) -> None:
    with edge.sign_in("viewer") as browser:
        before = browser.cookies[COOKIE]
        answer = browser.request(method, path)

        assert answer.status_code == 404
        assert browser.cookies[COOKIE] == before
        assert browser.get("/api/nodes").status_code == 200
