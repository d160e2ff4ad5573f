"""A reply as people and programs read it, out of what dnsClient/resolve answers.

A code such as NxDomain is an answer. No answer at all, such as a server that was silent for 20 s,
is a failed lookup and no fault of the node that tells of it.
"""

import re
from typing import Any, Final

import msgspec
from companion.technitium.errors import NodeError, NodeRejected
from companion.technitium.text import readable

from node_proxy.domain.answer import read
from node_proxy.domain.lookup.node_answer import (
    NodeEdns,
    NodeMetadata,
    NodeRecord,
    NodeReply,
    NodeResolution,
)
from node_proxy.domain.lookup.question import Question
from node_proxy.domain.ports import PersonsNodes

_MILLISECONDS: Final = re.compile(r"([0-9]+(?:[.,][0-9]+)?) ?ms")
_SECONDS: Final = re.compile(r"[0-9]+")
_TIMED_OUT: Final = "timed out"
# Values that are domain names, of which the root is written as a dot.
_NAMES: Final = frozenset(
    {"Domain", "NameServer", "PrimaryNameServer", "Exchange", "Target", "TargetName", "Replacement"}
)


class ExtendedError(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Why a server answered as it did, in its own words (RFC 8914)."""

    code: str
    text: str


class Record(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One record. `ttl` in seconds, null if the node wrote none; `data` as one line of text."""

    name: str
    type: str
    ttl: int | None
    data: str
    fields: dict[str, Any]
    dnssec_status: str


class LookupReply(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What the asked server replied.

    Attributes:
        blocked: What blocked the name, in the server's words; null when nothing did.
        warning: Why the reply does not hold by DNSSEC; null when it does or was not asked.
    """

    rcode: str
    name_server: str | None
    protocol: str | None
    round_trip_ms: float | None
    authoritative: bool
    truncated: bool
    recursion_available: bool
    authentic_data: bool
    answer: list[Record]
    authority: list[Record]
    additional: list[Record]
    extended_errors: list[ExtendedError]
    blocked: str | None
    warning: str | None


class LookupFailure(msgspec.Struct, frozen=True, kw_only=True):
    """No reply came: `timed_out`, or `failed` for any other reason, in the node's words."""

    kind: str
    message: str


LookupOutcome = LookupReply | LookupFailure


async def look_up(nodes: PersonsNodes, node_id: str, question: Question) -> LookupOutcome:
    """Have one node ask.

    Raises:
        NodeError: The node itself did not answer, or did not want to.
    """
    try:
        body = await nodes.call(node_id, question.call, question.params, max_age_s=0)
    except NodeRejected as error:
        return _failure(error)
    return _reply(read(NodeResolution, body, node_id=node_id, call=question.call))


def _failure(error: NodeError) -> LookupFailure:
    kind = "timed_out" if _TIMED_OUT in error.message else "failed"
    return LookupFailure(kind=kind, message=error.message)


def _reply(resolution: NodeResolution) -> LookupReply:
    result = resolution.result
    metadata = result.metadata or NodeMetadata()
    errors = [*_option_errors(result.edns), *_client_errors(result)]
    return LookupReply(
        rcode=result.rcode,
        name_server=metadata.name_server,
        protocol=metadata.protocol,
        round_trip_ms=_milliseconds(metadata.round_trip_time),
        authoritative=result.authoritative_answer,
        truncated=result.truncation,
        recursion_available=result.recursion_available,
        authentic_data=result.authentic_data,
        answer=_records(result.answer),
        authority=_records(result.authority),
        # OPT describes the message, not a name.
        additional=[one for one in _records(result.additional) if one.type != "OPT"],
        extended_errors=errors,
        blocked=next((one.text for one in errors if one.code == "Blocked"), None),
        warning=readable(resolution.warning_message) if resolution.warning_message else None,
    )


def _records(told: list[NodeRecord]) -> list[Record]:
    return [
        Record(
            name=one.name,
            type=one.type,
            ttl=_seconds(one.ttl),
            data=_line(one.rdata),
            fields=one.rdata,
            dnssec_status=one.dnssec_status,
        )
        for one in told
    ]


def _line(rdata: dict[str, Any]) -> str:
    """The values of a record in the order of its type's presentation format."""
    if "Text" in rdata:
        return str(rdata["Text"])
    return " ".join(
        _value(name, value) for name, value in rdata.items() if not name.endswith("IDN")
    )


def _value(name: str, value: object) -> str:
    match value:
        case dict():
            return ",".join(f"{key}={one}" for key, one in value.items())
        case list():
            return ",".join(str(one) for one in value)
        case "" if name in _NAMES:
            return "."
        case _:
            return str(value)


def _option_errors(edns: NodeEdns | None) -> list[ExtendedError]:
    options = edns.options if edns else []
    return [
        _extended(option.data)
        for option in options
        if option.code == "EXTENDED_DNS_ERROR" and isinstance(option.data, dict)
    ]


def _client_errors(result: NodeReply) -> list[ExtendedError]:
    return [_extended(one) for one in result.dns_client_extended_errors]


def _extended(told: dict[str, Any]) -> ExtendedError:
    return ExtendedError(
        code=str(told.get("InfoCode", "")), text=readable(str(told.get("ExtraText") or ""))
    )


def _seconds(text: str) -> int | None:
    found = _SECONDS.match(text)
    return int(found.group()[:10]) if found else None


def _milliseconds(text: str | None) -> float | None:
    """Some hosts write a comma for the decimal point."""
    found = _MILLISECONDS.search(text or "")
    return float(found.group(1).replace(",", ".")) if found else None
