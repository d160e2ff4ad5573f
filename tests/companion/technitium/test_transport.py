"""The wire to one node: what is sent, what is believed, what is kept between calls."""

import asyncio
import gzip
import zlib

import pytest
from companion.secret import Secret
from companion.technitium.calls import (
    LOGIN,
    LOGOUT,
    MAX_ANSWER_BYTES,
    MAX_PERSONAL_BYTES,
    PROFILE_GET,
    SESSION_GET,
    ZONES_LIST,
    Call,
)
from companion.technitium.client import NodeClient
from companion.technitium.errors import NodeGarbled, NodeTimeout, NodeUnreachable
from companion.technitium.login import LoginResult
from companion.technitium.pool import NodePool

from tests.companion.technitium.raw_node import (
    OK,
    Handler,
    RawNode,
    RawRequest,
    always,
    http,
    http_json,
    silence,
)

ALICE = Secret("a1" * 32)
BOB = Secret("b2" * 32)


async def ask(client: NodeClient, *, token: Secret = ALICE, deadline_s: float = 5) -> object:
    return await client.call(ZONES_LIST, token=token, version="15.2", deadline_s=deadline_s)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
async def test_cookie_a_node_sets_for_one_user_is_sent_with_no_later_call(host: str) -> None:
    answer = http_json(OK, headers=["Set-Cookie: token=alice; Path=/; Max-Age=120"])

    async with RawNode(always(answer)) as node, NodePool([node.config(host=host)]) as pool:
        await ask(pool["ns1"], token=ALICE)
        await ask(pool["ns1"], token=BOB)

    assert [request.headers.get("cookie") for request in node.requests] == [None, None]


async def test_no_secret_is_in_a_request_line() -> None:
    async with RawNode(always(http_json(OK))) as node, NodePool([node.config()]) as pool:
        for version in (None, "13.6", "14.3", "15.2"):
            await pool["ns1"].call(ZONES_LIST, token=ALICE, version=version, deadline_s=5)

    assert {request.line for request in node.requests} == {"POST /api/zones/list HTTP/1.1"}


@pytest.mark.parametrize(
    ("version", "in_header"),
    [(None, False), ("13.6", False), ("14.3", False), ("15.0", True), ("15.2", True)],
)
async def test_token_travels_where_that_version_reads_it(
    version: str | None, *, in_header: bool
) -> None:
    async with RawNode(always(http_json(OK))) as node, NodePool([node.config()]) as pool:
        await pool["ns1"].call(
            ZONES_LIST, {"Token": "smuggled"}, token=ALICE, version=version, deadline_s=5
        )

    request = node.requests[0]
    assert request.headers.get("authorization") == (
        f"Bearer {ALICE.reveal()}" if in_header else None
    )
    assert request.form.get("token") == (None if in_header else ALICE.reveal())
    assert "smuggled" not in request.body


async def test_form_without_fields_still_has_content() -> None:
    async with RawNode(always(http_json(OK))) as node, NodePool([node.config()]) as pool:
        await ask(pool["ns1"])

    request = node.requests[0]
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert request.body


@pytest.mark.parametrize(
    ("real_ip", "sent"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8::1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("unix", None),
        ("1.2.3.4\r\nX-Evil: 1", None),
        (None, None),
    ],
)
async def test_real_ip_is_sent_only_when_it_is_an_address(
    real_ip: str | None, sent: str | None
) -> None:
    async with RawNode(always(http_json(OK))) as node, NodePool([node.config()]) as pool:
        await pool["ns1"].call(
            ZONES_LIST, token=ALICE, version="15.2", deadline_s=5, real_ip=real_ip
        )

    assert node.requests[0].headers.get("x-real-ip") == sent


async def test_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    async with RawNode(always(http_json(OK))) as node, NodePool([node.config()]) as pool:
        assert await ask(pool["ns1"]) == {"zones": []}


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
async def test_redirect_is_not_followed_and_names_the_setting(status: str) -> None:
    async with RawNode(always(http_json(OK))) as other:
        target = f"http://localhost:{other.port}/api/zones/list?token=x"
        redirect = always(http(status=status, headers=[f"Location: {target}"]))
        async with RawNode(redirect) as node, NodePool([node.config()]) as pool:
            with pytest.raises(NodeGarbled) as caught:
                await ask(pool["ns1"])

    assert other.requests == []
    assert f"redirects to http://localhost:{other.port}," in caught.value.message
    assert "TECHNITIUM_NS1_BASE_URL" in caught.value.message


