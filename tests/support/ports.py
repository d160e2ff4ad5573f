"""Free ports of 127.0.0.1 for processes that cannot tell which one they took."""

import random
import socket
from itertools import islice
from typing import Final

# Systems take the ports of outgoing connections from 32,768 on or higher: one from there can be
# gone before whoever it is for listens on it.
_PORTS: Final = range(20_000, 32_000)
_START: Final = random.SystemRandom().choice(_PORTS)
# From anywhere, so that two runs on one machine hardly meet, and on from there: no port is given
# twice before all have been.
_turn = iter(range(_START, _START + 1_000 * len(_PORTS)))


def free_port() -> int:
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """Different ports that nothing listens on now."""
    return list(islice(filter(_is_free, map(_in_range, _turn)), count))


def free_run(count: int) -> int:
    """The first of so many free ports in a row."""
    while True:
        ports = free_ports(count)
        if ports[-1] - ports[0] == count - 1:
            return ports[0]


def _in_range(number: int) -> int:
    return _PORTS[number % len(_PORTS)]


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
