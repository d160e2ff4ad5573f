"""What a client may send and hold back, on real connections; the limits are fractions of theirs."""

import asyncio
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from companion.connections import OpenConnections
from companion.http_protocol import HttpLimits
from companion.listen import Listen, TlsFiles, serve
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from structlog.testing import capture_logs

from tests.companion.technitium.certificates import make

DEADLINE_S = 20
SHORT_S = 0.5
GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n"
# One time is short in each test, so that it alone can be what ends the connection.
HEAD = HttpLimits(head_bytes=4096, head_s=SHORT_S, silence_s=600)
BODY = HttpLimits(head_bytes=4096, head_s=600, silence_s=SHORT_S)


class Application:
    """Answers with the size of the body once `go_on` is set; `ends` tells how bodies ended."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()
        self.go_on.set()
        self.begun = asyncio.Event()
        self.ends: asyncio.Queue[str] = asyncio.Queue()
        self.app = Starlette(
            routes=[
                Route("/", self.answer, methods=["GET", "POST"]),
                Route("/early", self.early, methods=["POST"]),
            ]
        )

    async def answer(self, request: Request) -> Response:
        self.begun.set()
        await self.go_on.wait()
        try:
            body = await request.body()
        except ClientDisconnect:
            await self.ends.put("left")
            return Response()
        await self.ends.put("whole")
        return PlainTextResponse(str(len(body)))

    async def early(self, _: Request) -> Response:
        return PlainTextResponse("early", status_code=413)


@asynccontextmanager
async def serving(
    application: Application, limits: HttpLimits, *, tls: TlsFiles | None = None
) -> AsyncGenerator[int]:
    """The port."""
    ready, stop = asyncio.Event(), asyncio.Event()
    with capture_logs() as lines:
        task = asyncio.create_task(
            serve(
                [(application.app, Listen(tls=tls))],
                on_ready=ready.set,
                stop=stop,
                graceful_s=1,
                limits=limits,
                connections=OpenConnections(in_all=100),
            )
        )
        async with asyncio.timeout(DEADLINE_S):
            await ready.wait()
    [address] = [line["address"] for line in lines if line["event"] == "listening"]
    try:
        async with asyncio.timeout(DEADLINE_S):
            yield int(address.rpartition(":")[2])
    finally:
        application.go_on.set()
        stop.set()
        await task


async def until_closed(reader: asyncio.StreamReader) -> bytes:
    """What came until the server closed the connection, which it has to."""
    received = bytearray()
    with suppress(ConnectionError):
        while chunk := await reader.read(65_536):
            received += chunk
    return bytes(received)


async def answer_of(reader: asyncio.StreamReader) -> bytes:
    """Status and body of one answer."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1])
        for line in head.lower().split(b"\r\n")
        if line.startswith(b"content-length:")
    )
    return head.split()[1] + b" " + await reader.readexactly(length)


async def keep_sending(writer: asyncio.StreamWriter, piece: bytes, *, every_s: float) -> None:
    with suppress(ConnectionError):
        while not writer.is_closing():
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(every_s)


@pytest.mark.parametrize("sent", [b"", b"GET / HT", GET[:-2], b"\r\n"])
async def test_a_head_has_to_come_in_time(sent: bytes) -> None:
    async with serving(Application(), HEAD) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)

        assert await until_closed(reader) == b""
        writer.close()


async def test_a_head_that_drips_in_has_no_more_time() -> None:
    async with serving(Application(), HEAD) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\n")
        dripping = asyncio.create_task(keep_sending(writer, b"a: b\r\n", every_s=SHORT_S / 10))

        assert await until_closed(reader) == b""
        await dripping
        writer.close()


@pytest.mark.parametrize("later", [b"GET / HT", b"\r\n"])
async def test_a_later_head_has_to_come_in_time_too(later: bytes) -> None:
    async with serving(Application(), HEAD) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(GET)
        assert await answer_of(reader) == b"200 0"
        writer.write(later)

        assert await until_closed(reader) == b""
        writer.close()


async def test_between_two_requests_there_is_more_time() -> None:
    async with serving(Application(), HEAD) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(2):
            writer.write(GET)
            assert await answer_of(reader) == b"200 0"
            # Not a wait for anything: the pause itself is what is tried.
            await asyncio.sleep(2 * SHORT_S)

        writer.write(GET)
        assert await answer_of(reader) == b"200 0"
        writer.close()


async def test_an_answer_may_take_longer_than_a_head() -> None:
    application = Application()
    application.go_on.clear()
    async with serving(application, HttpLimits(head_s=SHORT_S, silence_s=SHORT_S)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(GET)
        await application.begun.wait()
        await asyncio.sleep(2 * SHORT_S)
        application.go_on.set()

        assert await answer_of(reader) == b"200 0"
        writer.close()


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 5000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"a: b\r\n" * 1000 + b"\r\n",
        b"GET /" + b"x" * 5000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 5000,
    ],
)
async def test_a_large_head_is_refused(head: bytes) -> None:
    async with serving(Application(), HEAD) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head)

        assert (await until_closed(reader)).startswith(b"HTTP/1.1 431 ")
        writer.close()