@pytest.mark.parametrize(
    "location", ["http://[", "javascript:alert(1)", "//evil", "https://a:99999"]
)
async def test_unreadable_redirect_is_garbled(location: str) -> None:
    redirect = always(http(status="302 Found", headers=[f"Location: {location}"]))

    async with RawNode(redirect) as node, NodePool([node.config()]) as pool:
        with pytest.raises(NodeGarbled):
            await ask(pool["ns1"])


async def test_compressed_answer_is_read() -> None:
    body = gzip.compress(b'{"response":{"zones":[1]},"status":"ok"}')
    answer = always(http(body, headers=["Content-Encoding: gzip"]))

    async with RawNode(answer) as node, NodePool([node.config()]) as pool:
        assert await ask(pool["ns1"]) == {"zones": [1]}

    assert node.requests[0].headers["accept-encoding"] == "gzip"


@pytest.mark.parametrize(
    ("body", "encoding", "says"),
    [
        (gzip.compress(b'{"response":{},"status":"ok"}')[:-4], "gzip", "cut off"),
        (zlib.compress(b'{"response":{},"status":"ok"}'), "deflate", "nobody asked for"),
    ],
    ids=["cut off", "of another kind"],
)
async def test_answer_that_cannot_be_decoded_is_garbled(
    body: bytes, encoding: str, says: str
) -> None:
    answer = always(http(body, headers=[f"Content-Encoding: {encoding}"]))

    async with RawNode(answer) as node, NodePool([node.config()]) as pool:
        with pytest.raises(NodeGarbled, match=says):
            await ask(pool["ns1"])


def inflating() -> Handler:
    bomb = gzip.compress(b" " * (MAX_ANSWER_BYTES * 2))
    return always(http(bomb, headers=["Content-Encoding: gzip"]))


def endless() -> Handler:
    async def handler(_request: RawRequest, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
            await writer.drain()

    return handler


@pytest.mark.parametrize("handler", [endless(), inflating()], ids=["endless", "inflating"])
async def test_answer_longer_than_the_limit_is_given_up(handler: Handler) -> None:
    async with RawNode(handler) as node, NodePool([node.config()]) as pool:
        with pytest.raises(NodeGarbled, match="longer than 32 MiB"):
            await ask(pool["ns1"], deadline_s=30)


@pytest.mark.parametrize("call", [LOGOUT, SESSION_GET, PROFILE_GET])
async def test_less_is_read_of_what_a_node_says_of_one_person(call: Call) -> None:
    async with RawNode(endless()) as node, NodePool([node.config()]) as pool:
        with pytest.raises(NodeGarbled, match="longer than 256 KiB"):
            await pool["ns1"].call(call, token=ALICE, version="15.2", deadline_s=30)


async def test_endless_answer_to_a_login_is_garbled() -> None:
    async with RawNode(endless()) as node, NodePool([node.config()]) as pool:
        answer = await pool["ns1"].login(
            "admin", Secret("admin"), None, real_ip=None, agent="", deadline_s=30
        )

    assert answer.result is LoginResult.GARBLED
    assert LOGIN.max_bytes == MAX_PERSONAL_BYTES < MAX_ANSWER_BYTES


async def test_dripping_answer_ends_at_the_deadline() -> None:
    async def drip(_request: RawRequest, writer: asyncio.StreamWriter) -> None:
        writer.write(http(length=1_000_000))
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.01)

    async with RawNode(drip) as node, NodePool([node.config()]) as pool:
        with pytest.raises(NodeTimeout, match=r"within 0\.2 s"):
            await ask(pool["ns1"], deadline_s=0.2)


async def test_deadline_covers_the_wait_for_a_free_connection() -> None:
    async with (
        RawNode(silence) as node,
        NodePool([node.config()], connections=1) as pool,
        asyncio.TaskGroup() as tasks,
    ):
        first = tasks.create_task(_outcome(ask(pool["ns1"], deadline_s=0.4)))
        second = tasks.create_task(_outcome(ask(pool["ns1"], deadline_s=0.2)))

    assert isinstance(first.result(), NodeTimeout)
    assert isinstance(second.result(), NodeTimeout)
    assert node.connections == 1


async def _outcome(call: object) -> object:
    try:
        return await call  # type: ignore[misc]
    except NodeTimeout as exc:
        return exc


