"""A place between two rows that stays where it is while rows are added and old ones are dropped.

It is a moment, and for each source how many of its rows of just that moment lie before. Numbers
of rows alone would move with every row that is written.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from node_proxy.domain.logs.merging import SLACK, in_order
from node_proxy.domain.logs.windows import Found, LogReader, Source

_MOST_DROPPED: Final = 64
"""Rows of one moment that are read again and left out; beyond them the node leaves them out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """After how many rows of which moment; without a moment, before all rows."""

    moment: int | None = None
    ties: Mapping[str, int] = field(default_factory=dict)

    def after(self, shown: list[tuple[Source, Found]]) -> "Position":
        """The position behind rows that follow this one in the merged order."""
        if not shown:
            return self
        last = shown[-1][1].moment
        ties = dict(self.ties) if last == self.moment else {}
        for source, found in shown:
            if found.moment == last:
                ties[source.label] = ties.get(source.label, 0) + 1
        return Position(moment=last, ties=ties)


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """The next rows of one source, in order, and whether there are more behind them."""

    rows: list[Found]
    has_more: bool
    total: int


async def following(reader: LogReader, source: Source, position: Position, count: int) -> Following:
    """At most `count` rows of one source behind a position, in one call.

    `total` counts the source's rows from the moment of the position on.

    Raises:
        NodeError: The node did not answer.
    """
    moment, ties = position.moment, position.ties.get(source.label, 0)
    place = max(ties - _MOST_DROPPED, 0)
    window = await reader.window(
        source,
        place,
        count + (ties - place) + SLACK,
        start=None if reader.descending else moment,
        end=moment if reader.descending else None,
    )
    rows = in_order(window.rows, descending=reader.descending)
    rows = _without(rows, moment, ties - place)
    return Following(
        rows=rows[:count],
        has_more=len(rows) > count or window.end < window.total,
        total=window.total,
    )


def _without(rows: list[Found], moment: int | None, ties: int) -> list[Found]:
    """The rows less the first `ties` of that moment, with which they begin."""
    alike = 0
    while alike < min(ties, len(rows)) and rows[alike].moment == moment:
        alike += 1
    return rows[alike:]
