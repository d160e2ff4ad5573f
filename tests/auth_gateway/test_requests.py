"""What may be asked, from where: bodies, other sites, forged headers, other paths."""

import asyncio
import json

import pytest
from auth_gateway.domain.credentials import MAX_BODY_BYTES
from auth_gateway.routes.state import State
from auth_gateway.routes.typed import typed_credentials
from companion.problems import Problem
from starlette.requests import Request
from starlette.types import Message
from technitium_sandbox.sandbox import Sandbox

from tests.auth_gateway.conftest import MakeGateway
from tests.auth_gateway.support import LOGIN_PATH, Gateway, problem

PASSWORD = {"username": "admin", "password": "admin"}


JSON = "application/json"


@pytest.mark.parametrize(
    ("content", "content_type", "expected"),
    [
        (b"{", JSON, (400, "invalid_request", None)),
        (b'{"username": 1, "password": "p"}', JSON, (400, "invalid_request", "username")),
        (b'"\xff"', JSON, (400, "invalid_request", None)),
        (b'{"username": "a\\u0000", "password": "p"}', JSON, (400, "invalid_request", "username")),
        (
            b'{"username": "a", "password": "p", "totp": "12"}',
            JSON,
            (400, "invalid_request", "totp"),
        ),
        (b"{}", JSON, (401, "missing_credentials", None)),
        (b"", "", (401, "missing_credentials", None)),
        (b"<a/>", "text/xml", (415, "unsupported_media_type", None)),
        (b"{}", "text/plain", (415, "unsupported_media_type", None)),
        (b"x" * (MAX_BODY_BYTES + 1), JSON, (413, "request_too_large", None)),
    ],
)
async def test_a_body_that_cannot_be_used_is_refused(
    gateway: Gateway, content: bytes, content_type: str, expected: tuple[int, str, str | None]
) -> None:
    headers = {"Content-Type": content_type} if content_type else {}

    response = await gateway.http.post("/api/auth/login", content=content, headers=headers)

    document = problem(response)
    assert (response.status_code, document["code"], document.get("field")) == expected


async def test_a_body_has_to_be_there_in_time() -> None:
    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    request = Request[State]({"type": "http", "method": "POST", "headers": []}, receive)

    with pytest.raises(Problem) as refused:
        await typed_credentials(request, within_s=0.01)

    assert (refused.value.status, refused.value.code) == (400, "invalid_request")
    assert refused.value.headers == {"Connection": "close"}


async def test_missing_credentials_are_said_as_the_companion_said_it(gateway: Gateway) -> None:
    response = await gateway.http.post("/api/auth/login", json={})

    assert problem(response)["message"] == "Missing username/password"


@pytest.mark.parametrize(
    "path", ["/api/auth/login", "/api/auth/logout", "/api/auth/nodes/ns1/login"]
)
@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, "cross_site_refused"),
        ({"Sec-Fetch-Site": "same-site"}, "cross_site_refused"),
        ({"Origin": "https://evil.test"}, "origin_refused"),
        ({"Origin": "https://localhost:8443"}, "origin_refused"),
        ({"Origin": "http://localhost"}, "origin_refused"),
        ({"Origin": "null"}, "origin_refused"),
    ],
)
async def test_pages_of_others_change_nothing(
    gateway: Gateway, lab: Sandbox, path: str, headers: dict[str, str], code: str
) -> None:
    await gateway.signed_in()
    lab.requests.clear()

    response = await gateway.http.post(path, json=PASSWORD, headers=headers)

    assert response.status_code == 403
    assert problem(response)["code"] == code
    assert not lab.requests.of("ns1", LOGIN_PATH)
    assert "access-control-allow-origin" not in response.headers
    assert (await gateway.me()).json()["authenticated"] is True


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://localhost"},
        {"Origin": "https://localhost:443", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
    ],
)
async def test_our_own_pages_and_programs_may_sign_in(
    gateway: Gateway, headers: dict[str, str]
) -> None:
    response = await gateway.http.post("/api/auth/login", json=PASSWORD, headers=headers)

    assert response.status_code == 201


