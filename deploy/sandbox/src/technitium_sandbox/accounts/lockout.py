"""The lock of a client network after failed sign-ins: five failures, then 300 seconds.

It is kept in memory by each node and lost at a restart, as real nodes do.
"""

import ipaddress

MAX_FAILURES = 5
BLOCK_S = 300


class Lockout:
    """Failures by client network: one IPv4 address, or an IPv6 /64."""

    def __init__(self) -> None:
        self._failures: dict[str, int] = {}
        self._blocked_until: dict[str, float] = {}

    def is_blocked(self, address: str, now: float) -> bool:
        """Whether every attempt from there is refused; the end of a block clears the count."""
        network = client_network(address)
        until = self._blocked_until.get(network)
        if until is None:
            return False
        if now < until:
            return True
        self.clear(address)
        return False

    def count_failure(self, address: str, now: float) -> None:
        network = client_network(address)
        failures = self._failures.get(network, 0) + 1
        self._failures[network] = failures
        if failures >= MAX_FAILURES:
            self._blocked_until[network] = now + BLOCK_S

    def clear(self, address: str) -> None:
        network = client_network(address)
        self._failures.pop(network, None)
        self._blocked_until.pop(network, None)


def client_network(address: str) -> str:
    """The text of the network that one lock covers."""
    parsed = ipaddress.ip_address(address)
    prefix = 32 if parsed.version == 4 else 64  # noqa: PLR2004 - the IP version
    return str(ipaddress.ip_network((parsed, prefix), strict=False))
