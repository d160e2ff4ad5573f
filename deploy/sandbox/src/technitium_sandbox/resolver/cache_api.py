"""`/api/cache/*`: what a node keeps of others' answers, as a tree of names."""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, cast

from technitium_sandbox.accounts.permissions import Right
from technitium_sandbox.calls.routing import Call, Outcome, Route
from technitium_sandbox.clock import timestamp
from technitium_sandbox.dashboard.statistics import Rcode
from technitium_sandbox.dns import domain_names
from technitium_sandbox.dns.domain_tree import DomainTree, look
from technitium_sandbox.dns.resource_records import DnsRecord, with_words
from technitium_sandbox.resolver.cache import CachedAnswer, DnsCache

if TYPE_CHECKING:
    from technitium_sandbox.node import Node

_TIMES_OF_SOA = ("refresh", "retry", "expire", "minimum")
_NOTHING_THERE = (Rcode.NO_ERROR, Rcode.NX_DOMAIN)

# A failure is answered as the node's own; the cache shows what the other server had said.
_RCODE_OF_OTHERS = re.compile(r"returned RCODE=(\w+) for ")

Rows = dict[str, dict[str, object]]


def cache_list(call: Call) -> Outcome:
    """A look into the tree; each name has the records that are kept for it, by type."""
    tree = _tree(call)
    place = look(tree, call.parameters)
    return {**place.fields(), "records": list((tree.get(place.domain) or {}).values())}


def cache_delete(call: Call) -> Outcome:
    """Forget a name and everything under it."""
    domain = domain_names.to_ascii(call.parameters.required("domain")).lower()
    domain_names.check_sought(domain)
    _cache(call).delete(domain)
    return {}


def cache_flush(call: Call) -> Outcome:
    _cache(call).flush()
    return {}


def _cache(call: Call) -> DnsCache:
    return call.node.resolver.cache


def _tree(call: Call) -> DomainTree[Rows]:
    tree: DomainTree[Rows] = DomainTree()
    now = call.node.clock.now()
    for (name, qtype), answer in _cache(call).entries.items():
        for record in _kept(name, qtype, answer, now):
            rows = tree.get(record.name)
            if rows is None:
                tree.set(record.name, rows := {})
            # Several records of one name and type are told apart by their data.
            rows[f"{record.type} {record.data}"] = _row(call.node, record, answer)
    return tree


def _kept(name: str, qtype: str, answer: CachedAnswer, now: float) -> Iterator[DnsRecord]:
    """The records of an answer, or the one that says what kind of none it was."""
    passed_s = now - answer.stored
    for record in answer.records:
        left_s = max(round(record.ttl - passed_s), 0)
        yield DnsRecord(record.name, record.type, left_s, record.data)
    if not answer.records:
        left_s = max(round(answer.expires - now), 0)
        data = {"dataType": "DnsSpecialCacheRecordData", "data": _why_none(answer)}
        yield DnsRecord(name, qtype, left_s, data)


def _why_none(answer: CachedAnswer) -> str:
    kind = "NegativeCache" if answer.rcode in _NOTHING_THERE else "FailureCache"
    told = " ".join(error.text for error in answer.errors)
    rcode = next(iter(_RCODE_OF_OTHERS.findall(told)), answer.rcode)
    errors = ", ".join(
        f"{error.code}: {error.text}" for error in answer.errors if error.code != "CachedError"
    )
    authority = ", ".join(_in_words(record) for record in answer.authority)
    return "; ".join(part for part in (f"{kind}: {rcode}", errors, authority) if part)


def _in_words(record: DnsRecord) -> str:
    data = " ".join(str(value) for value in record.data.values())
    return f"{record.name}. {record.ttl} IN {record.type} {data}"


def _row(node: "Node", record: DnsRecord, answer: CachedAnswer) -> dict[str, object]:
    row: dict[str, object] = {
        "name": record.name,
        "type": record.type,
        "ttl": with_words(record.ttl),
        "rData": _soa(record.data) if _is_soa(record) else record.data,
        "dnssecStatus": "Insecure" if node.settings["dnssecValidation"] else "Disabled",
    }
    server = answer.server or next(iter(node.settings["forwarders"] or ()), None)
    if server is not None and answer.datagram_size:
        row["responseMetadata"] = {
            "nameServer": server,
            "protocol": answer.protocol if answer.server else node.settings["forwarderProtocol"],
            "datagramSize": f"{answer.datagram_size} bytes",
            "roundTripTime": f"{round(answer.rtt_ms, 2):g} ms",
        }
    row["lastUsedOn"] = timestamp(answer.last_used)
    return row


def _is_soa(record: DnsRecord) -> bool:
    return record.type == "SOA" and "refresh" in record.data


def _soa(data: Mapping[str, object]) -> dict[str, object]:
    """Here the time spans are texts."""
    return {
        key: with_words(cast("int", value)) if key in _TIMES_OF_SOA else value
        for key, value in data.items()
        if not key.endswith("String")
    }


ROUTES = (
    Route(path="/api/cache/list", needs=(("Cache", Right.VIEW),), handler=cache_list),
    Route(path="/api/cache/delete", needs=(("Cache", Right.DELETE),), handler=cache_delete),
    Route(path="/api/cache/flush", needs=(("Cache", Right.DELETE),), handler=cache_flush),
)
