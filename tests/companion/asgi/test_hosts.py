"""Which names a service answers to."""

import httpx
import pytest
from companion.asgi.forwarded import ForwardedMiddleware, TransportSettings
from companion.asgi.hosts import HostsMiddleware, is_served
from companion.env import Env
from companion.env.transport import transport
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

BEHIND = transport(Env({"TRUST_PROXY": "true"}))


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST:3000",
        "localhost.",
        "127.0.0.1",
        "192.168.1.5:3443",
        "[::1]",
        "[fd00::5]:3443",
        "dns.example.org",
        "DNS.example.org.:443",
    ],
)
def test_addresses_localhost_and_allowed_names_are_served(host: str) -> None:
    assert is_served(host, {"dns.example.org"})


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "sub.dns.example.org",
        "dns.example.org@evil.example",
        "127.1",
        "0x7f000001",
        "local host",
        "[::1",
        "[not-an-address]",
    ],
)
def test_whatever_else_is_not(host: str) -> None:
    assert not is_served(host, {"dns.example.org"})


async def test_a_foreign_name_is_refused_and_the_setting_named() -> None:
    answer = await _get("http://rebound.example/", always=True)

    assert answer.status_code == 403
    problem = answer.json()
    assert problem["code"] == "host_refused"
    assert "ALLOWED_HOSTS" in problem["detail"]
    assert "rebound.example" in problem["detail"]


async def test_every_name_is_served_where_none_is_named_and_people_sign_in() -> None:
    assert (await _get("http://any.example/", always=False)).status_code == 200


async def test_names_that_are_set_restrict_where_people_sign_in_too() -> None:
    served = await _get("http://dns.example.org/", always=False, allowed=("dns.example.org",))
    other = await _get("http://any.example/", always=False, allowed=("dns.example.org",))

    assert (served.status_code, other.status_code) == (200, 403)


@pytest.mark.parametrize(
    ("own", "told", "status"),
    [
        ("127.0.0.1:3002", "192.168.1.5", 200),
        ("127.0.0.1:3002", "rebound.example", 403),
        # A page in the browser of this very machine is a trusted peer, and sends what it likes.
        ("rebound.example:3002", "localhost", 403),
        ("rebound.example:3002", "", 403),
    ],
)
async def test_what_a_proxy_tells_and_what_was_asked_must_both_be_served(
    own: str, told: str, status: int
) -> None:
    headers = {"X-Forwarded-Host": told} if told else {}

    answer = await _get(f"http://{own}/", always=True, headers=headers, transport=BEHIND)

    assert answer.status_code == status


async def _get(
    url: str,
    *,
    always: bool,
    allowed: tuple[str, ...] = (),
    headers: dict[str, str] | None = None,
    transport: TransportSettings | None = None,
) -> httpx.Response:
    async def hello(_: Request) -> PlainTextResponse:
        return PlainTextResponse("hello")

    app = Starlette(
        routes=[Route("/", hello)],
        middleware=[
            Middleware(ForwardedMiddleware, settings=transport or TransportSettings()),
            Middleware(HostsMiddleware, allowed=allowed, always=always),
        ],
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
        return await client.get(url, headers=headers)
