"""The door: what passes it, how, and what never does."""

import asyncio
import gzip
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from aiohttp import web
from auth_gateway.domain.ports import Upstream
from auth_gateway.routes.door import Door
from companion.asgi.origin import RequestOrigin
from companion.listen import Listen, serve
from starlette.types import Message, Scope

from tests.auth_gateway.conftest import MakeGateway
from tests.auth_gateway.support import Gateway, problem, until

LARGE = b"x" * 300_000
COMPRESSED = gzip.compress(b"as it is")


@dataclass(slots=True)
class Service:
    """A service behind the door that remembers what it was asked."""

    url: str = ""
    received: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    chunks: list[int] = field(default_factory=list)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    was_left: bool = False

    @property
    def last(self) -> tuple[str, str, dict[str, str], bytes]:
        return self.received[-1]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        if request.path.endswith("/upload"):
            return await self._upload(request, headers)
        self.received.append((request.method, request.raw_path, headers, await request.read()))
        if request.path.endswith("/stream"):
            return await self._stream(request)
        if request.path.endswith("/wait"):
            return await self._wait()
        if request.path.endswith("/large"):
            return web.Response(body=LARGE)
        if request.path.endswith("/redirect"):
            raise web.HTTPFound("http://evil.test/")
        if request.path.endswith("/empty"):
            return web.Response(status=204)
        return web.Response(
            status=207,
            body=COMPRESSED,
            headers={
                "Content-Type": "application/x-thing",
                "Content-Encoding": "gzip",
                "Connection": "X-Private",
                "X-Private": "1",
                "Set-Cookie": "other=1",
                "X-Request-Id": "theirs",
            },
        )

    async def _upload(self, request: web.Request, headers: dict[str, str]) -> web.Response:
        size = 0
        try:
            async for chunk in request.content.iter_any():
                size += len(chunk)
                self.chunks.append(len(chunk))
        except (asyncio.CancelledError, ConnectionError):
            self.was_left = True
            raise
        self.received.append((request.method, request.raw_path, headers, b""))
        return web.json_response({"size": size})

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"first ")
        await self.go_on.wait()
        await response.write(b"second")
        return response

    async def _wait(self) -> web.Response:
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            self.was_left = True
            raise
        return web.Response()


