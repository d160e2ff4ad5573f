"""The demonstration as a process: its ready line, its end, and what it keeps."""

import asyncio
import re
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from technitium_sandbox.persistence import restore, save

from tests.support.sandbox import sandbox

READY = re.compile(r"technitium_sandbox ready: ns1 (\S+), ns2 (\S+); control (\S+)\n")


async def test_it_says_when_it_is_ready_and_ends_on_sigterm() -> None:
    async with _process() as (process, (ns1, _, control)), httpx.AsyncClient() as client:
        nodes = (await client.get(f"{control}/nodes")).json()
        process.send_signal(signal.SIGTERM)
        code = await process.wait()

    assert nodes["ns1"] == ns1
    assert code == 0


async def test_people_stay_signed_in_when_it_starts_again(tmp_path: Path) -> None:
    arguments = ("--state-dir", str(tmp_path))
    async with _process(*arguments) as (process, (ns1, *_)), httpx.AsyncClient() as client:
        form = {"user": "viewer", "pass": "viewer"}
        token = (await client.post(f"{ns1}/api/user/login", data=form)).json()["token"]
        process.send_signal(signal.SIGTERM)
        await process.wait()

    async with _process(*arguments) as (_, (ns1, ns2, _)), httpx.AsyncClient() as client:
        path, form = "/api/user/session/get", {"token": token}
        here = (await client.post(ns1 + path, data=form)).json()
        there = (await client.post(ns2 + path, data=form)).json()

    assert (here["status"], here["username"]) == ("ok", "viewer")
    assert there["status"] == "invalid-token"
    assert (tmp_path / "sandbox.json").stat().st_mode & 0o777 == 0o600


async def test_a_session_outlives_a_kill_once_it_is_written_down(tmp_path: Path) -> None:
    arguments, state = ("--state-dir", str(tmp_path)), tmp_path / "sandbox.json"
    async with _process(*arguments) as (process, (ns1, *_)), httpx.AsyncClient() as client:
        form = {"user": "viewer", "pass": "viewer"}
        token = (await client.post(f"{ns1}/api/user/login", data=form)).json()["token"]
        for _ in range(500):
            if token in state.read_text():
                break
            await asyncio.sleep(0.01)
        process.kill()
        await process.wait()

    async with _process(*arguments) as (_, (ns1, *_)), httpx.AsyncClient() as client:
        session = await client.post(f"{ns1}/api/user/session/get", data={"token": token})

    assert session.json()["username"] == "viewer"


async def test_a_state_that_cannot_be_read_is_left_aside(tmp_path: Path) -> None:
    (tmp_path / "sandbox.json").write_text("{")

    async with (
        _process("--state-dir", str(tmp_path)) as (_, (ns1, *_)),
        httpx.AsyncClient() as client,
    ):
        form = {"user": "admin", "pass": "admin"}
        answer = (await client.post(f"{ns1}/api/user/login", data=form)).json()

    assert answer["status"] == "ok"


async def test_what_is_saved_is_what_is_restored(tmp_path: Path) -> None:
    before, after, path = sandbox(), sandbox(), tmp_path / "state.json"
    node = before.nodes["ns1"].node
    node.directory.user("viewer").display_name = "Somebody else"

    save(path, before.wire.nodes)

    assert restore(path, after.wire.nodes)
    assert after.nodes["ns1"].node.directory == node.directory
    assert {one.token for one in after.nodes["ns1"].node.sessions} == {
        one.token for one in node.sessions
    }


async def test_a_port_in_use_is_one_readable_line() -> None:
    async with _process() as (_, (ns1, *_)):
        taken = ns1.removeprefix("http://")
        process = await _start("--node", f"ns1={taken}", "--control", "127.0.0.1:0")
        _, complaint = await process.communicate()

    assert process.returncode == 1
    assert complaint.decode().count("\n") == 1
    assert taken in complaint.decode()


async def test_the_control_port_is_for_loopback_only() -> None:
    process = await _start("--control", "192.0.2.1:15379")
    _, complaint = await process.communicate()

    assert process.returncode == 2
    assert b"192.0.2.1 is not a loopback address" in complaint


async def test_the_code_of_the_two_step_person_can_be_printed() -> None:
    process = await _start("--totp")
    printed, _ = await process.communicate()

    assert re.fullmatch(rb"\d{6}\n", printed)


async def _start(*arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "technitium_sandbox",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@asynccontextmanager
async def _process(
    *arguments: str,
) -> AsyncGenerator[tuple[asyncio.subprocess.Process, tuple[str, ...]], None]:
    """A sandbox of two nodes on free ports, and their URLs with that of the control port."""
    nodes = ("--node", "ns1=127.0.0.1:0", "--node", "ns2=127.0.0.1:0")
    process = await _start(*nodes, "--control", "127.0.0.1:0", *arguments)
    try:
        assert process.stdout is not None
        line = (await asyncio.wait_for(process.stdout.readline(), timeout=20)).decode()
        ready = READY.fullmatch(line)
        assert ready is not None, line
        yield process, ready.groups()
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()
