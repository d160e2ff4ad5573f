import json
from collections.abc import Sequence
from dataclasses import asdict
from ipaddress import ip_network
from typing import Any

import pytest
from companion.asgi.forwarded import ForwardedMiddleware, TransportSettings, parse_address
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Receive, Scope, Send
from structlog.testing import capture_logs

TRUSTING = TransportSettings(
    trust_proxy=True, trusted=(ip_network("127.0.0.0/8"), ip_network("10.0.0.0/8"))
)
ELSEWHERE = ("192.0.2.9", 40_000)
PROXY = ("127.0.0.1", 40_000)
FORGED = [
    ("x-forwarded-for", "198.51.100.1"),
    ("x-forwarded-proto", "https"),
    ("x-forwarded-host", "evil.example"),
    ("x-forwarded-uri", "/evil"),
    ("x-forwarded-method", "GET"),
    ("x-forwarded-prefix", "/evil"),
    ("x-forwarded-server", "evil"),
    ("x-forwarded-user", "admin"),
    ("forwarded", "for=198.51.100.1;proto=https;host=evil.example"),
    ("x-real-ip", "198.51.100.1"),
    ("x_forwarded_for", "198.51.100.1"),
    ("x_forwarded_proto", "https"),
    ("x-forwarded_proto", "https"),
    ("x_real_ip", "198.51.100.1"),
    ("x-companion-identity-caller", "auth-gateway"),
    ("x_companion_identity_caller", "auth-gateway"),
]


async def seen(
    headers: Sequence[tuple[str, str]],
    *,
    settings: TransportSettings = TRUSTING,
    client: tuple[str, int] | None = PROXY,
    scheme: str = "http",
    internal: bool = False,
) -> dict[str, Any]:
    """What an application behind the middleware sees of a request: origin and header names."""
    answer: dict[str, Any] = {}

    async def app(scope: Scope, _: Receive, __: Send) -> None:
        answer.update(asdict(scope["state"]["origin"]))
        answer["headers"] = [name.decode() for name, _ in scope["headers"]]

    scope: Scope = {
        "type": "http",
        "scheme": scheme,
        "client": client,
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers],
        "state": {},
    }
    await ForwardedMiddleware(app, settings, internal=internal)(scope, _nothing, _nothing)
    return answer


async def _nothing(*_: object) -> Any:  # noqa: ANN401 - stands for both ends of a connection
    raise AssertionError


