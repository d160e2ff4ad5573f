"""Redis behind Sentinel: the main server is found, and found again after it died."""

import asyncio
import os
import subprocess
import time
from collections.abc import Awaitable, Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from companion.store import StoreUnavailable, connect, store_errors
from redis.asyncio import Redis

from tests.support.ports import free_ports
from tests.support.process import bound_to_parent
from tests.support.redis import answers, find_binary

DEADLINE_S = 20.0


class Lab:
    """A main server, a replica of it, and a sentinel that watches both."""

    def __init__(self, binary: str, directory: Path) -> None:
        self._binary = binary
        self._directory = directory
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self.ports = dict(zip(("main", "replica", "sentinel"), free_ports(3), strict=True))
        self._start("main")
        self._start("replica", f"replicaof 127.0.0.1 {self.ports['main']}")
        self._start(
            "sentinel",
            f"sentinel monitor home 127.0.0.1 {self.ports['main']} 1",
            "sentinel down-after-milliseconds home 300",
            "sentinel failover-timeout home 1000",
        )

    def kill(self, name: str) -> None:
        process = self._processes.pop(name)
        process.kill()
        process.wait()

    def close(self) -> None:
        for name in list(self._processes):
            self.kill(name)

    def _start(self, name: str, *lines: str) -> None:
        folder = self._directory / name
        folder.mkdir()
        common = [f"port {self.ports[name]}", "bind 127.0.0.1", f"dir {folder}"]
        (folder / "server.conf").write_text("\n".join([*common, *lines, ""]))
        role = ["--sentinel"] if name == "sentinel" else []
        command = [self._binary, str(folder / "server.conf"), *role]
        with (folder / "log").open("wb") as log:
            self._processes[name] = subprocess.Popen(  # noqa: S603
                bound_to_parent(command, parent=os.getpid()), stdout=log, stderr=log
            )
        deadline = time.monotonic() + DEADLINE_S
        while not answers(f"redis://127.0.0.1:{self.ports[name]}"):
            assert time.monotonic() < deadline, (folder / "log").read_text()
            time.sleep(0.01)


@pytest.fixture
def lab(tmp_path: Path) -> Generator[Lab]:
    binary = find_binary()
    if binary is None:
        pytest.skip("no Redis server here that can be a sentinel")
    lab = Lab(binary.path, tmp_path)
    yield lab
    lab.close()


async def test_the_main_server_is_found_and_found_again_after_it_died(lab: Lab) -> None:
    sentinels = f"127.0.0.1:1,127.0.0.1:{lab.ports['sentinel']}"
    async with connect(f"redis+sentinel://{sentinels}/home/2") as client:
        await client.set("kept", "yes")
        assert client.connection_pool.connection_kwargs["db"] == 2
        await until_replicated(lab)

        lab.kill("main")

        assert await until_served(lambda: client.get("kept")) == b"yes"
        assert await client.set("written", "too")


async def until_replicated(lab: Lab) -> None:
    """Returns when the replica has what the main server has and the sentinel knows of it."""
    async with (
        connect(f"redis://127.0.0.1:{lab.ports['replica']}/2") as replica,
        connect(f"redis://127.0.0.1:{lab.ports['sentinel']}") as sentinel,
    ):
        async with asyncio.timeout(DEADLINE_S):
            # Another process has no event to wait for.
            while await replica.get("kept") is None or not await known_replicas(sentinel):  # noqa: ASYNC110
                await asyncio.sleep(0.05)


async def known_replicas(sentinel: Redis) -> int:
    masters: Any = await sentinel.sentinel_masters()
    return int(masters["home"]["num-slaves"])


async def until_served(ask: Callable[[], Awaitable[object]]) -> object:
    """What Redis answers once a server has taken over."""
    async with asyncio.timeout(DEADLINE_S):
        while True:
            try:
                with store_errors():
                    return await ask()
            except StoreUnavailable:
                await asyncio.sleep(0.05)
