"""When a try may be sent: now, after a pause, or perhaps as soon as tries under way are judged.

A try under way holds its place, since it may turn out wrong. If it turns out right, it takes none;
so whoever is held back by such tries alone is in doubt, and the doubt ends with their answers.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from auth_gateway.domain.hourly import Hour, hour_wait_s
from auth_gateway.domain.regulation import (
    PENDING_S,
    Budget,
    Count,
    continues,
    settled_by_time,
    wait_s,
)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a try has before it at one node.

    Attributes:
        wait_s: Seconds until it may be sent, even if every try under way turns out wrong; 0 is now.
        in_doubt: It waits, and may be sent at once if the tries under way turn out right.
    """

    wait_s: float
    in_doubt: bool = False


def together(outlooks: Iterable[Outlook]) -> Outlook:
    """What several counts mean for one try: the longest wait, and doubt only where all doubt."""
    waits = [one for one in outlooks if one.wait_s > 0]
    return Outlook(
        max((one.wait_s for one in waits), default=0.0),
        in_doubt=bool(waits) and all(one.in_doubt for one in waits),
    )


def is_awaited(until: float, *, now: float, awaited_s: float) -> bool:
    """Whether somebody still waits for the answer to a try that may be judged `until` then.

    `awaited_s` is how long after sending that is so; what comes later is not worth waiting for.
    """
    return until - (PENDING_S - awaited_s) > now


def if_right(count: Count, *, now: float, awaited_s: float) -> Count:
    """The count as it will be if all tries whose answers are awaited turn out right."""
    count = settled_by_time(count, now=now)
    late = {
        one: until
        for one, until in count.pending.items()
        if not is_awaited(until, now=now, awaited_s=awaited_s)
    }
    return count if len(late) == len(count.pending) else Count(tries=len(late), pending=late)


def outlook(
    count: Count, name: Count, budget: Budget, *, now: float, with_code: bool, awaited_s: float
) -> Outlook:
    """The outlook by one count; `name` is that of the name in the try's network."""
    wait = wait_s(count, budget, now=now, continuing=continues(count, name, with_code=with_code))
    at_best = if_right(count, now=now, awaited_s=awaited_s)
    continuing = continues(at_best, name, with_code=with_code)
    may_be_now = wait_s(at_best, budget, now=now, continuing=continuing) == 0
    return Outlook(wait, in_doubt=wait > 0 and may_be_now)


def hour_outlook(
    hour: Hour, name: Count, *, now: float, with_code: bool, awaited_s: float
) -> Outlook:
    """The outlook by the last hour of a name; `name` as for `outlook`."""
    continuing = continues(name, name, with_code=with_code)
    wait = hour_wait_s(hour, now=now, continuing=continuing)
    at_best = Hour(
        moments={
            one: moment
            for one, moment in hour.moments.items()
            if not is_awaited(moment, now=now, awaited_s=awaited_s)
        },
        codes_asked=hour.codes_asked,
    )
    may_be_now = hour_wait_s(at_best, now=now, continuing=continuing) == 0
    return Outlook(wait, in_doubt=wait > 0 and may_be_now)
