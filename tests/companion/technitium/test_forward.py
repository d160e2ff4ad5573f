"""Calls that are passed on: what goes to the node, and what of its answer is believed."""

import asyncio
import gzip
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl

import pytest
from companion.secret import Secret
from companion.technitium.bodies import Body, File, Form, Json
from companion.technitium.calls import Call
from companion.technitium.errors import (
    NodeError,
    NodeGarbled,
    NodePermissionDenied,
    NodeRejected,
    NodeSessionExpired,
    NodeTimeout,
    NodeUnreachable,
    NodeVersionUnsupported,
)
from companion.technitium.forwarded import Download, Envelope, Forwarded, without
from companion.technitium.pool import NodePool
from companion.technitium.versions import Version
from hypothesis import given
from hypothesis import strategies as st
from technitium_sandbox.calls import forms

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

TOKEN = Secret("a1" * 32)
READ = Call(path="zones/list", section="Zones")
FILE = Call(path="zones/export", section="Zones", download=True)
FORM = Form(fields=(("zone", "x&y=z"), ("ü", "ß")))
UPLOAD = File(field="f", filename="a", content_type="text/plain", content=b"\r\n--x")
TEXT = ("Content-Type: text/plain", "Content-Disposition: attachment;filename=x.zone")


@asynccontextmanager
async def forwarded(
    handler: Handler,
    call: Call = READ,
    *,
    body: Body = FORM,
    version: str | None = "15.2",
    deadline_s: float = 5,
    requests: list[RawRequest] | None = None,
    **options: Any,  # noqa: ANN401 - passed on
) -> AsyncGenerator[Forwarded]:
    """What a node whose answers `handler` writes makes of a call."""
    async with RawNode(handler) as node, NodePool([node.config()]) as pool:
        try:
            async with pool["ns1"].forward(
                call, body, token=TOKEN, version=version, deadline_s=deadline_s, **options
            ) as answer:
                yield answer
        finally:
            if requests is not None:
                requests += node.requests


async def envelope(handler: Handler, call: Call = READ, **options: Any) -> bytes:  # noqa: ANN401
    async with forwarded(handler, call, **options) as answer:
        assert isinstance(answer, Envelope)
        return answer.body


async def downloaded(handler: Handler, **options: Any) -> tuple[Download, bytes]:  # noqa: ANN401
    async with forwarded(handler, FILE, **options) as answer:
        assert isinstance(answer, Download)
        return answer, b"".join([chunk async for chunk in answer.chunks])


@pytest.mark.parametrize(
    ("version", "in_header"), [(None, False), ("13.6", False), ("14.3", False), ("15.2", True)]
)
@pytest.mark.parametrize("files", [(), (UPLOAD,)], ids=["form", "files"])
async def test_token_travels_where_that_version_reads_it(
    version: str | None, files: tuple[File, ...], *, in_header: bool
) -> None:
    requests: list[RawRequest] = []

    await envelope(
        always(http_json(OK)),
        body=Form(fields=FORM.fields, files=files),
        version=version,
        requests=requests,
    )

    (request,) = requests
    fields, uploads = forms.read(request.headers["content-type"], request.body.encode())
    assert request.line == "POST /api/zones/list HTTP/1.1"
    assert dict(fields) == dict(FORM.fields) | ({} if in_header else {"token": TOKEN.reveal()})
    assert [one.content for one in uploads] == [one.content for one in files]
    assert ("authorization" in request.headers) is in_header


async def test_fields_may_travel_in_the_address() -> None:
    requests: list[RawRequest] = []

    await envelope(always(http_json(OK)), body=Form(query=(("name", "a b&c"),)), requests=requests)

    _, _, query = requests[0].line.split(" ")[1].partition("?")
    assert parse_qsl(query) == [("name", "a b&c")]
    assert requests[0].body == "_="


async def test_json_is_sent_as_it_is() -> None:
    requests: list[RawRequest] = []

    await envelope(always(http_json(OK)), body=Json(content=b'{"a":1}'), requests=requests)

    assert requests[0].headers["content-type"] == "application/json"
    assert requests[0].body == '{"a":1}'


@pytest.mark.parametrize("version", [None, "13.6", "14.3"])
async def test_json_is_not_sent_where_the_token_would_stand_in_the_address(
    version: str | None,
) -> None:
    requests: list[RawRequest] = []

    with pytest.raises(NodeVersionUnsupported, match="Send a form"):
        await envelope(
            always(http_json(OK)), body=Json(content=b"{}"), version=version, requests=requests
        )

    assert requests == []