async def test_a_trusted_proxy_tells_scheme_host_and_client() -> None:
    origin = await seen(
        [
            ("host", "gateway:3000"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-host", "dns.example.org:8443"),
            ("x-forwarded-for", "198.51.100.7"),
        ]
    )

    assert origin["scheme"] == "https"
    assert origin["host"] == "dns.example.org:8443"
    assert origin["client_ip"] == "198.51.100.7"
    assert origin["forwarded_proto"] == "https"
    assert origin["peer_trusted"]


@pytest.mark.parametrize("settings", [TRUSTING, TransportSettings()])
async def test_nothing_that_an_unknown_peer_forwards_changes_anything(
    settings: TransportSettings,
) -> None:
    plain = await seen([("host", "dns.example.org")], settings=settings, client=ELSEWHERE)

    forged = await seen([("host", "dns.example.org"), *FORGED], settings=settings, client=ELSEWHERE)

    assert forged == plain
    assert forged["scheme"] == "http"
    assert forged["client_ip"] == "192.0.2.9"


async def test_no_peer_is_trusted_unless_trust_proxy_is_on() -> None:
    settings = TransportSettings(trusted=(ip_network("127.0.0.0/8"),))

    origin = await seen([("host", "a"), *FORGED], settings=settings)

    assert origin["scheme"] == "http"
    assert origin["headers"] == ["host"]


async def test_spellings_with_underscores_do_not_count_even_from_a_trusted_proxy() -> None:
    origin = await seen(
        [
            ("host", "a"),
            ("x_forwarded_proto", "https"),
            ("x_forwarded_for", "198.51.100.1"),
            ("x-forwarded-for", "198.51.100.2"),
        ]
    )

    assert origin["scheme"] == "http"
    assert origin["client_ip"] == "198.51.100.2"
    assert origin["headers"] == ["host", "x-forwarded-for"]


async def test_the_forwarded_header_of_rfc_7239_is_not_read() -> None:
    origin = await seen([("host", "a"), ("forwarded", "for=198.51.100.1;proto=https;host=b")])

    assert origin["scheme"] == "http"
    assert origin["host"] == "a"
    assert origin["client_ip"] == "127.0.0.1"


@pytest.mark.parametrize(
    ("lines", "scheme"),
    [
        (["https"], "https"),
        (["HTTPS"], "https"),
        (["wss"], "https"),
        (["http, https"], "https"),
        (["https, http"], "http"),
        (["http", "https"], "https"),
        (["https", "http"], "http"),
        (["http"], "http"),
        (["ftp"], "http"),
        ([" https "], "https"),
    ],
)
async def test_the_scheme_is_the_word_of_the_proxy_nearest_to_us(
    lines: list[str], scheme: str
) -> None:
    origin = await seen([("host", "a"), *(("x-forwarded-proto", line) for line in lines)])

    assert origin["scheme"] == scheme


async def test_a_word_nobody_knows_is_no_promise_of_encryption() -> None:
    origin = await seen([("host", "a"), ("x-forwarded-proto", "quic")], scheme="https")

    assert origin["scheme"] == "http"


async def test_our_own_tls_counts_when_no_proxy_says_otherwise() -> None:
    assert (await seen([("host", "a")], scheme="https", client=ELSEWHERE))["scheme"] == "https"
    assert (await seen([("host", "a")], scheme="https"))["scheme"] == "https"


@pytest.mark.parametrize(
    ("hops", "lines", "client"),
    [
        (1, ["198.51.100.1, 10.0.0.1"], "10.0.0.1"),
        (2, ["198.51.100.1, 10.0.0.1"], "198.51.100.1"),
        (2, ["198.51.100.1", "10.0.0.1"], "198.51.100.1"),
        (9, ["203.0.113.1, 198.51.100.1, 10.0.0.1"], "198.51.100.1"),
        (9, ["203.0.113.1, not-an-address, 10.0.0.1"], "10.0.0.1"),
        (1, [""], "127.0.0.1"),
        (1, ["198.51.100.1:4711"], "198.51.100.1"),
        (1, ["[2001:db8::1]:4711"], "2001:db8::1"),
        (1, ["::ffff:198.51.100.1"], "198.51.100.1"),
    ],
)
async def test_addresses_are_read_from_the_right_as_far_as_proxies_are_known(
    hops: int, lines: list[str], client: str
) -> None:
    settings = TransportSettings(trust_proxy=True, trusted=TRUSTING.trusted, hops=hops)

    origin = await seen(
        [("host", "a"), *(("x-forwarded-for", line) for line in lines)], settings=settings
    )

    assert origin["client_ip"] == client


async def test_ipv4_inside_ipv6_is_the_same_proxy() -> None:
    origin = await seen(
        [("host", "a"), ("x-forwarded-proto", "https")], client=("::ffff:127.0.0.1", 1)
    )

    assert origin["peer_trusted"]


async def test_a_unix_socket_is_trusted_only_where_that_is_configured() -> None:
    headers = [("host", "a"), ("x-forwarded-proto", "https")]
    trusting = TransportSettings(trust_proxy=True, trust_unix=True)

    refused = await seen(headers, client=None)
    believed = await seen(headers, client=None, settings=trusting)

    assert (refused["scheme"], refused["client_ip"]) == ("http", "unix")
    assert (believed["scheme"], believed["client_ip"]) == ("https", "unix")


@pytest.mark.parametrize(
    "host", ["a b", "a/b", "a@b", "a\\b", "", "[::1", "a:b", "a:123456", "a?b"]
)
async def test_a_malformed_host_is_no_host(host: str) -> None:
    assert (await seen([("host", host)]))["host"] == ""


async def test_two_host_headers_are_no_host() -> None:
    assert (await seen([("host", "a"), ("host", "b")]))["host"] == ""


async def test_signed_identities_pass_on_internal_listeners_only() -> None:
    headers = [("x-companion-identity-caller", "a"), ("x_companion_identity_caller", "b")]

    assert (await seen(headers))["headers"] == []
    assert (await seen(headers, internal=True))["headers"] == ["x-companion-identity-caller"]


async def test_other_headers_are_left_alone() -> None:
    names = ["accept", "cookie", "x-companion-poll", "from", "x-request-id"]

    assert (await seen([(name, "v") for name in names], client=ELSEWHERE))["headers"] == names


async def test_an_unknown_proxy_is_named_once_with_the_setting_to_change() -> None:
    middleware = ForwardedMiddleware(_swallow, TRUSTING)
    scope = {
        "type": "http",
        "scheme": "http",
        "client": ELSEWHERE,
        "headers": [(b"x-forwarded-proto", b"https")],
        "state": {},
    }

    with capture_logs() as lines:
        await middleware(dict(scope), _nothing, _nothing)
        await middleware(dict(scope), _nothing, _nothing)

    assert len(lines) == 1
    assert lines[0]["log_level"] == "warning"
    assert lines[0]["peer"] == "192.0.2.9"
    assert "TRUSTED_PROXIES" in lines[0]["event"]


async def _swallow(_: Scope, __: Receive, ___: Send) -> None:
    return


@given(st.text(max_size=64))
def test_whatever_stands_for_an_address_never_raises(text: str) -> None:
    address = parse_address(text)

    assert address is None or parse_address(str(address)) == address


async def test_stripping_is_idempotent() -> None:
    once = await seen([("host", "a"), *FORGED], client=ELSEWHERE)

    twice = await seen([(name, "a") for name in once["headers"]], client=ELSEWHERE)

    assert twice["headers"] == once["headers"]
    assert json.dumps(once)
