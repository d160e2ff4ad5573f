import pytest
from companion.asgi.forwarded import TransportSettings
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.companion.asgi.frame import framed
from tests.support.asgi import running


async def _page(_: Request) -> Response:
    return Response("page", headers={"Cache-Control": "public, max-age=60"})


async def _broken(_: Request) -> Response:
    raise RuntimeError("broken")


ROUTES = [
    Route("/page", _page),
    Route("/api/page", _page),
    Route("/api/broken", _broken),
]


@pytest.mark.parametrize("path", ["/page", "/api/page", "/api/nothing", "/api/broken"])
async def test_every_answer_tells_browsers_what_it_may_do(path: str) -> None:
    async with running(framed(ROUTES)) as http:
        headers = (await http.get(path)).headers

    policy = headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "object-src 'none'", "base-uri 'none'"} <= {*policy}
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "permissions-policy" in headers


async def test_nothing_under_api_is_kept_by_a_cache() -> None:
    async with running(framed(ROUTES)) as http:
        page, api = await http.get("/page"), await http.get("/api/page")

    assert page.headers["cache-control"] == "public, max-age=60"
    assert api.headers.get_list("cache-control") == ["no-store"]


@pytest.mark.parametrize("url", ["https://dns.example.org", "https://dns.example.org:8443"])
async def test_a_dns_name_is_to_be_reached_by_https_for_a_year(url: str) -> None:
    async with running(framed(ROUTES), base_url=url) as http:
        headers = (await http.get("/page")).headers

    assert headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize(
    "url",
    [
        "https://localhost:3443",
        "https://a.localhost",
        "https://192.0.2.1",
        "https://192.0.2.1:3443",
        "https://[2001:db8::1]:3443",
        "https://[2001:db8::1]",
        "http://dns.example.org",
    ],
)
async def test_addresses_localhost_and_plain_http_are_not(url: str) -> None:
    async with running(framed(ROUTES), base_url=url) as http:
        assert "strict-transport-security" not in (await http.get("/page")).headers


async def test_a_certificate_of_our_own_making_is_not_insisted_on() -> None:
    app = framed(ROUTES, own_certificate=True)
    async with running(app, base_url="https://dns.example.org") as http:
        assert "strict-transport-security" not in (await http.get("/page")).headers


async def test_a_forged_scheme_brings_no_strict_transport_security() -> None:
    app = framed(ROUTES, transport=TransportSettings())
    async with running(app, base_url="http://dns.example.org") as http:
        response = await http.get("/page", headers={"X-Forwarded-Proto": "https"})

    assert "strict-transport-security" not in response.headers