async def test_call_that_the_version_lacks_is_not_sent() -> None:
    requests: list[RawRequest] = []

    with pytest.raises(NodeVersionUnsupported):
        await envelope(
            always(http_json(OK)),
            Call(path="sso/status", since=Version(15)),
            version="14.3",
            requests=requests,
        )

    assert requests == []


async def test_success_comes_back_byte_for_byte() -> None:
    body = b'{"response": {"a":1.50,"b":"\\u0027"} ,"server":"ns1","status":"ok"}'

    assert await envelope(always(http(body, headers=["Content-Type: application/json"]))) == body


async def test_packed_answer_is_unpacked() -> None:
    packed = http(gzip.compress(json.dumps(OK).encode()), headers=["Content-Encoding: gzip"])

    assert json.loads(await envelope(always(packed))) == OK


async def test_persons_token_is_hidden_wherever_it_stands() -> None:
    said = {"status": "ok", "response": {"x": f"Bearer {TOKEN.reveal()}!"}}

    assert TOKEN.reveal() not in (await envelope(always(http_json(said)))).decode()


REFUSALS = [
    ({"status": "error", "errorMessage": "Access was denied."}, NodePermissionDenied),
    ({"status": "error", "errorMessage": "No such zone."}, NodeRejected),
    ({"status": "error", "errorMessage": {"a": 1}}, NodeRejected),
    ({"status": "invalid-token", "errorMessage": "x"}, NodeSessionExpired),
    ({"status": "2fa-required"}, NodeRejected),
]


@pytest.mark.parametrize(
    ("said", "error"),
    [*REFUSALS, ({"status": 1}, NodeGarbled), ({}, NodeGarbled), ([], NodeGarbled)],
)
@pytest.mark.parametrize("call", [READ, FILE], ids=["read", "file"])
async def test_only_ok_is_a_success(said: object, error: type[NodeError], call: Call) -> None:
    with pytest.raises(error):
        await envelope(always(http_json(said)), call)


@pytest.mark.parametrize(("said", "error"), REFUSALS)
async def test_error_that_is_called_a_text_is_an_error(
    said: object, error: type[NodeError]
) -> None:
    text = b"\xef\xbb\xbf " + json.dumps(said).encode()

    with pytest.raises(error):
        await downloaded(always(http(text, headers=TEXT)))


async def test_stack_of_an_old_version_stays_here() -> None:
    said = {
        "status": "error",
        "errorMessage": "No.",
        "stackTrace": "at Dns.Secret()",
        "innerErrorMessage": "inner",
    }

    with pytest.raises(NodeRejected) as caught:
        await envelope(always(http_json(said)))

    assert caught.value.message == "No."


@pytest.mark.parametrize("call", [READ, FILE], ids=["read", "file"])
@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (http(status="302 Found", headers=["Location: http://evil.test/x"]), "redirects"),
        (http(b"<html>", headers=["Content-Type: text/html"]), "web page"),
        (http(b"oops", status="500 Oops", headers=TEXT), "HTTP status 500"),
        (http(status="404 Not Found"), "HTTP status 404"),
        (http(), "empty"),
        (http(b'{"status":"o', headers=["Content-Type: application/json"]), "not whole"),
        (http(b'{"status":"ok","x":"\xff"}'), "not whole"),
        (http(b'{"status":"ok","x":' + b"[" * 100_000), "not whole"),
    ],
)
async def test_what_is_not_technitiums_is_garbled(answer: bytes, says: str, call: Call) -> None:
    requests: list[RawRequest] = []

    with pytest.raises(NodeGarbled, match=says):
        await envelope(always(answer), call, requests=requests)

    assert len(requests) == 1


async def test_json_in_the_place_of_a_file_is_garbled() -> None:
    with pytest.raises(NodeGarbled, match="no file"):
        await envelope(always(http_json(OK)), FILE)


async def test_answer_has_a_longest_length() -> None:
    short = Call(path="zones/list", max_bytes=100)

    with pytest.raises(NodeGarbled, match="longer than"):
        await envelope(always(http_json({"status": "ok", "x": "x" * 100})), short)


async def test_deadline_holds_for_the_head() -> None:
    with pytest.raises(NodeTimeout, match=r"within 0\.2 s"):
        await envelope(silence, deadline_s=0.2)


async def test_deadline_holds_for_a_whole_answer_that_drips() -> None:
    async def drip(_request: RawRequest, writer: asyncio.StreamWriter) -> None:
        writer.write(http(b"{", length=100))
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.05)

    with pytest.raises(NodeTimeout):
        await envelope(drip, deadline_s=0.3)


async def test_closed_port_is_unreachable() -> None:
    async with RawNode(silence) as node:
        config = node.config()

    async with NodePool([config]) as pool:
        with pytest.raises(NodeUnreachable):
            async with pool["ns1"].forward(READ, FORM, token=TOKEN, version="15.2", deadline_s=5):
                pass


