"""A gateway as a process of its own, before nodes and a Redis that the test has at hand."""

import asyncio
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from tests.support.ports import free_ports
from tests.support.program import Program

START_S = 30.0


class GatewayProcess:
    """`python -m auth_gateway` with these settings, at ports of its own that it keeps.

    It stands behind a proxy: `forwarded` headers say who a browser is.
    """

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        public, internal, metrics = free_ports(3)
        self.base_url = f"http://127.0.0.1:{public}"
        self._metrics_url = f"http://127.0.0.1:{metrics}"
        env = {
            **settings,
            "PORT": f"127.0.0.1:{public}",
            "GATEWAY_INTERNAL_LISTEN": f"127.0.0.1:{internal}",
            "METRICS_PORT": f"127.0.0.1:{metrics}",
        }
        command = [sys.executable, "-m", "auth_gateway"]
        self._program = Program(command, env=env, log=folder / "auth-gateway.log")

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._program.is_alive:
            self._program.kill()

    async def start(self) -> None:
        """Start it; returns when it says that it is ready."""
        self._program.start()
        end = time.monotonic() + START_S
        async with httpx.AsyncClient() as http:
            while not await _is_ready(http, f"{self.base_url}/readyz"):
                assert self._program.is_alive, self.output
                assert time.monotonic() < end, self.output
                await asyncio.sleep(0.02)

    def kill(self) -> None:
        """End it as kill -9 does."""
        self._program.kill()

    @property
    def output(self) -> str:
        return self._program.output

    async def figure(self, name: str) -> float | None:
        """A figure without labels, as Prometheus reads it."""
        async with httpx.AsyncClient() as http:
            text = (await http.get(f"{self._metrics_url}/metrics")).text
        found = [line for line in text.splitlines() if line.startswith(f"{name} ")]
        return float(found[0].split()[1]) if found else None


async def _is_ready(http: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await http.get(url)).status_code == 200
    except httpx.TransportError:
        return False
