"""What Redis refuses for good is told before a service starts; what passes by itself is not."""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from companion.store_refusal import store_refusal

from tests.companion.technitium.certificates import make
from tests.support.ports import free_port
from tests.support.redis import RedisServer, find_binary

USERS = """user default off
user operator on >operator ~* &* +@all
user reader on >reader ~mode resetchannels -@all +get +ping
user blind on >blind ~other resetchannels -@all +get +ping
"""


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Generator[RedisServer]:
    """A server that lets in the users of `USERS` alone."""
    binary = find_binary()
    if binary is None:
        pytest.skip("no Redis server of our own runs here")
    folder = tmp_path_factory.mktemp("guarded")
    (folder / "users.acl").write_text(USERS)
    login = "operator:operator@"
    server = RedisServer(binary, folder, acl_file=folder / "users.acl", login=login)
    server.start()
    yield server
    server.stop()


@asynccontextmanager
async def speaking(
    answer: bytes | None, *, tls: ssl.SSLContext | None = None
) -> AsyncGenerator[int]:
    """The port of a server that answers everything with these bytes; with None, never."""
    open_ones: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_ones.append(writer)
        while answer is not None and await reader.readline():
            writer.write(answer)

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    async with server:
        yield server.sockets[0].getsockname()[1]
        for writer in open_ones:
            writer.close()


@pytest.mark.parametrize("login", ["", "reader:wrong@", "stranger:x@", ":x@"])
async def test_a_wrong_name_or_password_is_told(guarded: RedisServer, login: str) -> None:
    said = await store_refusal(guarded.url_of(login))

    assert said is not None
    assert "user name and password of REDIS_URL" in said


async def test_a_user_who_may_not_read_our_keys_is_told(guarded: RedisServer) -> None:
    said = await store_refusal(guarded.url_of("blind:blind@"))

    assert said is not None
    assert "may not read the keys" in said


async def test_the_right_user_is_fine(guarded: RedisServer) -> None:
    assert await store_refusal(guarded.url_of("reader:reader@")) is None


async def test_a_password_where_redis_has_none_is_told() -> None:
    error = (
        b"-ERR AUTH <password> called without any password configured for the default user. "
        b"Are you sure your configuration is correct?\r\n"
    )
    async with speaking(error) as port:
        said = await store_refusal(f"redis://:secret@127.0.0.1:{port}/0")

    assert said is not None
    assert "secret" not in said


@pytest.mark.parametrize("answer", [b"-NOAUTH Authentication required.\r\n", b"+PONG\r\n"])
async def test_a_redis_without_the_tls_of_the_url_is_told(answer: bytes) -> None:
    async with speaking(answer) as port:
        said = await store_refusal(f"rediss://127.0.0.1:{port}/0", timeout_s=0.5)

    assert said is not None
    assert "TLS" in said


async def test_a_certificate_that_is_not_believed_is_told(tmp_path: Path) -> None:
    made = make(tmp_path, "redis", hosts=("127.0.0.1",))
    async with speaking(b"+OK\r\n", tls=made.server) as port:
        said = await store_refusal(f"rediss://127.0.0.1:{port}/0")

    assert said is not None
    assert "certificate of Redis is not believed" in said


@pytest.mark.parametrize("scheme", ["redis", "rediss"])
async def test_a_redis_that_is_away_or_hangs_is_waited_for(scheme: str) -> None:
    assert await store_refusal(f"{scheme}://127.0.0.1:{free_port()}/0") is None
    async with speaking(None) as port:
        assert await store_refusal(f"{scheme}://127.0.0.1:{port}/0", timeout_s=0.2) is None


async def test_a_redis_that_is_loading_is_waited_for() -> None:
    async with speaking(b"-LOADING Redis is loading the dataset in memory\r\n") as port:
        assert await store_refusal(f"redis://127.0.0.1:{port}/0") is None
