"""The gateway and the node proxy as separate processes, as they run behind a TLS proxy."""

import base64
import os
import secrets
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.support.memory import peak_mb, resident_mb
from benchmarks.support.ports import free_port, wait_until_open
from benchmarks.support.wrk import ToolMissing
from tests.support.redis import RedisServer, find_binary

# What a TLS-terminating proxy on this machine would send.
SECURE = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.1", "Host": "localhost"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Where both listen, and the processes themselves by name."""

    gateway_url: str
    node_proxy_url: str
    processes: Mapping[str, "subprocess.Popen[bytes]"]

    def memory_mb(self) -> dict[str, float]:
        """Resident memory of each process now (Linux)."""
        return {name: resident_mb(process.pid) for name, process in self.processes.items()}

    def peak_memory_mb(self) -> dict[str, float]:
        """The most that each process ever held."""
        return {name: peak_mb(process.pid) for name, process in self.processes.items()}

    def sign_in(self, username: str, password: str) -> dict[str, str]:
        """A session of its own: the headers that its browser and the proxy would send."""
        answer = httpx.post(
            f"{self.gateway_url}/api/auth/login",
            json={"username": username, "password": password},
            headers=SECURE,
        )
        answer.raise_for_status()
        return SECURE | {"Cookie": answer.headers["Set-Cookie"].partition(";")[0]}


@contextmanager
def services(
    folder: Path, *, node_url: str, others: Mapping[str, str] | None = None
) -> Generator[Services]:
    """One process of each, up while the block runs; `others` are more nodes by their ids."""
    nodes = {"bench": node_url, **(others or {})}
    gateway, node_proxy = free_port(), free_port()
    with ExitStack() as stack:
        binary = find_binary()
        if binary is None:
            raise ToolMissing("a Redis server is needed and none was found")
        redis = RedisServer(binary, folder / "redis")
        redis.start()
        stack.callback(redis.stop)
        environment = {
            "PATH": os.environ["PATH"],
            "REDIS_URL": redis.url,
            "AUTH_SESSION_ENABLED": "true",
            "TRUST_PROXY": "true",
            "SESSION_KEYS": base64.b64encode(secrets.token_bytes(32)).decode(),
            "SESSION_PEPPER": secrets.token_urlsafe(32),
            "INTERNAL_SECRET": secrets.token_urlsafe(32),
            "TECHNITIUM_NODES": ",".join(nodes),
            **{f"TECHNITIUM_{name.upper()}_BASE_URL": url for name, url in nodes.items()},
            "PORT": str(gateway),
            "METRICS_PORT": str(free_port()),
            "GATEWAY_INTERNAL_LISTEN": f"127.0.0.1:{free_port()}",
            "NODE_PROXY_LISTEN": f"127.0.0.1:{node_proxy}",
            "NODE_PROXY_URL": f"http://127.0.0.1:{node_proxy}",
            "NODE_PROXY_INTERNAL_LISTEN": f"127.0.0.1:{free_port()}",
            "NODE_PROXY_METRICS_PORT": str(free_port()),
        }
        processes = {
            name: stack.enter_context(_process(module, environment, port, folder / f"{name}.log"))
            for name, module, port in (
                ("auth-gateway", "auth_gateway", gateway),
                ("node-proxy", "node_proxy", node_proxy),
            )
        }
        yield Services(
            gateway_url=f"http://127.0.0.1:{gateway}",
            node_proxy_url=f"http://127.0.0.1:{node_proxy}",
            processes=processes,
        )


@contextmanager
def _process(
    module: str, environment: Mapping[str, str], port: int, log: Path
) -> "Generator[subprocess.Popen[bytes]]":
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", module], env=dict(environment), stderr=output, stdout=output
        )
        try:
            try:
                wait_until_open(port, process=process)
            except RuntimeError as exc:
                raise RuntimeError(f"{module}: {exc}\n{log.read_text()[-2000:]}") from exc
            yield process
        finally:
            process.terminate()
            process.wait(timeout=15)
