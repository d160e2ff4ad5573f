import asyncio
import os
import signal
import ssl
import stat
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from companion.address import Listen, TlsFiles, bind
from companion.listen import serve
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from structlog.testing import capture_logs

from tests.companion.technitium.certificates import make

DEADLINE_S = 10


@asynccontextmanager
async def serving(
    *apps: tuple[Starlette, Listen], graceful_s: int = 1
) -> AsyncGenerator[tuple[list[str], Callable[[], int]]]:
    """The addresses that accept, and what the exit code was once this has ended."""
    ready, stop = asyncio.Event(), asyncio.Event()
    with capture_logs() as lines:
        task = asyncio.create_task(
            serve(list(apps), on_ready=ready.set, graceful_s=graceful_s, stop=stop)
        )
        async with asyncio.timeout(DEADLINE_S):
            await ready.wait()
        try:
            yield _addresses(lines), task.result
        finally:
            stop.set()
            async with asyncio.timeout(DEADLINE_S):
                await task


def _addresses(lines: Sequence[Any]) -> list[str]:
    return [line["address"] for line in lines if line["event"] == "listening"]


def app_named(name: str, events: list[str] | None = None) -> Starlette:
    """An application that answers its name and the scheme, and notes when it starts and ends."""
    noted = events if events is not None else []

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[dict[str, str]]:
        noted.append(f"{name} starts")
        yield {"name": name}
        noted.append(f"{name} ends")

    async def route(request: Request) -> Response:
        return PlainTextResponse(f"{request.state.name} {request.scope['scheme']}")

    return Starlette(routes=[Route("/", route)], lifespan=lifespan)


async def get(url: str, **options: Any) -> httpx.Response:  # noqa: ANN401 - those of the client
    async with httpx.AsyncClient(trust_env=False, **options) as http:
        return await http.get(url)


async def test_every_application_is_served_and_ended_in_order() -> None:
    events: list[str] = []

    async with serving(
        (app_named("one", events), Listen()), (app_named("two", events), Listen())
    ) as (addresses, code):
        answers = [(await get(address)).text for address in addresses]

    assert answers == ["one http", "two http"]
    assert events == ["one starts", "two starts", "one ends", "two ends"]
    assert code() == 0


async def test_one_application_on_two_addresses_has_one_lifespan(tmp_path: Path) -> None:
    events: list[str] = []
    app, path = app_named("one", events), tmp_path / "one.sock"

    async with serving((app, Listen()), (app, Listen(unix=path))) as (addresses, _):
        by_port = await get(addresses[0])
        mode = stat.S_IMODE(path.stat().st_mode)
        by_socket = await get("http://one/", transport=httpx.AsyncHTTPTransport(uds=str(path)))

    assert (by_port.text, by_socket.text) == ("one http", "one http")
    assert mode == 0o660
    assert not path.exists()
    assert events == ["one starts", "one ends"]


async def test_no_answer_names_the_server_software() -> None:
    async with serving((app_named("one"), Listen())) as (addresses, _):
        headers = (await get(addresses[0])).headers

    assert "server" not in headers
    assert "date" in headers


async def test_uvicorn_itself_believes_no_forwarded_header() -> None:
    async with serving((app_named("one"), Listen())) as (addresses, _):
        response = await get(addresses[0], headers={"X-Forwarded-Proto": "https"})

    assert response.text == "one http"


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
async def test_https_is_tls_1_2_or_newer(tmp_path: Path) -> None:
    made = make(tmp_path, "localhost", hosts=("127.0.0.1",))
    tls = TlsFiles(cert=made.cert_file, key=made.key_file)
    context = ssl.create_default_context(cafile=str(made.cert_file))

    async with serving((app_named("one"), Listen(tls=tls))) as (addresses, _):
        response = await get(addresses[0], verify=context)
        port = int(addresses[0].rpartition(":")[2])
        versions = [await _tls_version(port, each) for each in _TLS_VERSIONS]
        plain = await _spoken_plainly(port)

    assert addresses[0].startswith("https://")
    assert response.text == "one https"
    assert versions == [None, "TLSv1.2", "TLSv1.3"]
    assert plain == b""


_TLS_VERSIONS = (ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)


async def _tls_version(port: int, version: ssl.TLSVersion) -> str | None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
    except (ssl.SSLError, OSError):
        return None
    spoken: str | None = writer.get_extra_info("ssl_object").version()
    writer.close()
    return spoken


async def _spoken_plainly(port: int) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    answer = await asyncio.wait_for(reader.read(), DEADLINE_S)
    writer.close()
    return answer


async def test_a_taken_address_is_one_line_and_exit_code_2(
    capsys: pytest.CaptureFixture[str],
) -> None:
    events: list[str] = []
    with bind(Listen()) as taken:
        busy = Listen(port=taken.getsockname()[1], variable="METRICS_PORT")

        code = await serve([(app_named("one", events), Listen()), (app_named("two"), busy)])

    assert code == 2
    assert capsys.readouterr().err == (
        f"Cannot start: Cannot listen on {busy} (METRICS_PORT): Address already in use.\n"
    )
    assert events == []


async def test_a_key_that_does_not_fit_is_one_line_that_names_the_settings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = make(tmp_path, "one"), make(tmp_path, "two")
    tls = TlsFiles(cert=one.cert_file, key=two.key_file)

    code = await serve([(app_named("one"), Listen(tls=tls))])

    line = capsys.readouterr().err
    assert code == 2
    assert line.count("\n") == 1
    assert "HTTPS_CERT_PATH" in line


async def test_a_lifespan_that_fails_ends_the_process_with_code_3() -> None:
    events: list[str] = []

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        await _without_store()
        yield

    code = await serve(
        [(app_named("one", events), Listen()), (Starlette(lifespan=lifespan), Listen())]
    )

    assert code == 3
    assert events == ["one starts", "one ends"]


async def _without_store() -> None:
    raise RuntimeError("no store")


async def test_background_work_that_fails_later_ends_the_process_too() -> None:
    ready = asyncio.Event()

    async def work() -> None:
        await ready.wait()
        raise RuntimeError("broken")

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(work())
            yield

    async with asyncio.timeout(DEADLINE_S):
        code = await serve([(Starlette(lifespan=lifespan), Listen())], on_ready=ready.set)

    assert code == 3


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_all_of_them(number: signal.Signals) -> None:
    events: list[str] = []

    def interrupt() -> None:
        os.kill(os.getpid(), number)

    async with asyncio.timeout(DEADLINE_S):
        code = await serve(
            [(app_named("one", events), Listen()), (app_named("two", events), Listen())],
            on_ready=interrupt,
            graceful_s=1,
        )

    assert code == 0
    assert events == ["one starts", "two starts", "one ends", "two ends"]


async def test_a_request_that_never_ends_holds_the_end_up_for_a_bounded_time() -> None:
    begun = asyncio.Event()

    async def hang(_: Request) -> Response:
        begun.set()
        await asyncio.Event().wait()
        raise AssertionError

    app = Starlette(routes=[Route("/", hang)])
    loop = asyncio.get_running_loop()
    async with serving((app, Listen()), graceful_s=1) as (addresses, _):
        request = asyncio.create_task(get(addresses[0]))
        await asyncio.wait_for(begun.wait(), DEADLINE_S)
        ended_at = loop.time()

    assert loop.time() - ended_at < 5
    with pytest.raises(httpx.HTTPError):
        (await request).raise_for_status()