async def test_another_origin_may_call_when_it_is_named(make_gateway: MakeGateway) -> None:
    async with make_gateway(variables={"CORS_ORIGINS": "https://pages.test"}) as gateway:
        headers = {"Origin": "https://pages.test", "Sec-Fetch-Site": "same-site"}
        response = await gateway.http.post("/api/auth/login", json=PASSWORD, headers=headers)

    assert response.status_code == 201
    assert response.headers["access-control-allow-origin"] == "https://pages.test"


async def test_a_stranger_that_claims_https_is_not_believed(make_gateway: MakeGateway) -> None:
    async with make_gateway(peer="203.0.113.5", base_url="http://localhost") as gateway:
        response = await gateway.login("admin")

    assert response.status_code == 403
    assert problem(response)["code"] == "https_required"


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "6.6.6.6, 192.0.2.7"},
        {"X-Forwarded-For": "192.0.2.7", "Forwarded": "for=6.6.6.6;proto=http"},
        {"X-Forwarded-For": "192.0.2.7", "X-Real-IP": "6.6.6.6"},
        {"X-Forwarded-For": "192.0.2.7", "X_Forwarded_For": "6.6.6.6"},
        {
            "X-Forwarded-For": "192.0.2.7",
            "X-Forwarded-User": "root",
            "X-Forwarded-Uri": "/internal",
        },
        {
            "X-Forwarded-For": "192.0.2.7",
            "X-Forwarded-Method": "DELETE",
            "X-Forwarded-Prefix": "/x",
        },
    ],
)
async def test_forged_headers_change_nothing(
    gateway: Gateway, lab: Sandbox, headers: dict[str, str]
) -> None:
    for name, value in headers.items():
        gateway.http.headers[name] = value

    response = await gateway.login("admin")

    assert response.status_code == 201
    (received,) = lab.requests.of("ns1", LOGIN_PATH)
    assert received.headers["x-real-ip"] == "192.0.2.7"
    assert (await gateway.session()).record.client == "192.0.2.7"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/auth/login"),
        ("GET", "/api/auth/logout"),
        ("GET", "/api/auth/nodes/ns1/login"),
        ("POST", "/api/auth/me"),
        ("GET", "/api/auth/nothing"),
        ("POST", "/internal/introspect"),
        ("GET", "/internal/"),
        ("GET", "/metrics"),
        ("GET", "/docs"),
        ("GET", "/openapi.json"),
    ],
)
async def test_what_is_not_here_is_not_found(gateway: Gateway, method: str, path: str) -> None:
    await gateway.signed_in()

    response = await gateway.http.request(method, path)

    assert response.status_code == 404
    assert problem(response)["message"] == f"Cannot {method} {path}"
    assert (await gateway.me()).json()["authenticated"] is True


async def test_cookies_that_are_ambiguous_or_malformed_sign_nobody_in(gateway: Gateway) -> None:
    cookie = await gateway.signed_in()
    gateway.http.cookies.clear()
    name = "__Host-tdc_session"

    for header in (f"{name}={cookie}; {name}={'A' * 43}", f"{name}={cookie}x", f"tdc={cookie}"):
        body = (await gateway.me(Cookie=header)).json()
        assert body["authenticated"] is False


async def test_every_answer_carries_the_headers_that_protect_a_browser(gateway: Gateway) -> None:
    for path in ("/", "/api/auth/me", "/nothing", "/api/auth/nothing"):
        response = await gateway.http.get(path)
        assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["referrer-policy"] == "no-referrer"
        assert response.headers["cross-origin-opener-policy"] == "same-origin"
        assert "strict-transport-security" not in response.headers


async def test_a_domain_is_told_to_stay_with_https(make_gateway: MakeGateway) -> None:
    host = {"X-Forwarded-Host": "companion.example"}
    async with make_gateway() as gateway:
        response = await gateway.me(**host)
    async with make_gateway(variables={"HTTPS_OWN_CERTIFICATE": "true"}) as own:
        silent = await own.me(**host)

    assert "max-age=31536000" in response.headers["strict-transport-security"]
    assert "strict-transport-security" not in silent.headers


async def test_probes_say_what_they_know(gateway: Gateway) -> None:
    assert (await gateway.http.get("/livez")).json() == {"status": "live"}
    assert (await gateway.http.get("/readyz")).status_code == 200
    assert json.loads((await gateway.http.get("/health")).content)["service"] == "auth-gateway"
