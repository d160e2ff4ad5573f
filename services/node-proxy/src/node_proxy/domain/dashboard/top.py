"""Who asked most and what was asked for most, at one node or at several together."""

from collections.abc import Sequence
from typing import Final

import msgspec

from node_proxy.domain.dashboard.node_answer import Chart, TopEntry

# A node lists its first ten and cuts off the rest.
NODE_LIST: Final = 10


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """How many queries were of one type or came by one protocol."""

    name: str
    count: int


class CommonTopEntry(TopEntry, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """One client or domain over several nodes.

    `at_least` says that a node may have had more of it than it told: its list was full without it.
    """

    at_least: bool = False


def shares_of(chart: Chart) -> list[Share]:
    """A node's pie as rows; nothing where its parts do not fit together."""
    data = chart.datasets[0].data if chart.datasets else []
    if len(data) != len(chart.labels):
        return []
    return [Share(name=name, count=count) for name, count in zip(chart.labels, data, strict=True)]


def common_shares(of_nodes: Sequence[Sequence[Share]]) -> list[Share]:
    """The rows of several nodes added, the largest first."""
    counts: dict[str, int] = {}
    for shares in of_nodes:
        for share in shares:
            counts[share.name] = counts.get(share.name, 0) + share.count
    rows = [Share(name=name, count=count) for name, count in counts.items()]
    return sorted(rows, key=lambda row: (-row.count, row.name))


def common_top(of_nodes: Sequence[Sequence[TopEntry]]) -> list[CommonTopEntry]:
    """The first ten of several nodes' lists added by name, the largest first."""
    names = dict.fromkeys(entry.name for entries in of_nodes for entry in entries)
    rows = [_common(name, of_nodes) for name in names]
    return sorted(rows, key=lambda row: (-row.hits, row.name))[:NODE_LIST]


def _common(name: str, of_nodes: Sequence[Sequence[TopEntry]]) -> CommonTopEntry:
    told = [entry for entries in of_nodes for entry in entries if entry.name == name]
    return CommonTopEntry(
        name=name,
        hits=sum(entry.hits for entry in told),
        domain=next((entry.domain for entry in told if entry.domain), None),
        name_idn=next((entry.name_idn for entry in told if entry.name_idn), None),
        rate_limited=any(entry.rate_limited for entry in told) or None,
        at_least=any(
            len(entries) >= NODE_LIST and all(entry.name != name for entry in entries)
            for entries in of_nodes
        ),
    )
