"""The ranges that can be asked for, and the calls to a node that each is made of.

A node's ranges end with the last full hour, yesterday or the last month. What is running since is
put together from the finer ranges, so that "the last day" ends now.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from node_proxy.domain.dashboard.course import DAY_S, HOUR_S, Unit
from node_proxy.domain.instant import format_instant, parse_instant
from node_proxy.domain.refused_field import FieldRefused

RangeType = Literal["LastHour", "LastDay", "LastWeek", "LastMonth", "LastYear", "Custom"]

_LONGEST_S: Final = 10 * 366 * DAY_S
# A node answers by day when there are more than seven, by hour when there are more than three.
_MOST_DAYS_BY_HOUR: Final = 7
_MOST_HOURS_BY_MINUTE: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One call: a range of the node's own, and how its chart is to be read."""

    params: Mapping[str, str]
    unit: Unit
    labelled_by_end: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """What was asked for: the range itself, then the finer ones that reach until now."""

    type: RangeType
    parts: tuple[Part, ...]


def _own(kind: str, unit: Unit) -> Part:
    return Part(
        params={"type": kind, "utc": "true"}, unit=unit, labelled_by_end=unit in {"minute", "hour"}
    )


_HOUR = _own("LastHour", "minute")
_DAY = _own("LastDay", "hour")
_WEEK = _own("LastWeek", "day")
_MONTH = _own("LastMonth", "day")
_YEAR = _own("LastYear", "month")

_PARTS: Final[Mapping[str, tuple[Part, ...]]] = {
    "LastHour": (_HOUR,),
    "LastDay": (_DAY, _HOUR),
    "LastWeek": (_WEEK, _DAY, _HOUR),
    "LastMonth": (_MONTH, _DAY, _HOUR),
    "LastYear": (_YEAR, _MONTH, _DAY, _HOUR),
}

LAST_DAY: Final = Range(type="LastDay", parts=_PARTS["LastDay"])


def read_range(params: Mapping[str, str]) -> Range:
    """The range of a request: `type` (LastHour without one), for Custom `start` and `end`.

    Raises:
        FieldRefused: It names the parameter.
    """
    kind = params.get("type") or "LastHour"
    found = next((one for one in get_args(RangeType) if one.casefold() == kind.casefold()), None)
    if found is None:
        raise FieldRefused("type", f'"type" must be one of {", ".join(get_args(RangeType))}.')
    if found == "Custom":
        return Range(type="Custom", parts=(_custom(_time(params, "start"), _time(params, "end")),))
    return Range(type=found, parts=_PARTS[found])


def _time(params: Mapping[str, str], name: str) -> float:
    moment = parse_instant(params.get(name, "").strip())
    if moment is None:
        raise FieldRefused(name, f'"{name}" must be a time in ISO 8601, such as 2026-01-31T09:00Z.')
    return moment


def _custom(start: float, end: float) -> Part:
    if end < start:
        raise FieldRefused("end", '"end" must not be before "start".')
    if end - start > _LONGEST_S or start < 0:
        raise FieldRefused("start", "A range of more than ten years cannot be asked for.")
    params = {
        "type": "Custom",
        "start": format_instant(start),
        "end": format_instant(end),
        "utc": "true",
    }
    unit = _unit(end - start)
    return Part(params=params, unit=unit, labelled_by_end=unit == "hour")


def _unit(span_s: float) -> Unit:
    """How long the buckets are in which the node answers a range of this length."""
    if round(span_s / DAY_S) + 1 > _MOST_DAYS_BY_HOUR:
        return "day"
    return "hour" if round(span_s / HOUR_S) + 1 > _MOST_HOURS_BY_MINUTE else "minute"
