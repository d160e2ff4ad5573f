"""How many connections may be open: fewer than the process has files, and few for one client.

A connection costs a file. Who could open them all would shut the door for everybody else.
"""

import resource
from collections import Counter
from collections.abc import Callable
from ipaddress import IPv6Address

from companion.ip import Address, read_ip

PER_CLIENT = 256
# Where the hard limit is none, or higher than anybody needs.
MOST_FILES = 65_536

# Says of a peer (None: a Unix socket) that many clients stand behind it.
Spared = Callable[[Address | None], bool]


class OpenConnections:
    """Counts the open connections of a process by client: an IPv4 address or an IPv6 /64.

    Loopback, Unix sockets and `spared` peers are neither counted nor refused: proxies and the
    services next door bring the connections of many.
    """

    def __init__(
        self, *, in_all: int, per_client: int = PER_CLIENT, spared: Spared = lambda _: False
    ) -> None:
        self._in_all = in_all
        self._per_client = per_client
        self._spared = spared
        self._open: Counter[int] = Counter()

    def admit(self, peer: str | None) -> bool:
        """Count a new connection; False, and nothing is counted, when it is one too many."""
        client = self._client(peer)
        if client is None:
            return True
        if self._open[client] >= self._per_client or self._open.total() >= self._in_all:
            return False
        self._open[client] += 1
        return True

    def leave(self, peer: str | None) -> None:
        """Forget a connection that was admitted."""
        client = self._client(peer)
        if client is None:
            return
        self._open[client] -= 1
        if self._open[client] <= 0:
            del self._open[client]

    def _client(self, peer: str | None) -> int | None:
        address = None if peer is None else read_ip(peer)
        if address is None or address.is_loopback or self._spared(address):
            return None
        # Whoever has one address of a /64 has all of them. No IPv4 address reaches this number.
        return int(address) >> 64 << 64 if isinstance(address, IPv6Address) else int(address)


def raise_file_limit() -> int:
    """Let this process open as many files as it may; the result is how many that are."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        return wanted
    return MOST_FILES if soft == resource.RLIM_INFINITY else soft
