"""Finds how many rows of each source come before the k-th of all in the merged order.

Pages of nodes cannot be merged by number: a page of a busy node covers minutes, one of a quiet
node days. Each round reads some rows of every source around the place that is thought right, and
what they say of each other narrows it down. Rows of equal moments are told apart by their source
and place, so any number of them is no obstacle.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from node_proxy.domain.logs.windows import Window


@dataclass(slots=True)
class Column:
    """What is known of one source: `total` rows, some of them seen; `low` to `high` come before.

    Moments are turned so that they never fall along a column.
    """

    total: int
    low: int = 0
    high: int = 0
    seen: list[tuple[int, list[int]]] = field(default_factory=list)

    def add(self, window: Window, *, descending: bool) -> None:
        """Take note of rows that were read."""
        orders: list[int] = []
        for found in window.rows:
            order = -found.moment if descending else found.moment
            orders.append(max(order, orders[-1]) if orders else order)
        if orders:
            self.seen.append((window.place, orders))
            self.seen.sort()

    def before(self, order: int, *, alike: bool) -> tuple[int, int]:
        """At least and at most how many rows come before that moment, or with it if `alike`."""
        least = 0
        for place, orders in self.seen:
            found = (bisect_right if alike else bisect_left)(orders, order)
            if found == 0:
                return least, max(least, min(place, self.total))
            least = max(least, place + found)
            if found < len(orders):
                return least, least
        return least, max(least, self.total)

    @property
    def has_pace(self) -> bool:
        """Whether rows of different moments were seen."""
        return bool(self.seen) and self.seen[0][1][0] < self.seen[-1][1][-1]

    def place_of(self, order: float) -> float:
        """About how many rows come before that moment, by the rows that were seen around it."""
        points = [
            (orders[at], place + at) for place, orders in self.seen for at in (0, len(orders) - 1)
        ]
        at = min(max(bisect_left(points, (order, 0)), 1), len(points) - 1)
        before, after = points[at - 1], points[at]
        if before[0] >= after[0]:
            before, after = points[0], points[-1]
        pace = (after[1] - before[1]) / max(after[0] - before[0], 1)
        return min(max(before[1] + (order - before[0]) * pace, self.low), self.high)


def narrow(columns: Sequence[Column], wanted: int) -> None:
    """Bring `low` and `high` of every column as near as the rows that were seen allow."""
    for number, column in enumerate(columns):
        for place, orders in column.seen:
            _narrow_by(columns, number, wanted, place, orders)
    lows, highs = sum(each.low for each in columns), sum(each.high for each in columns)
    for column in columns:
        low, high = column.low, column.high
        column.low = max(low, wanted - (highs - high))
        column.high = max(min(high, wanted - (lows - low)), column.low)


def _narrow_by(
    columns: Sequence[Column], number: int, wanted: int, place: int, orders: list[int]
) -> None:
    """Each row says whether it is among the first `wanted`; earlier ones of its column are so."""

    def bound(at: int, which: int) -> int:
        others = (
            column.before(orders[at], alike=other < number)[which]
            for other, column in enumerate(columns)
            if other != number
        )
        return place + at + sum(others)

    column, places = columns[number], range(len(orders))
    certain = bisect_left(places, wanted, key=lambda at: bound(at, 1))
    impossible = bisect_left(places, wanted, key=lambda at: bound(at, 0))
    if certain:
        column.low = max(column.low, place + certain)
    if impossible < len(orders):
        column.high = min(column.high, place + impossible)


def guesses(columns: Sequence[Column], wanted: int, *, by_time: bool) -> list[int]:
    """Where to look next in each column.

    By time where its pace is known; else in proportion to what is left, which in each round takes
    the near half from one column at least and so always ends.
    """
    if by_time and all(column.has_pace for column in columns):
        moment = _moment_of(columns, wanted)
        return [int(column.place_of(moment)) for column in columns]
    left = sum(column.high - column.low for column in columns) or 1
    share = (wanted - sum(column.low for column in columns)) / left
    return [column.low + int((column.high - column.low) * share) for column in columns]


def _moment_of(columns: Sequence[Column], wanted: int) -> float:
    """The moment before which about `wanted` rows of all columns come."""
    orders = [order for column in columns for _, seen in column.seen for order in seen]
    early, late = float(min(orders)), float(max(orders))
    while sum(column.place_of(late) for column in columns) < wanted and late - early < 1e18:  # noqa: PLR2004 - three thousand years
        late += max(late - early, 1.0)
    for _ in range(60):
        middle = (early + late) / 2
        if sum(column.place_of(middle) for column in columns) < wanted:
            early = middle
        else:
            late = middle
    return late