async def test_change_is_never_sent_twice() -> None:
    async def once(request: RawRequest, writer: asyncio.StreamWriter) -> None:
        if request.nth > 1:
            writer.close()
        else:
            writer.write(http_json(OK))

    change = Call(path="cache/flush", changes=True)
    async with RawNode(once) as node, NodePool([node.config()]) as pool:

        async def send(call: Call) -> None:
            async with pool["ns1"].forward(call, FORM, token=TOKEN, version="15.2", deadline_s=5):
                pass

        await send(READ)
        await send(READ)
        with pytest.raises(NodeUnreachable):
            await send(change)

    assert [request.line.split("/")[-2] for request in node.requests].count("flush HTTP") == 1


async def test_connection_is_kept_after_an_answer_that_was_read() -> None:
    async with RawNode(always(http_json(OK))) as node, NodePool([node.config()]) as pool:
        for _ in range(3):
            async with pool["ns1"].forward(READ, FORM, token=TOKEN, version="15.2", deadline_s=5):
                pass

    assert node.connections == 1


async def test_file_comes_as_it_is_sent() -> None:
    answer, content = await downloaded(always(http(b"$ORIGIN x.\n" * 1000, headers=TEXT)))

    assert (answer.media_type, answer.filename) == ("text/plain", "x.zone")
    assert content == b"$ORIGIN x.\n" * 1000


async def test_file_may_be_empty() -> None:
    _, content = await downloaded(always(http(headers=TEXT)))

    assert content == b""


async def test_file_that_only_looks_like_json_is_a_file() -> None:
    _, content = await downloaded(always(http(b"{ not JSON", headers=TEXT)))

    assert content == b"{ not JSON"


async def test_file_without_end_is_given_out_while_it_comes() -> None:
    """Nothing waits for the end, so memory does not grow with the file."""

    async def endless(_request: RawRequest, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n")
        writer.write("\r\n".join([*TEXT, "", ""]).encode())
        while True:
            writer.write(b"400\r\n" + b"x" * 1024 + b"\r\n")
            await writer.drain()

    async with forwarded(endless, FILE) as answer:
        assert isinstance(answer, Download)
        taken = 0
        async for chunk in answer.chunks:
            taken += len(chunk)
            assert len(chunk) <= 64 * 1024
            if taken > 4 * 1024 * 1024:
                break


async def test_node_that_pauses_in_a_file_is_timed_out() -> None:
    async def pause(_request: RawRequest, writer: asyncio.StreamWriter) -> None:
        writer.write(http(b"$ORIGIN", headers=TEXT, length=1000))
        await asyncio.Event().wait()

    with pytest.raises(NodeTimeout, match=r"nothing for 0\.2 s"):
        await downloaded(pause, idle_s=0.2)


async def test_file_that_is_cut_off_is_garbled() -> None:
    async def cut(_request: RawRequest, writer: asyncio.StreamWriter) -> None:
        writer.write(http(b"$ORIGIN", headers=TEXT, length=1000))
        writer.close()

    with pytest.raises(NodeGarbled, match="cut off"):
        await downloaded(cut)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("attachment;filename=example.com.zone", "example.com.zone"),
        ('attachment; filename="a b.csv"', "a b.csv"),
        ("attachment;filename=../../etc/passwd", "passwd"),
        ("attachment;filename=..\\..\\x.exe", "x.exe"),
        ("attachment;filename=<script>.html", "_script_.html"),
        ("attachment;filename=.bashrc", "bashrc"),
        ("attachment;filename=\xfc.zone", "_.zone"),
        ("attachment;filename=" + "x" * 300, "x" * 120),
        (f"attachment;filename=of-{TOKEN.reveal()}.txt", "of-.txt"),
        ("attachment", "zones-export"),
        ("attachment;filename=..", "download"),
    ],
)
async def test_name_of_a_file_is_made_harmless(written: str, shown: str) -> None:
    headers = ["Content-Type: text/plain", f"Content-Disposition: {written}"]

    answer, _ = await downloaded(always(http(b"x", headers=headers)))

    assert answer.filename == shown


@given(
    st.lists(st.sampled_from([b"a1", b"a1" * 16, b"a1" * 32, b"a", b"1", b"x", b""]), max_size=12)
)
async def test_token_is_hidden_across_pieces_and_nothing_else_changes(pieces: list[bytes]) -> None:
    async def source() -> AsyncGenerator[bytes]:
        for piece in pieces:
            yield piece

    shown = b"".join([piece async for piece in without(TOKEN, source())])

    hidden = TOKEN.reveal().encode()
    assert hidden not in shown
    assert shown == b"".join(pieces).replace(hidden, b"********")
