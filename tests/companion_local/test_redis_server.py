"""The ladder of Redis servers, and which of them may touch a folder."""

import os
import stat
from pathlib import Path

import pytest
from companion_local import redis_server
from companion_local.redis_server import Binary, Engine, RedisRefused

REDIS_6 = Engine(kind="redis", version=(6, 2, 14))
REDIS_7 = Engine(kind="redis", version=(7, 2, 5))
REDIS_8 = Engine(kind="redis", version=(8, 0, 0))
VALKEY_8 = Engine(kind="valkey", version=(8, 1, 0))
VALKEY_9 = Engine(kind="valkey", version=(9, 1, 2))


def test_a_server_is_found_on_every_machine_with_the_package() -> None:
    binaries = redis_server.found(which=lambda _: None)

    assert [binary.engine.kind for binary in binaries] == ["valkey"]


def test_one_on_the_path_is_preferred(tmp_path: Path) -> None:
    own = _program(tmp_path, "Redis server v=7.2.4 sha=00000000:0 malloc=jemalloc bits=64")

    binaries = redis_server.found(which=lambda name: own if name == "redis-server" else None)

    assert binaries[0] == Binary(path=own, engine=Engine(kind="redis", version=(7, 2, 4)))


@pytest.mark.parametrize("told", ["Redis server v=6.0.16 sha=0", "something else", ""])
def test_old_and_unknown_programs_are_passed_over(tmp_path: Path, told: str) -> None:
    own = _program(tmp_path, told)

    binaries = redis_server.found(which=lambda _: own)

    assert all(binary.path != own for binary in binaries)


@pytest.mark.parametrize(
    ("engine", "writer", "reads"),
    [
        (REDIS_7, REDIS_6, True),
        (REDIS_6, REDIS_7, False),
        (VALKEY_8, REDIS_7, True),
        (VALKEY_9, REDIS_8, False),
        (REDIS_8, VALKEY_9, False),
        (VALKEY_9, VALKEY_8, True),
        (VALKEY_8, VALKEY_9, False),
    ],
)
def test_an_engine_reads_its_own_past_and_what_valkey_grew_from(
    engine: Engine, writer: Engine, *, reads: bool
) -> None:
    assert engine.reads(writer) is reads


def test_data_of_a_newer_engine_choose_the_one_that_reads_them(tmp_path: Path) -> None:
    newer, older = Binary(path="/new", engine=VALKEY_9), Binary(path="/old", engine=REDIS_7)
    redis_server.choose([newer], data=tmp_path)
    (tmp_path / "appendonlydir").mkdir()

    assert redis_server.choose([older, newer], data=tmp_path) == newer


def test_data_that_nothing_reads_are_refused_with_what_to_do(tmp_path: Path) -> None:
    redis_server.choose([Binary(path="/new", engine=VALKEY_9)], data=tmp_path)
    (tmp_path / "appendonlydir").mkdir()

    with pytest.raises(RedisRefused, match=r"written by valkey 9\.1\.2; .*redis 7\.2\.5.*Install"):
        redis_server.choose([Binary(path="/old", engine=REDIS_7)], data=tmp_path)


def test_an_empty_folder_takes_any_engine(tmp_path: Path) -> None:
    redis_server.choose([Binary(path="/new", engine=VALKEY_9)], data=tmp_path)

    older = Binary(path="/old", engine=REDIS_7)
    assert redis_server.choose([older], data=tmp_path) == older


def test_no_server_at_all_is_said(tmp_path: Path) -> None:
    with pytest.raises(RedisRefused, match="No Redis server was found"):
        redis_server.choose([], data=tmp_path)


def test_a_short_folder_holds_its_socket() -> None:
    assert redis_server.socket_path(Path("/x")) == Path("/x/redis.sock")


def test_a_long_folder_has_its_socket_in_a_short_private_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    deep = tmp_path / ("x" * 100)

    socket = redis_server.socket_path(deep)

    assert socket.parent.parent == tmp_path
    assert stat.S_IMODE(socket.parent.stat().st_mode) == 0o700
    assert redis_server.socket_path(deep) == socket
    assert redis_server.socket_path(deep / "other") != socket


def test_a_short_folder_open_to_others_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    deep = tmp_path / ("x" * 100)
    redis_server.socket_path(deep).parent.chmod(0o777)

    with pytest.raises(RedisRefused, match="not ours alone"):
        redis_server.socket_path(deep)


def test_the_server_has_no_port_and_loses_nothing_it_answered() -> None:
    binary = Binary(path="/valkey", engine=VALKEY_9)

    command = redis_server.command(binary, data=Path("/data"), socket=Path("/run/redis.sock"))

    assert " ".join(command) == (
        "/valkey --port 0 --unixsocket /run/redis.sock --unixsocketperm 700 --dir /data "
        "--appendonly yes --appendfsync always --save  --maxmemory-policy noeviction"
    )


def test_a_path_with_odd_letters_survives_in_the_url() -> None:
    assert redis_server.url(Path("/a b/#1/redis.sock")) == "unix:///a%20b/%231/redis.sock"


def _program(folder: Path, told: str) -> str:
    path = folder / "server"
    path.write_text(f"#!/bin/sh\necho '{told}'\n")
    os.chmod(path, 0o700)  # noqa: PTH101 - clearer beside the line above
    return str(path)
