"""How it is learnt that a process is ready."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from companion_local import readiness
from companion_local.readiness import HttpProbe, RedisProbe

from tests.support.ports import free_port
from tests.support.redis import RedisServer

NOT_READY = (
    b'HTTP/1.1 503 x\r\n\r\n{"checks":{"redis":{"ok":false,"reason":"Redis does not answer."},'
    b'"mode":{"ok":true}}}'
)


async def test_an_answer_of_200_is_ready() -> None:
    async with _answering(b"HTTP/1.1 200 OK\r\n\r\n{}") as port:
        assert await HttpProbe(host="127.0.0.1", port=port).ask() is None


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (NOT_READY, "redis: Redis does not answer."),
        (b"HTTP/1.1 503 x\r\n\r\nnothing", "answers 503"),
        (b"SSH-2.0\r\n", "answers 0"),
        (b"", "answers 0"),
    ],
)
async def test_everything_else_is_told_in_words(answer: bytes, reason: str) -> None:
    async with _answering(answer) as port:
        assert await HttpProbe(host="127.0.0.1", port=port).ask() == reason


async def test_nobody_there_is_a_reason_too() -> None:
    said = await HttpProbe(host="127.0.0.1", port=free_port()).ask()

    assert said == "not reachable yet (ConnectionRefusedError)"


async def test_silence_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "ASK_S", 0.05)
    async with _answering(None) as port:
        assert await HttpProbe(host="127.0.0.1", port=port).ask() == "no answer yet"


async def test_a_redis_that_answers_is_ready(redis_server: RedisServer) -> None:
    redis_server.start()
    socket = Path(redis_server.url.removeprefix("unix://"))

    assert await RedisProbe(socket=socket).ask() is None


async def test_no_socket_is_a_reason(tmp_path: Path) -> None:
    said = await RedisProbe(socket=tmp_path / "none.sock").ask()

    assert said == "not reachable yet (FileNotFoundError)"


@asynccontextmanager
async def _answering(answer: bytes | None) -> AsyncGenerator[int]:
    """A server that says the same to everybody, or never says anything."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        if answer is None:
            # Until the other side has lost its patience.
            await reader.read()
        else:
            writer.write(answer)
        writer.close()
        gone.set()

    gone = asyncio.Event()
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
        await gone.wait()
