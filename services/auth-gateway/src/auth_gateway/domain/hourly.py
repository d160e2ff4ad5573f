"""How often one name may fail at one node within an hour, from all networks together.

It holds back whoever tries from many addresses, where each address stays within its own budget. A
success takes nothing back: the hour is a bound on guesses, and those were guesses all the same.
The same rule runs in Redis, beside those of `regulation`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from auth_gateway.domain.regulation import PENDING_S, Judgement

PER_HOUR: Final = 20
HOUR_S: Final = 3600.0
# Of those that were judged only the newest matter; it bounds what somebody can make us store who is
# let in and fails by turns.
JUDGED_KEPT: Final = 2 * PER_HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """The failures of an hour.

    Attributes:
        moments: Id of a try to the moment from which it counts for an hour: when it was answered;
            while it is under way, the last moment at which it may be judged.
        codes_asked: Of these, the tries that were answered by asking for a code which has not
            followed.
    """

    moments: Mapping[str, float] = field(default_factory=dict)
    codes_asked: frozenset[str] = frozenset()


def of_this_hour(hour: Hour, *, now: float) -> Hour:
    """Leave out what is over, and of what was judged more than the newest."""
    moments = {one: moment for one, moment in hour.moments.items() if moment + HOUR_S > now}
    judged = sorted((one for one in moments if moments[one] <= now), key=lambda one: moments[one])
    for one in judged[:-JUDGED_KEPT]:
        del moments[one]
    return Hour(moments=moments, codes_asked=hour.codes_asked & moments.keys())


def hour_wait_s(hour: Hour, *, now: float, continuing: bool) -> float:
    """Seconds until the next try may be sent; 0 means now.

    A try that is `continuing` takes the place of one that was asked for a code.
    """
    hour = of_this_hour(hour, now=now)
    allowed = PER_HOUR + (continuing and bool(hour.codes_asked))
    moments = sorted(hour.moments.values())
    return moments[-allowed] + HOUR_S - now if len(moments) >= allowed else 0.0


def hour_counted(hour: Hour, one: str, *, now: float, continuing: bool) -> Hour:
    """Count the try `one`, which is about to be sent."""
    hour = of_this_hour(hour, now=now)
    moments, asked = dict(hour.moments), set(hour.codes_asked)
    if continuing and asked:
        replaced = max(asked, key=lambda other: moments[other])
        asked.discard(replaced)
        del moments[replaced]
    moments[one] = now + PENDING_S
    return Hour(moments=moments, codes_asked=frozenset(asked))


def hour_judged(hour: Hour, one: str, answer: Judgement, *, now: float) -> Hour:
    """Take the answer to the try `one` in, unless it has been taken in or has become too late."""
    hour = of_this_hour(hour, now=now)
    if answer is Judgement.LATE or hour.moments.get(one, now) <= now:
        return hour
    others = {other: moment for other, moment in hour.moments.items() if other != one}
    if answer not in {Judgement.COUNTED, Judgement.CODE_ASKED}:
        return Hour(moments=others, codes_asked=hour.codes_asked)
    asked = hour.codes_asked | ({one} if answer is Judgement.CODE_ASKED else set())
    return Hour(moments={**others, one: now}, codes_asked=frozenset(asked))
