"""Which ports of the loopback address the processes take.

A port that the operator set is used as it is; one that nobody set may move to the next free one.
"""

import socket
from collections.abc import Callable
from contextlib import suppress

from companion.env import Env

LOOPBACK = "127.0.0.1"
TRIES = 200

# Variable of each address that is internal to this machine, and its usual port.
DEFAULTS = {
    "GATEWAY_INTERNAL_LISTEN": 3001,
    "NODE_PROXY_LISTEN": 3002,
    "DHCP_TOKENS_LISTEN": 8080,
    "METRICS_PORT": 9461,
    "NODE_PROXY_METRICS_PORT": 9462,
    "PTR_WORKER_METRICS_PORT": 9463,
    "DHCP_TOKENS_METRICS_PORT": 9464,
}


class NoFreePort(Exception):  # noqa: N818 - a sentence for the console
    """No port is free near the usual one."""


class Ports:
    """Hands out ports, each once.

    Args:
        is_free: Whether nothing listens on a port of the loopback address.
    """

    def __init__(self, is_free: Callable[[int], bool]) -> None:
        self._is_free = is_free
        self._taken: set[int] = set()

    def reserve(self, port: int) -> None:
        self._taken.add(port)

    def next_from(self, port: int) -> int:
        """This port or the first free one after it.

        Raises:
            NoFreePort: None of `TRIES` is free.
        """
        for candidate in range(port, port + TRIES):
            if candidate not in self._taken and self._is_free(candidate):
                self._taken.add(candidate)
                return candidate
        raise NoFreePort(f"No port from {port} to {port + TRIES - 1} is free on {LOOPBACK}.")


def addresses(env: Env, ports: Ports) -> dict[str, tuple[str, int]]:
    """Host and port behind each variable of `DEFAULTS`; a wrong value is a problem in `env`."""
    chosen = {}
    for name, default in DEFAULTS.items():
        listen = env.listen(name, default=f"{LOOPBACK}:{default}")
        if listen.unix is not None:
            env.problem(f"{name} must be a port or an address with a port for this command.")
        elif env.raw(name) is not None:
            ports.reserve(listen.port)
            chosen[name] = (listen.host, listen.port)
    for name, default in DEFAULTS.items():
        if name not in chosen:
            chosen[name] = (LOOPBACK, ports.next_from(default))
    return chosen


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Whether a server could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe, suppress(OSError):
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        return True
    return False
