"""The whole stack as `make run` starts it: real processes, a data folder and ports of its own.

Looked at from outside alone: over HTTPS, by signals, by the sandbox's control port, in the files
and in the Redis that it leaves behind.
"""

import json
import os
import signal
import ssl
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import httpx
import redis

from tests.support.lab import Lab, until
from tests.support.ports import free_ports, free_run
from tests.support.process import bound_to_parent

__all__ = ["SERVICES", "Stack", "is_alive", "until"]

START_S = 45.0
STOP_S = 45.0
SERVICES = ("node-proxy", "ptr-worker", "dhcp-tokens", "auth-gateway")
PORT_VARIABLES = (
    "HTTPS_PORT",
    "GATEWAY_INTERNAL_LISTEN",
    "NODE_PROXY_LISTEN",
    "DHCP_TOKENS_LISTEN",
    "METRICS_PORT",
    "NODE_PROXY_METRICS_PORT",
    "PTR_WORKER_METRICS_PORT",
    "DHCP_TOKENS_METRICS_PORT",
)


class Stack(Lab):
    """One launcher and everything it started; use it as a context manager."""

    def __init__(self, folder: Path, *, variables: Mapping[str, str] | None = None) -> None:
        self.data_dir = folder / "data"
        self._output = folder / "output"
        ports = {name: str(port) for name, port in zip(PORT_VARIABLES, _ports(), strict=True)}
        self.variables = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "DATA_DIR": str(self.data_dir),
            "SANDBOX_PORT": str(free_run(4)),
            **ports,
            **(variables or {}),
        }
        self.base_url = f"https://localhost:{self.variables['HTTPS_PORT']}"
        self.ca_file = self.data_dir / "certificates" / "ca.crt"
        self._launcher: subprocess.Popen[bytes] | None = None
        self._control: httpx.Client | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    # The launcher ---------------------------------------------------------------------------

    def start(self) -> None:
        """Start the launcher; returns when it says that everything is ready."""
        self._output.unlink(missing_ok=True)
        self._launcher = self.launch(self._output)
        until(
            lambda: "Ready after" in self.output or self.exit_code is not None,
            what="the stack is ready",
            within_s=START_S,
        )
        assert self.exit_code is None, self.output
        self._control = httpx.Client(base_url=self.facts["sandboxControl"] or "http://none")

    def launch(self, output: Path) -> "subprocess.Popen[bytes]":
        """One more launcher with the same settings, its words in `output`."""
        command = bound_to_parent([sys.executable, "-m", "companion_local"], parent=os.getpid())
        with output.open("wb") as file:
            return subprocess.Popen(  # noqa: S603 - our own module
                command, env=self.variables, stdout=file, stderr=subprocess.STDOUT
            )

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """End it as a person does, and see that nothing of it is left."""
        if self._launcher is None:
            return
        pids = [*self.pids.values()]
        self._launcher.send_signal(number)
        self._ended(pids)

    def kill(self) -> None:
        """Kill the launcher alone, as kill -9 does, and see that the rest went with it."""
        assert self._launcher is not None
        pids = [*self.pids.values()]
        self._launcher.kill()
        self._ended(pids)

    @property
    def exit_code(self) -> int | None:
        return None if self._launcher is None else self._launcher.poll()

    @property
    def output(self) -> str:
        """Everything the launcher said."""
        return self._output.read_text() if self._output.exists() else ""

    @property
    def facts(self) -> dict[str, Any]:
        """What the launcher wrote down of itself."""
        found: dict[str, Any] = json.loads((self.data_dir / "run/processes.json").read_text())
        return found

    # Its processes --------------------------------------------------------------------------

    @property
    def pids(self) -> dict[str, int]:
        found: dict[str, int] = self.facts["processes"]
        return found

    def kill_process(self, *names: str) -> None:
        """Kill -9 processes and wait until the launcher says that each is ready again."""
        times = {name: self._ready_again(name) for name in names}
        pids = self.pids
        for name in names:
            os.kill(pids[name], signal.SIGKILL)
        for name in names:
            until(
                lambda name=name: self._ready_again(name) > times[name],  # type: ignore[misc]
                what=f"{name} is ready again",
            )

    def signal_process(self, name: str, number: signal.Signals) -> None:
        os.kill(self.pids[name], number)

    def _ready_again(self, name: str) -> int:
        lines = self.output.splitlines()
        return sum(line.startswith(f"{name} ") and "ready again" in line for line in lines)

    def _ended(self, pids: list[int]) -> None:
        assert self._launcher is not None
        self._launcher.wait(timeout=STOP_S)
        self._launcher = None
        if self._control is not None:
            self._control.close()
        until(lambda: not any(is_alive(pid) for pid in pids), what="no process is left")

    # Its ways in ----------------------------------------------------------------------------

    @property
    def tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.ca_file)

    def client(self) -> httpx.Client:
        """A browser that trusts the local authority."""
        return httpx.Client(base_url=self.base_url, verify=self.tls, timeout=30)

    @contextmanager
    def sign_in(self, username: str, *, totp: str | None = None) -> Generator[httpx.Client]:
        """A browser in which one of the sandbox's people is signed in; the name is the password."""
        body = {"username": username, "password": username} | ({"totp": totp} if totp else {})
        with self.client() as client:
            answer = client.post("/api/auth/login", json=body)
            assert answer.status_code == 201, answer.text
            yield client

    @property
    def control(self) -> httpx.Client:
        """The sandbox's control port."""
        assert self._control is not None
        return self._control

    def redis(self) -> "redis.Redis":
        """A client of the stack's own Redis."""
        return redis.Redis(
            unix_socket_path=self.facts["redisSocket"], socket_timeout=5, decode_responses=True
        )

    @property
    def nodes_file(self) -> Path:
        return self.data_dir / "sandbox/sandbox.json"


def is_alive(pid: int) -> bool:
    """Whether a process exists and is no zombie waiting for its parent."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    try:
        return status.read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        # Gone between the two looks, or a system without /proc.
        return not Path("/proc/self").exists()


def _ports() -> list[int]:
    return free_ports(len(PORT_VARIABLES))
