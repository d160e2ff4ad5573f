"""Pages are sent from http to https; programs are refused."""

from collections.abc import AsyncGenerator
from pathlib import Path

import httpx
import pytest
from auth_gateway.domain.https_location import https_location, is_page
from auth_gateway.settings import Settings
from companion.env import Env
from technitium_sandbox.sandbox import Sandbox

from tests.auth_gateway.conftest import MakeGateway
from tests.auth_gateway.support import Gateway, environment, problem
from tests.support.asgi import running


@pytest.fixture
async def plain(make_gateway: MakeGateway) -> AsyncGenerator[httpx.AsyncClient]:
    """The listener beside our own TLS, which is at 3443."""
    own = {
        "TRUST_PROXY": "false",
        "HTTPS_ENABLED": "true",
        "HTTPS_CERT_PATH": __file__,
        "HTTPS_KEY_PATH": __file__,
        "PORT": "3000",
    }
    async with (
        make_gateway(variables=own) as made,
        running(made.apps.plain, base_url="http://dns.example:3000") as client,
    ):
        yield client


async def test_a_page_is_sent_to_the_same_place_at_the_https_port(plain: httpx.AsyncClient) -> None:
    answer = await plain.get("/logs?node=ns1&q=a%2Fb%20c")

    assert answer.status_code == 308
    assert answer.headers["location"] == "https://dns.example:3443/logs?node=ns1&q=a%2Fb%20c"
    assert answer.headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in answer.headers


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/api/nodes", {}),
        ("GET", "/api", {}),
        ("GET", "/api/auth/me", {}),
        ("GET", "/api-docs/openapi.json", {}),
        ("GET", "/readyz", {}),
        ("POST", "/api/auth/login", {}),
        ("POST", "/", {}),
        ("GET", "/", {"Authorization": "Bearer canary"}),
    ],
)
async def test_programs_are_told_and_never_sent_on(
    plain: httpx.AsyncClient, method: str, path: str, headers: dict[str, str]
) -> None:
    answer = await plain.request(method, path, headers=headers)

    assert answer.status_code == 403
    assert problem(answer)["code"] == "https_required"
    assert "location" not in answer.headers


@pytest.mark.parametrize("path", ["//evil.example/x", "/\\evil.example", "/.//evil.example"])
async def test_nobody_is_sent_to_another_site(plain: httpx.AsyncClient, path: str) -> None:
    answer = await plain.get(f"http://dns.example:3000{path}")

    assert answer.status_code == 400 or answer.headers["location"].startswith(
        "https://dns.example:3443/"
    )


@pytest.mark.parametrize("host", ["evil example", "a@b", "", "a/b", "a\tb"])
async def test_a_host_that_is_none_is_not_repeated(plain: httpx.AsyncClient, host: str) -> None:
    answer = await plain.get("/", headers={"Host": host})

    assert answer.status_code in (400, 403)
    assert "location" not in answer.headers


async def test_a_proxy_that_was_asked_by_http_gets_the_redirect_for_pages_alone(
    gateway: Gateway,
) -> None:
    told = {"X-Forwarded-Proto": "http", "X-Forwarded-Host": "dns.example:8080"}

    page = await gateway.http.get("/?node=ns1", headers=told)
    api = await gateway.http.get("/api/auth/me", headers=told)
    sign_in = await gateway.http.post("/api/auth/login", headers=told, json={})

    assert page.status_code == 308
    assert page.headers["location"] == "https://dns.example/?node=ns1"
    assert api.status_code == 200
    assert problem(sign_in)["code"] == "https_required"


async def test_what_a_stranger_says_of_the_scheme_sends_nobody_anywhere(
    make_gateway: MakeGateway,
) -> None:
    async with make_gateway(peer="203.0.113.9", base_url="http://localhost") as made:
        answer = await made.http.get("/", headers={"X-Forwarded-Proto": "http"})

    assert answer.status_code == 200


async def test_the_plain_listener_exists_only_beside_https_and_only_when_asked_for(
    lab: Sandbox, tmp_path: Path
) -> None:
    (tmp_path / "pem").write_text("x")
    tls = {
        "HTTPS_ENABLED": "true",
        "HTTPS_CERT_PATH": str(tmp_path / "pem"),
        "HTTPS_KEY_PATH": str(tmp_path / "pem"),
    }

    def read(**variables: str) -> Settings:
        return Settings.read(Env(environment(lab, "redis://localhost") | variables))

    assert read(**tls).plain is None
    assert str(read(**tls, PORT="80").plain) == "0.0.0.0:80"
    assert read(PORT="3000").plain is None


@pytest.mark.parametrize(
    ("host", "port", "location"),
    [
        ("dns.example", None, "https://dns.example/x"),
        ("dns.example:80", 443, "https://dns.example/x"),
        ("192.168.1.5:3000", 3443, "https://192.168.1.5:3443/x"),
        ("[fd00::5]:3000", 3443, "https://[fd00::5]:3443/x"),
        ("[fd00::5]", None, "https://[fd00::5]/x"),
        ("", 3443, None),
        ("a@b", 3443, None),
    ],
)
def test_the_name_stays_and_the_port_becomes_that_of_https(
    host: str, port: int | None, location: str | None
) -> None:
    assert https_location(host, "/x", port=port) == location


def test_what_begins_like_a_path_of_programs_may_be_a_page() -> None:
    assert is_page("GET", "/apiary", {})
    assert is_page("HEAD", "/", {})
    assert not is_page("PUT", "/", {})
