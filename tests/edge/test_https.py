"""Encrypted with what is sound today; a person who typed http is sent on, a program is refused."""

import ssl

import httpx
import pytest

from tests.edge.support import handshake, problem_of
from tests.support.edge import COOKIE, HOST, Edge


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_these_versions_are_spoken(edge: Edge, version: ssl.TLSVersion) -> None:
    assert handshake(edge, version) is not None


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_these_are_not(edge: Edge, version: ssl.TLSVersion) -> None:
    assert handshake(edge, version) is None


@pytest.mark.parametrize("cipher", ["AES128-SHA", "AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-SHA"])
def test_no_weak_cipher_is_taken(edge: Edge, cipher: str) -> None:
    context = edge.new_tls()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(f"{cipher}:@SECLEVEL=0")

    with pytest.raises(httpx.ConnectError), edge.visitor(tls=context) as client:
        client.get("/")


def test_who_does_not_know_the_name_gets_no_certificate(edge: Edge) -> None:
    assert handshake(edge, ssl.TLSVersion.TLSv1_3, name="other.test") is None


@pytest.mark.parametrize("path", ["/", "/nodes?tab=1", "/js/main.js"])
def test_a_page_is_sent_on_to_https(edge: Edge, path: str) -> None:
    with edge.visitor(base_url=edge.plain_url) as browser:
        answer = browser.get(path)

    assert answer.status_code in {301, 308}
    assert answer.headers["location"] == f"{edge.base_url}{path}"


@pytest.mark.parametrize("path", ["/api/nodes", "/api/nodes/ns1/overview"])
def test_a_call_with_a_cookie_is_refused_and_not_sent_on(edge: Edge, path: str) -> None:
    with edge.sign_in("viewer") as browser:
        cookie = browser.cookies[COOKIE]
    with edge.visitor(base_url=edge.plain_url) as careless:
        answer = careless.get(path, headers={"Cookie": f"{COOKIE}={cookie}"})

    assert answer.status_code == 403
    assert problem_of(answer)["code"] == "https_required"


@pytest.mark.parametrize("path", ["/api/tokens", "/api/subnets", "/api/leases/1"])
def test_a_call_with_a_bearer_token_is_not_sent_on(edge: Edge, path: str) -> None:
    with edge.visitor(base_url=edge.plain_url) as careless:
        answer = careless.get(path, headers={"Authorization": "Bearer dhcp_1_x"})

    assert answer.status_code in {401, 403, 404}
    problem_of(answer)
    assert "location" not in answer.headers


def test_a_password_is_refused_over_plain_http(edge: Edge) -> None:
    with edge.visitor(base_url=edge.plain_url) as careless:
        answer = careless.post("/api/auth/login", json={"username": "admin", "password": "admin"})
        posted = careless.post("/", data={"username": "admin", "password": "admin"})

    assert problem_of(answer)["code"] == "https_required"
    assert posted.status_code in {403, 404}
    assert "location" not in posted.headers
    assert edge.requests(path="/api/user/login") == []


def test_another_host_name_is_not_served(edge: Edge) -> None:
    with edge.visitor() as client:
        answer = client.get("/api/auth/me", headers={"Host": f"evil.{HOST}"})

    # Traefik's own words: the request is none of ours.
    assert answer.status_code in {404, 421}
