"""The windows of time that statistics are shown for, and their buckets.

The minute, hour, day or month that is under way is always left out.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.dashboard.statistics import (
    DAY_S,
    HOUR_S,
    MINUTE_S,
    QueryStatistics,
    Tally,
    total,
)

TYPES = ("LastHour", "LastDay", "LastWeek", "LastMonth", "LastYear", "Custom")
_MOST_DAYS_BY_HOUR = 7
_MOST_HOURS_BY_MINUTE = 3
_LONGEST_DAYS = 366 * 10
_LAST_MOMENT = 250_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The buckets of a chart: `labels` are epoch seconds, `read` gives each bucket's counts."""

    label_format: str
    labels: tuple[int, ...]
    numbers: tuple[int, ...]
    read: Callable[[QueryStatistics, int], Tally]

    def tallies(self, statistics: QueryStatistics) -> list[Tally]:
        return [self.read(statistics, number) for number in self.numbers]


def span(kind: str, now: float, custom: tuple[float, float] | None = None) -> Span:
    """The window of a type; the minute, hour, day or month that is under way is left out."""
    if kind == "LastHour":
        return _by_minute(int(now) // MINUTE_S - 60, 60, label_shift=1)
    if kind == "LastDay":
        return _by_hour(int(now) // HOUR_S - 24, 24)
    if kind == "LastWeek":
        return _by_day(int(now) // DAY_S - 7, 7)
    if kind == "LastMonth":
        return _by_day(int(now) // DAY_S - 31, 31)
    if kind == "LastYear":
        return _by_month(now)
    if custom is None:
        raise ApiError("Parameter 'start' missing.")
    return _custom(*custom)


def _by_minute(first: int, count: int, *, label_shift: int) -> Span:
    numbers = tuple(range(first, first + count))
    return Span(
        label_format="HH:mm" if label_shift else "MM/DD HH:mm",
        labels=tuple((number + label_shift) * MINUTE_S for number in numbers),
        numbers=numbers,
        read=QueryStatistics.minute,
    )


def _by_hour(first: int, count: int) -> Span:
    numbers = tuple(range(first, first + count))
    return Span(
        label_format="MM/DD HH:00",
        labels=tuple((number + 1) * HOUR_S for number in numbers),
        numbers=numbers,
        read=QueryStatistics.hour,
    )


def _by_day(first: int, count: int) -> Span:
    numbers = tuple(range(first, first + count))
    return Span(
        label_format="MM/DD",
        labels=tuple(number * DAY_S for number in numbers),
        numbers=numbers,
        read=QueryStatistics.day,
    )


def _by_month(now: float) -> Span:
    """Twelve calendar months up to the last one; a bucket's number is its first day."""
    today = datetime.fromtimestamp(now, tz=UTC)
    month = today.year * 12 + today.month - 1
    starts = tuple(_month_start(month - 12 + one) // DAY_S for one in range(13))
    ends = dict(itertools.pairwise(starts))
    return Span(
        label_format="MM/YYYY",
        labels=tuple(start * DAY_S for start in starts[:-1]),
        numbers=starts[:-1],
        read=lambda statistics, first: total(
            statistics.day(day) for day in range(first, ends[first])
        ),
    )


def _custom(start: float, end: float) -> Span:
    """As many buckets as a client asks for would keep a node busy for hours: not so many."""
    if end - start > _LONGEST_DAYS * DAY_S or not 0 <= start <= end <= _LAST_MOMENT:
        raise ApiError("The operation has timed out.")
    days, hours = round((end - start) / DAY_S) + 1, round((end - start) / HOUR_S) + 1
    if days > _MOST_DAYS_BY_HOUR:
        return _by_day(int(start) // DAY_S, days)
    if hours > _MOST_HOURS_BY_MINUTE:
        return _by_hour(int(start) // HOUR_S, hours)
    minutes = round((end - start) / MINUTE_S) + 1
    return _by_minute(int(start) // MINUTE_S, minutes, label_shift=0)


def _month_start(month: int) -> int:
    return int(datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC).timestamp())
