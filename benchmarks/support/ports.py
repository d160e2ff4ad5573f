"""Ports of this machine: a free one, and one that somebody listens on at last."""

import socket
import subprocess
import time
from typing import Any


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_open(port: int, *, process: "subprocess.Popen[Any]", seconds: float = 20.0) -> None:
    """Return when something accepts on the port.

    Raises:
        RuntimeError: the process ended first, or the time is over.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"nothing accepts on port {port} (exit code {process.poll()})")