@pytest.fixture
async def service() -> AsyncGenerator[Service]:
    behind = Service()
    app = web.Application(client_max_size=10_000_000)
    app.router.add_route("*", "/{path:.*}", behind.answer)
    runner = web.AppRunner(app, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    behind.url = f"http://{host}:{port}"
    yield behind
    behind.go_on.set()
    await runner.cleanup()


@pytest.fixture
async def gateway(make_gateway: MakeGateway, service: Service) -> AsyncGenerator[Gateway]:
    async with make_gateway(variables={"NODE_PROXY_URL": service.url}) as made:
        yield made


@asynccontextmanager
async def on_a_socket(gateway: Gateway, folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A second gateway of the same settings, behind a real server.

    Only over a real connection do the bytes of a body come piece by piece.
    """
    from auth_gateway.app import create_apps  # noqa: PLC0415 - for this one alone

    path, ready, stop = folder / "gateway.sock", asyncio.Event(), asyncio.Event()
    apps = create_apps(gateway.settings)
    serving = asyncio.create_task(
        serve([(apps.public, Listen(unix=path))], on_ready=ready.set, stop=stop)
    )
    await ready.wait()
    transport = httpx.AsyncHTTPTransport(uds=str(path))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
        yield http
    stop.set()
    assert await serving == 0


async def test_a_request_reaches_the_service_as_it_was_sent(
    gateway: Gateway, service: Service
) -> None:
    response = await gateway.http.post(
        "/api/nodes/ns1/a%20b;c?x=%2F..%2F&y=a+b&y=",
        content=b"body",
        headers={"Content-Type": "text/x-any", "Cookie": "a=b", "Accept": "x/y"},
    )

    method, target, headers, body = service.last
    assert (method, target, body) == ("POST", "/api/nodes/ns1/a%20b;c?x=%2F..%2F&y=a+b&y=", b"body")
    assert headers["content-type"] == "text/x-any"
    assert headers["cookie"] == "a=b"
    assert headers["accept"] == "x/y"
    assert response.status_code == 207


async def test_where_a_request_came_from_is_written_anew(
    gateway: Gateway, service: Service
) -> None:
    headers = {
        "X-Forwarded-For": "6.6.6.6, 192.0.2.7",
        "X-Forwarded-User": "root",
        "Forwarded": "for=6.6.6.6",
        "X-Real-IP": "6.6.6.6",
        "X-Companion-Identity-Caller": "node-proxy",
        "X_Forwarded_Host": "evil.test",
        "X-Request-Id": "forged",
        "Connection": "X-Secret",
        "X-Secret": "1",
    }

    await gateway.http.get("/api/nodes", headers=headers)

    received = service.last[2]
    assert received["x-forwarded-for"] == "192.0.2.7"
    assert received["x-forwarded-proto"] == "https"
    assert received["x-forwarded-host"] == "localhost"
    for name in ("x-forwarded-user", "forwarded", "x-real-ip", "x-secret", "x_forwarded_host"):
        assert name not in received
    assert "x-companion-identity-caller" not in received
    assert "evil" not in str(received)
    assert received["x-request-id"] != "forged"


async def test_an_answer_comes_back_as_it_was_but_for_what_is_of_one_connection(
    gateway: Gateway, service: Service
) -> None:
    async with gateway.http.stream("GET", "/api/nodes") as response:
        raw = b"".join([chunk async for chunk in response.aiter_raw()])

    assert response.status_code == 207
    assert raw == COMPRESSED
    assert response.headers["content-encoding"] == "gzip"
    assert response.headers["content-type"] == "application/x-thing"
    assert "x-private" not in response.headers
    assert "connection" not in response.headers
    assert response.headers.get_list("x-request-id") == [service.last[2]["x-request-id"]]
    assert response.headers["cache-control"] == "no-store"


async def test_a_service_s_cookies_are_not_sent_along_with_the_next_person(
    gateway: Gateway, service: Service
) -> None:
    await gateway.http.get("/api/nodes")
    await gateway.browser().http.get("/api/nodes")

    assert "cookie" not in service.last[2]


async def test_a_redirect_is_passed_on_and_not_followed(gateway: Gateway) -> None:
    response = await gateway.http.get("/api/nodes/redirect")

    assert response.status_code == 302


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_every_method_passes(gateway: Gateway, service: Service, method: str) -> None:
    response = await gateway.http.request(method, "/api/nodes/large")

    assert response.status_code == 200
    assert service.last[0] == method
    assert response.content == (b"" if method == "HEAD" else LARGE)


async def test_an_answer_without_a_body_stays_one(gateway: Gateway) -> None:
    response = await gateway.http.get("/api/nodes/empty")

    assert (response.status_code, response.content) == (204, b"")


async def test_paths_that_mean_two_things_are_refused(
    gateway: Gateway, service: Service, tmp_path: Path
) -> None:
    targets = [
        b"//evil.test/api/nodes",
        b"/api//evil.test",
        b"/api/../internal/introspect",
        b"/api/nodes/./x",
        b"/api/%2e%2e/internal/introspect",
        b"/api/nodes/..%2f..%2finternal",
        b"/api/nodes/a%0d%0aX-Evil:1",
        b"/api/nodes/%5c%5cevil.test",
        b"/api/nodes/%zz",
    ]
    async with on_a_socket(gateway, tmp_path):
        answers = {target: await status_line(tmp_path, target) for target in targets}

    assert {answer.split()[1] for answer in answers.values()} == {b"400"}, answers
    assert not service.received


async def test_an_absolute_target_never_leads_elsewhere(
    gateway: Gateway, service: Service, tmp_path: Path
) -> None:
    async with on_a_socket(gateway, tmp_path):
        await status_line(tmp_path, b"http://evil.test/api/nodes")
        await status_line(tmp_path, b"@evil.test/api/nodes")

    assert all(target == "/api/nodes" for _, target, _, _ in service.received)


async def status_line(folder: Path, target: bytes) -> bytes:
    """What the gateway on a socket answers to a request line with this very target."""
    reader, writer = await asyncio.open_unix_connection(folder / "gateway.sock")
    writer.write(b"GET " + target + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    line = await reader.readline()
    writer.close()
    return line


@pytest.mark.parametrize(
    "path",
    [
        "/api/tokens",
        "/api/tokens/3/toggle",
        "/api/subnets",
        "/api/ranges/1",
        "/api/static-ips/10.0.0.1/hostname",
        "/api/leases",
        "/swagger-ui/index.html",
        "/api-docs/openapi.json",
    ],
)
async def test_the_paths_of_dhcp_tokens_go_there(
    make_gateway: MakeGateway, service: Service, path: str
) -> None:
    async with make_gateway(variables={"DHCP_TOKENS_URL": service.url}) as gateway:
        await gateway.http.get(path)

    assert service.last[1] == path


@pytest.mark.parametrize(
    "path", ["/api/auth/other", "/internal/introspect", "/internals", "/other"]
)
async def test_what_is_nobodys_reaches_nobody(
    gateway: Gateway, service: Service, path: str
) -> None:
    assert (await gateway.http.get(path)).status_code == 404
    assert not service.received


async def test_a_service_that_is_down_is_named(make_gateway: MakeGateway) -> None:
    async with make_gateway(variables={"NODE_PROXY_URL": "http://127.0.0.1:1"}) as gateway:
        response = await gateway.http.get("/api/nodes")

        assert response.status_code == 503
        assert problem(response)["code"] == "upstream_unavailable"
        assert "node-proxy" in problem(response)["message"]
        assert int(response.headers["retry-after"]) > 0
        assert (await gateway.me()).status_code == 200


async def test_a_large_body_passes_in_pieces_with_its_length(
    gateway: Gateway, service: Service, tmp_path: Path
) -> None:
    async with on_a_socket(gateway, tmp_path) as http:
        response = await http.post("/api/nodes/upload", content=LARGE * 5)

    assert response.json() == {"size": 5 * len(LARGE)}
    assert service.last[2]["content-length"] == str(5 * len(LARGE))
    assert len(service.chunks) > 1


async def test_a_body_of_unknown_length_passes(
    gateway: Gateway, service: Service, tmp_path: Path
) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"piece"

    async with on_a_socket(gateway, tmp_path) as http:
        response = await http.post("/api/nodes/upload", content=pieces())

    assert response.json() == {"size": 15}
    assert service.last[2]["transfer-encoding"] == "chunked"


async def test_an_answer_is_passed_on_while_it_is_being_made(
    gateway: Gateway, service: Service, tmp_path: Path
) -> None:
    async with (
        on_a_socket(gateway, tmp_path) as http,
        http.stream("GET", "/api/nodes/stream") as response,
    ):
        pieces = response.aiter_bytes()
        assert await anext(pieces) == b"first "
        service.go_on.set()
        assert await anext(pieces) == b"second"


async def test_who_goes_away_takes_the_request_along(
    gateway: Gateway, service: Service, tmp_path: Path
) -> None:
    async with on_a_socket(gateway, tmp_path) as http:
        asking = asyncio.create_task(http.get("/api/nodes/wait"))
        await until(lambda: bool(service.received))
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)

        await until(lambda: service.was_left)


async def test_who_goes_away_in_the_middle_of_a_body_takes_it_along(
    gateway: Gateway, service: Service, tmp_path: Path
) -> None:
    async with on_a_socket(gateway, tmp_path):
        _, writer = await asyncio.open_unix_connection(tmp_path / "gateway.sock")
        head = (
            b"POST /api/nodes/upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000\r\n\r\n"
        )
        writer.write(head + LARGE)
        await until(lambda: bool(service.chunks))
        writer.close()

        await until(lambda: service.was_left)

    assert not service.received


async def test_who_goes_away_at_the_very_end_takes_nothing_else_along() -> None:
    left = asyncio.Event()

    async def receive() -> Message:
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            left.set()

    for turns in range(4):
        left.clear()
        await Door(Upstream(name="one", base_url=""))(_scope(_Prompt(turns)), receive, send)
        for _ in range(5):
            # Whoever called the door goes on, and is not cancelled in its stead.
            await asyncio.sleep(0)


class _Prompt:
    """Services that answer at once; a request ends so many turns of the loop after its answer."""

    status = 204

    def __init__(self, turns: int) -> None:
        self.turns = turns
        self.headers: list[tuple[bytes, bytes]] = []

    @asynccontextmanager
    async def send(self, *_: object, **__: object) -> AsyncGenerator["_Prompt"]:
        yield self
        for _turn in range(self.turns):
            await asyncio.sleep(0)


def _scope(services: _Prompt) -> Scope:
    origin = RequestOrigin(
        scheme="https",
        host="localhost",
        client_ip="192.0.2.7",
        forwarded_proto=None,
        peer_trusted=False,
    )
    return {
        "type": "http",
        "method": "GET",
        "raw_path": b"/api/nodes",
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
        "state": {"origin": origin, "request_id": "1", "upstreams": services},
    }


@pytest.mark.parametrize("hosts", [b"", b"Host: localhost\r\nHost: localhost\r\n"])
async def test_a_request_without_one_host_is_refused(
    gateway: Gateway, service: Service, tmp_path: Path, hosts: bytes
) -> None:
    async with on_a_socket(gateway, tmp_path):
        reader, writer = await asyncio.open_unix_connection(tmp_path / "gateway.sock")
        writer.write(b"GET /api/nodes HTTP/1.1\r\n" + hosts + b"Connection: close\r\n\r\n")
        answer = await reader.read()
        writer.close()

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"invalid_request" in answer
    assert not service.received


async def test_a_service_that_dies_in_the_middle_of_an_answer_cuts_it(
    make_gateway: MakeGateway, tmp_path: Path
) -> None:
    async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\nhalf")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(half, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with (
        server,
        make_gateway(variables={"NODE_PROXY_URL": f"http://127.0.0.1:{port}"}) as one,
        on_a_socket(one, tmp_path) as http,
    ):
        with pytest.raises(httpx.RemoteProtocolError):
            await http.get("/api/nodes")
