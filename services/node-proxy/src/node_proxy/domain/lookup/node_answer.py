"""The answer of dnsClient/resolve, as a node gives it: its keys are in Pascal case."""

from typing import Any

import msgspec


class NodeRecord(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """A record as the node writes it; TTL is text such as "300 (5m)"."""

    name: str
    type: str
    ttl: str = msgspec.field(name="TTL", default="")
    rdata: dict[str, Any] = msgspec.field(name="RDATA", default_factory=dict)
    dnssec_status: str = "Disabled"


class NodeMetadata(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """Who answered, and how."""

    name_server: str | None = None
    protocol: str | None = None
    round_trip_time: str | None = None


class NodeOption(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """An EDNS option of the reply."""

    code: str = ""
    data: Any = None


class NodeEdns(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """The EDNS part of the reply."""

    options: list[NodeOption] = []


class NodeReply(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """The node's `result`."""

    rcode: str = msgspec.field(name="RCODE")
    metadata: NodeMetadata | None = None
    edns: NodeEdns | None = msgspec.field(name="EDNS", default=None)
    dns_client_extended_errors: list[dict[str, Any]] = []
    authoritative_answer: bool = False
    truncation: bool = False
    recursion_available: bool = False
    authentic_data: bool = False
    answer: list[NodeRecord] = []
    authority: list[NodeRecord] = []
    additional: list[NodeRecord] = []


class NodeResolution(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What dnsClient/resolve answers."""

    result: NodeReply
    warning_message: str | None = None
