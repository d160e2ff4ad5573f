"""Who belongs to a cluster, how each member was found the last time, and how often it is asked."""

import hashlib
import urllib.parse
from dataclasses import dataclass
from enum import StrEnum

from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.clock import timestamp

TLS_PORT = 53_443
MAX_MEMBERS = 255


class Role(StrEnum):
    PRIMARY = "Primary"
    SECONDARY = "Secondary"


class State(StrEnum):
    SELF = "Self"
    CONNECTED = "Connected"
    UNREACHABLE = "Unreachable"
    UNKNOWN = "Unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One node as the cluster knows it; its addresses are those that it was given when it came."""

    node_id: int
    name: str
    ip_addresses: tuple[str, ...]
    role: Role
    port: int = TLS_PORT

    @property
    def url(self) -> str:
        return f"https://{self.name}:{self.port}/"

    def row(self) -> dict[str, object]:
        return {
            "id": self.node_id,
            "name": self.name,
            "url": self.url,
            "ipAddresses": self.ip_addresses,
            "type": self.role.value,
        }


@dataclass(slots=True)
class Contact:
    """How a peer was found the last time; what was never learnt is left out of answers."""

    state: State = State.UNKNOWN
    up_since: float | None = None
    last_seen: float | None = None

    def reached(self, now: float) -> None:
        self.state, self.last_seen = State.CONNECTED, now

    def row(self) -> dict[str, object]:
        row: dict[str, object] = {"state": self.state.value}
        if self.up_since is not None:
            row["upSince"] = timestamp(self.up_since)
        if self.last_seen is not None:
            row["lastSeen"] = timestamp(self.last_seen)
        return row


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervals:
    """In seconds: how often peers are asked, and how often a Secondary fetches everything."""

    heartbeat_refresh: int = 30
    heartbeat_retry: int = 10
    config_refresh: int = 900
    config_retry: int = 60

    def row(self) -> dict[str, object]:
        return {
            "heartbeatRefreshIntervalSeconds": self.heartbeat_refresh,
            "heartbeatRetryIntervalSeconds": self.heartbeat_retry,
            "configRefreshIntervalSeconds": self.config_refresh,
            "configRetryIntervalSeconds": self.config_retry,
        }


def node_id(name: str) -> int:
    """A positive 32-bit number that stays the same when the sandbox starts again."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") >> 1


def name_under(name: str, domain: str) -> str:
    """What a node is called in the cluster `domain`: its first label, unless it is under it."""
    return name if name.endswith(f".{domain}") else f"{name.partition('.')[0]}.{domain}"


def name_alone(name: str, domain: str) -> str:
    """What a node is called when it has left the cluster `domain`."""
    return name.removesuffix(f".{domain}")


def host_and_port(url: str) -> tuple[str, int]:
    """Where a node's URL leads.

    Raises:
        ApiError: No URL, or not one of HTTPS.
    """
    try:
        parts = urllib.parse.urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urllib.parse.SplitResult("", "", "", "", "")
    if not parts.scheme or not host:
        raise ApiError("Invalid URI: The format of the URI could not be determined.")
    if parts.scheme != "https":
        raise ApiError("The node URL must use the HTTPS scheme.")
    return host.lower(), port or 443