async def test_connections_are_kept_and_limited() -> None:
    async with (
        RawNode(always(http_json(OK))) as node,
        NodePool([node.config()], connections=3) as pool,
    ):
        for _ in range(3):
            await asyncio.gather(*(ask(pool["ns1"]) for _ in range(10)))

    assert len(node.requests) == 30
    assert node.connections == 3


async def closes_used_connections(request: RawRequest, writer: asyncio.StreamWriter) -> None:
    """Answers the first request of a connection and hangs up on the second."""
    if request.nth > 1:
        writer.close()
    else:
        writer.write(http_json(OK))


async def test_read_is_sent_again_when_a_kept_connection_was_closed() -> None:
    async with RawNode(closes_used_connections) as node, NodePool([node.config()]) as pool:
        await ask(pool["ns1"])

        assert await ask(pool["ns1"]) == {"zones": []}

    assert [(one.connection, one.nth) for one in node.requests] == [(1, 1), (1, 2), (2, 1)]


async def test_login_is_never_sent_again() -> None:
    async with RawNode(closes_used_connections) as node, NodePool([node.config()]) as pool:
        await ask(pool["ns1"])

        answer = await pool["ns1"].login(
            "admin", Secret("admin"), None, real_ip=None, agent="", deadline_s=5
        )

    assert answer.result is LoginResult.LOST
    assert answer.may_have_signed_in
    assert len(node.requests) == 2


async def test_node_that_always_hangs_up_is_asked_twice_and_no_more() -> None:
    async def hang_up(_request: RawRequest, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    async with RawNode(hang_up) as node, NodePool([node.config()]) as pool:
        with pytest.raises(NodeUnreachable, match="closed the connection"):
            await ask(pool["ns1"])

    assert len(node.requests) == 2


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (http(length=100), "cut off"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{", "cut off"),
        (http(b'{"status":"o'), "cut off"),
        (http(b'{"status":"ok","server":"\xff"}'), "not whole"),
        (http(), "is empty"),
        (http(b"<!DOCTYPE html><html></html>"), "web page"),
        (http(b"OK"), "not the Technitium API"),
        (http(b"[" * 100_000), "not the Technitium API"),
        (http(b"[]"), "not as Technitium answers"),
        (http(b'{"status":1}'), "not as Technitium answers"),
        (http(b'{"status":"ok"}'), "lacks what was asked for"),
        (http(b'{"status":"ok","response":[]}'), "lacks what was asked for"),
        (http(b"not gzip", headers=["Content-Encoding: gzip"]), "does not speak HTTP"),
        (http(status="404 Not Found"), "HTTP status 404"),
        (http(b"<html>", status="500 Oops"), "HTTP status 500"),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "not HTTP"),
    ],
)
async def test_answer_that_is_not_technitiums_is_garbled(answer: bytes, says: str) -> None:
    async def once(_request: RawRequest, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        writer.close()

    async with RawNode(once) as node, NodePool([node.config()]) as pool:
        with pytest.raises(NodeGarbled) as caught:
            await ask(pool["ns1"])

    assert says in caught.value.message
    assert caught.value.path == "zones/list"


async def test_reset_in_the_middle_of_an_answer_is_garbled() -> None:
    async def reset(_request: RawRequest, writer: asyncio.StreamWriter) -> None:
        writer.write(http(b'{"status":', length=100))
        await writer.drain()
        writer.transport.abort()

    async with RawNode(reset) as node, NodePool([node.config()]) as pool:
        with pytest.raises(NodeGarbled, match="cut off"):
            await ask(pool["ns1"])

    assert len(node.requests) == 1


async def test_closed_port_is_unreachable() -> None:
    async with RawNode(silence) as node:
        config = node.config()

    async with NodePool([config]) as pool:
        with pytest.raises(NodeUnreachable, match="refuses connections"):
            await ask(pool["ns1"])


async def test_name_that_does_not_exist_is_unreachable() -> None:
    async with RawNode(silence) as node:
        config = node.config(base_url="http://no-such-node.invalid:5380")

    async with NodePool([config]) as pool:
        with pytest.raises(NodeUnreachable, match="name cannot be resolved"):
            await ask(pool["ns1"])


async def test_path_before_the_api_is_kept() -> None:
    async with RawNode(always(http_json(OK))) as node:
        config = node.config(base_url=f"http://127.0.0.1:{node.port}/dns/ns1")
        async with NodePool([config]) as pool:
            await ask(pool["ns1"])

    assert node.requests[0].line == "POST /dns/ns1/api/zones/list HTTP/1.1"
