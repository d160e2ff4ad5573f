"""Query logs of simulated nodes, filled directly, and what a search of every row finds in them."""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from technitium_sandbox.apps.table import QUERY_LOGS
from technitium_sandbox.dns import codes
from technitium_sandbox.logs.query_log import Row

from tests.support.sandbox import Sandbox

# 2026-07-26T14:03:05Z
BEGIN = 1_785_074_585.0
BLOCKED = ("Blocked", "UpstreamBlocked", "UpstreamBlockedCached")
ALLOWED = ("Authoritative", "Recursive", "Cached")
NAMES = (
    *("www.home.test", "nas.home.test", "ads.test", "a.ads.test", "_ldap._tcp.home.test"),
    *("xldapytcp.home.test", "mail.example", "cdn7.example", "10.1.168.192.in-addr.arpa"),
)
CLIENTS = ("192.168.1.10", "192.168.1.11", "192.168.2.10", "2001:db8::5")


class Held(NamedTuple):
    """One row and the node that holds it."""

    node_id: str
    row: Row

    @property
    def shown(self) -> tuple[object, ...]:
        """What tells it apart in an answer."""
        row = self.row
        return (
            *(self.node_id, round(row.at, 6), row.client, row.qname),
            codes.TYPE_NAMES[row.qtype],
            codes.RESPONSE_TYPE_NAMES[row.response_type],
            codes.RCODE_NAMES[row.rcode],
            codes.PROTOCOL_NAMES[row.protocol],
        )


def install(lab: Sandbox, *node_ids: str) -> None:
    """Have these nodes, or all, keep every row."""
    for node_id in node_ids or tuple(lab.nodes):
        lab.nodes[node_id].node.apps.install(QUERY_LOGS, config='{"enableLogging": true}')


def fill(lab: Sandbox, node_id: str, rows: Iterable[Row]) -> None:
    """Put rows into a node's log, as its app would."""
    lab.nodes[node_id].node.answering.log().extend(rows)


def some_rows(seed: str, count: int, *, begin: float = BEGIN, spread_s: float) -> list[Row]:
    """Rows in order over a time; many of them at the same moment as the one before."""
    draw = random.Random(seed)  # noqa: S311 - made-up queries
    at = begin
    rows: list[Row] = []
    for _ in range(count):
        if draw.random() > 0.3:
            at += draw.expovariate(count / spread_s)
        rows.append(
            Row(
                at=round(at, 6),
                client=draw.choice(CLIENTS),
                protocol=draw.choice((0, 0, 0, 1, 3)),
                response_type=draw.choice((1, 2, 2, 3, 3, 4, 5, 6)),
                rcode=draw.choice((0, 0, 3, 2)),
                qname=draw.choice(NAMES),
                qtype=draw.choice((1, 28, 65)),
            )
        )
    return rows


def held(lab: Sandbox) -> list[Held]:
    """Every row of every node, node by node, oldest first."""
    found: list[Held] = []
    for node_id, stand in lab.nodes.items():
        log = stand.node.answering.log()
        found += [Held(node_id, log.row(number)) for number in range(len(log))]
    return found


def wanted(rows: Sequence[Held], **query: str) -> list[Held]:
    """The rows that a request means, found by looking at each."""
    tests = [_test(name, text) for name, text in query.items()]
    return [each for each in rows if all(test(each.row) for test in tests)]


def ordered(rows: Sequence[Held], *, descending: bool = True) -> list[Held]:
    """By time, then by node, then by response type where rows are asked for by it, then as held.

    Only the order of moments is promised, so compare `shown` of equal moments as sets.
    """
    return sorted(rows, key=lambda each: each.row.at, reverse=descending)


def shown(answer: Mapping[str, Any]) -> list[tuple[object, ...]]:
    """What tells the rows of a combined answer apart."""
    return [shown_row(entry) for entry in answer["entries"]]


def shown_row(entry: Mapping[str, Any], node_id: str | None = None) -> tuple[object, ...]:
    return (
        entry.get("nodeId", node_id),
        seconds(entry["timestamp"]),
        entry["clientIpAddress"],
        *(entry[name] for name in ("qname", "qtype", "responseType", "rcode", "protocol")),
    )


def seconds(text: str) -> float:
    """Epoch seconds of a node's timestamp, to the microsecond."""
    return datetime.fromisoformat(text).timestamp()


def deduplicated(rows: Sequence[Held], key: Callable[[Row], object]) -> list[Held]:
    """For each key a blocked row before others, then one for A, then the newest."""
    best: dict[object, Held] = {}
    for each in rows:
        known = best.get(key(each.row))
        if known is None or _worth(each) > _worth(known):
            best[key(each.row)] = each
    return list(best.values())


def _worth(each: Held) -> tuple[bool, bool, float]:
    row = each.row
    return codes.RESPONSE_TYPE_NAMES[row.response_type] in BLOCKED, row.qtype == 1, row.at


def _test(name: str, text: str) -> Callable[[Row], bool]:
    names = BLOCKED if text == "blocked" else ALLOWED
    tests: dict[str, Callable[[Row], bool]] = {
        "start": lambda row: row.at >= seconds(text),
        "end": lambda row: row.at <= seconds(text),
        "clientIpAddress": lambda row: text in row.client,
        "qname": lambda row: _like(text.lower().strip("."), row.qname),
        "statusFilter": lambda row: codes.RESPONSE_TYPE_NAMES[row.response_type] in names,
        "responseType": lambda row: codes.RESPONSE_TYPE_NAMES[row.response_type] == text,
        "rcode": lambda row: codes.RCODE_NAMES[row.rcode] == text,
        "qtype": lambda row: codes.TYPE_NAMES[row.qtype] == text,
        "protocol": lambda row: codes.PROTOCOL_NAMES[row.protocol] == text,
    }
    return tests[name]


def _like(pattern: str, name: str) -> bool:
    if "*" not in pattern:
        return pattern in name
    first, _, rest = pattern.partition("*")
    if not name.startswith(first):
        return False
    return _ends(rest, name[len(first) :])


def _ends(pattern: str, name: str) -> bool:
    """Whether any end of a name has that pattern."""
    if "*" not in pattern:
        return name.endswith(pattern)
    first, _, rest = pattern.partition("*")
    return any(
        name.startswith(first, at) and _ends(rest, name[at + len(first) :])
        for at in range(len(name) + 1)
    )
