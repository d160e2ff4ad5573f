"""What tells a browser to be careful, on every answer; and which other origins may call."""

import httpx
import pytest

from tests.support.edge import Edge
from tests.support.edge_settings import FRIEND

PATHS = ("/", "/api/auth/me", "/api/nodes", "/api/leases", "/api/none", "/none", "/js/main.js")
ORIGINS = ("https://evil.test", "null", "https://companion.test", "https://friend.test.evil.test")
POLICY = ("default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'")


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_of_every_service_carries_them(edge: Edge, path: str) -> None:
    with edge.sign_in("viewer") as browser:
        headers = browser.get(path).headers

    policy = headers["content-security-policy"]
    assert [part for part in POLICY if part not in policy] == []
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "server" not in headers
    assert "x-powered-by" not in headers
    for name in ("content-security-policy", "x-content-type-options", "cache-control"):
        assert len(headers.get_list(name)) == 1, name


@pytest.mark.parametrize("path", ["/api/auth/me", "/api/nodes", "/api/nodes/ns1/overview", "/api"])
def test_no_cache_keeps_an_answer_of_the_api(edge: Edge, path: str) -> None:
    with edge.sign_in("viewer") as browser:
        assert browser.get(path).headers["cache-control"] == "no-store"


def test_a_browser_insists_on_https_for_a_year(edge: Edge) -> None:
    with edge.visitor() as browser:
        (told,) = browser.get("/").headers.get_list("strict-transport-security")

    seconds = int(told.partition("max-age=")[2].partition(";")[0])
    assert seconds >= 365 * 24 * 3600


def test_signing_out_clears_the_cache_and_the_cookie(edge: Edge) -> None:
    with edge.sign_in("viewer") as browser:
        answer = browser.post("/api/auth/logout")

    assert '"cache"' in answer.headers["clear-site-data"]
    assert "max-age=0" in answer.headers["set-cookie"].lower()


@pytest.mark.parametrize("origin", ORIGINS)
def test_another_origin_may_not_read_with_the_cookie(edge: Edge, origin: str) -> None:
    with edge.sign_in("viewer") as browser:
        answers = [browser.get(path, headers={"Origin": origin}) for path in PATHS]
        answers += [_preflight(browser, path, origin) for path in PATHS]

    for answer in answers:
        assert "access-control-allow-origin" not in answer.headers, answer.url
        assert "access-control-allow-credentials" not in answer.headers, answer.url


@pytest.mark.parametrize("path", ["/api/auth/me", "/api/nodes", "/api/leases"])
def test_an_allowed_origin_may(edge: Edge, path: str) -> None:
    with edge.sign_in("viewer") as browser:
        answer = browser.get(path, headers={"Origin": FRIEND})
        preflight = _preflight(browser, path, FRIEND)

    for each in (answer, preflight):
        assert each.headers.get_list("access-control-allow-origin") == [FRIEND]
        assert each.headers.get_list("access-control-allow-credentials") == ["true"]
        assert "origin" in each.headers["vary"].lower()
    assert preflight.status_code == 204


def _preflight(browser: httpx.Client, path: str, origin: str) -> httpx.Response:
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    return browser.options(path, headers=asked)