async def test_a_head_without_end_is_cut_off() -> None:
    async with serving(Application(), HttpLimits(head_s=600)) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nX: ")
        sent = 0
        with suppress(ConnectionError):
            # The limit and what fits into buffers meanwhile are less than this.
            while sent < 20_000_000:
                writer.write(b"x" * 65_536)
                sent += 65_536
                await writer.drain()
        writer.close()

    assert sent < 20_000_000


async def test_a_body_beside_a_head_does_not_make_the_head_larger() -> None:
    body = b"x" * 50_000
    head = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50000\r\n\r\n"
    async with serving(Application(), HEAD) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(2):
            writer.write(head + body)
            assert await answer_of(reader) == b"200 50000"
        writer.close()


async def test_a_body_that_stops_ends_the_request() -> None:
    application = Application()
    async with serving(application, BODY) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(POST + b"half")

        assert await until_closed(reader) == b""
        assert await application.ends.get() == "left"
        writer.close()


async def test_a_body_that_keeps_coming_may_take_its_time() -> None:
    application = Application()
    async with serving(application, BODY) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(POST)
        for _ in range(20):
            writer.write(b"x" * 50)
            await asyncio.sleep(SHORT_S / 10)

        assert await answer_of(reader) == b"200 1000"
        writer.close()


async def test_a_client_that_is_not_read_is_not_silent() -> None:
    application = Application()
    application.go_on.clear()
    size = 8_000_000
    head = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % size
    async with serving(application, BODY) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head + b"x" * size)
        await application.begun.wait()
        await asyncio.sleep(3 * SHORT_S)
        application.go_on.set()

        assert await answer_of(reader) == b"200 %d" % size
        writer.close()


async def test_a_client_that_waits_to_be_asked_for_its_body_is_not_silent() -> None:
    application = Application()
    application.go_on.clear()
    async with serving(application, BODY) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(POST[:-2] + b"Expect: 100-continue\r\n\r\n")
        await application.begun.wait()
        # Asked just before a look at the time, it has the whole of it from then on.
        await asyncio.sleep(2.9 * SHORT_S)
        application.go_on.set()
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        await asyncio.sleep(0.5 * SHORT_S)
        writer.write(b"x" * 1000)

        assert await answer_of(reader) == b"200 1000"
        writer.close()


async def test_the_rest_of_a_body_that_nobody_reads_is_not_taken_for_ever() -> None:
    async with serving(Application(), HEAD) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(POST.replace(b" / ", b" /early "))
        assert await answer_of(reader) == b"413 early"
        dripping = asyncio.create_task(keep_sending(writer, b"x", every_s=SHORT_S / 10))

        assert await until_closed(reader) == b""
        await dripping
        writer.close()


async def test_a_request_to_speak_something_else_is_answered_as_any_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    application = Application()
    application.go_on.clear()
    head = GET[:-2] + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
    async with serving(application, HttpLimits(head_s=SHORT_S, silence_s=SHORT_S)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head)
        await application.begun.wait()
        await asyncio.sleep(2 * SHORT_S)
        application.go_on.set()

        assert await answer_of(reader) == b"200 0"
        assert caplog.records == []
        writer.close()


async def test_two_requests_at_once_are_answered_in_turn() -> None:
    async with serving(Application(), HEAD) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(GET + POST + b"x" * 1000 + GET)

        answers = [await answer_of(reader) for _ in range(3)]

        assert answers == [b"200 0", b"200 1000", b"200 0"]
        writer.close()


async def test_a_tls_handshake_has_to_come_in_time(tmp_path: Path) -> None:
    made = make(tmp_path, "localhost", hosts=("127.0.0.1",))
    tls = TlsFiles(cert=made.cert_file, key=made.key_file)
    context = ssl.create_default_context(cafile=str(made.cert_file))
    async with serving(Application(), HEAD, tls=tls) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert await until_closed(reader) == b""
        writer.close()

        # And the head in it, too.
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
        assert await until_closed(reader) == b""
        writer.close()


class _OneForAll(OpenConnections):
    """Takes every peer for one client of another machine: tests have this machine alone."""

    def admit(self, peer: str | None) -> bool:
        return super().admit(peer and "192.0.2.1")

    def leave(self, peer: str | None) -> None:
        super().leave(peer and "192.0.2.1")


async def test_one_connection_too_many_is_closed_and_a_later_one_taken(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ready, stop = asyncio.Event(), asyncio.Event()
    with capture_logs() as lines:
        task = asyncio.create_task(
            serve(
                [(Application().app, Listen())],
                on_ready=ready.set,
                stop=stop,
                connections=_OneForAll(in_all=100, per_client=1),
            )
        )
        await ready.wait()
    port = int(lines[-1]["address"].rpartition(":")[2])
    async with asyncio.timeout(DEADLINE_S):
        first_reader, first = await asyncio.open_connection("127.0.0.1", port)
        first.write(GET)
        assert await answer_of(first_reader) == b"200 0"

        reader, second = await asyncio.open_connection("127.0.0.1", port)
        assert await until_closed(reader) == b""
        second.close()
        first.write(GET)
        assert await answer_of(first_reader) == b"200 0"
        first.close()

        assert b"200" in await _first_answer(port)
    stop.set()
    await task
    assert "Too many open connections" in caplog.text


async def _first_answer(port: int) -> bytes:
    """The answer to a client that tries until it is let in."""
    while True:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        with suppress(ConnectionError):
            writer.write(GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
            if answer := await until_closed(reader):
                writer.close()
                return answer
        writer.close()
