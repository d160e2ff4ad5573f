"""Who is in doubt: whoever would be sent at once if the tries under way turned out right."""

import pytest
from auth_gateway.domain.hourly import HOUR_S, PER_HOUR, Hour, hour_counted, hour_judged
from auth_gateway.domain.outlook import Outlook, hour_outlook, outlook, together
from auth_gateway.domain.regulation import (
    PENDING_S,
    PER_NAME,
    PER_NETWORK,
    Budget,
    Count,
    Judgement,
    counted,
    judged,
    wait_s,
)
from hypothesis import given
from hypothesis import strategies as st

NOW = 1_000_000.0
AWAITED_S = 8.0


def under_way(number: int, count: Count | None = None) -> Count:
    count = count or Count()
    for one in range(number):
        count = counted(count, f"under way {one}", now=NOW, continuing=False)
    return count


def failed(number: int, budget: Budget) -> Count:
    count = Count()
    for one in range(number):
        count = counted(count, f"failed {one}", now=NOW, continuing=False)
        count = judged(count, f"failed {one}", Judgement.COUNTED, budget, now=NOW)
    return count


def seen(count: Count, budget: Budget, *, after_s: float = 0, name: Count | None = None) -> Outlook:
    return outlook(
        count, name or Count(), budget, now=NOW + after_s, with_code=False, awaited_s=AWAITED_S
    )


@pytest.mark.parametrize(
    ("count", "budget", "after_s", "expected"),
    [
        (under_way(1), PER_NAME, 0, Outlook(0)),
        (under_way(2), PER_NAME, 0, Outlook(PENDING_S + 900, in_doubt=True)),
        (under_way(2), PER_NAME, 7, Outlook(PENDING_S + 893, in_doubt=True)),
        # Nobody waits any more for the answers, so nobody waits for them here.
        (under_way(2), PER_NAME, 8, Outlook(PENDING_S + 892)),
        (under_way(4), PER_NETWORK, 0, Outlook(PENDING_S + 301, in_doubt=True)),
        (under_way(1, failed(3, PER_NETWORK)), PER_NETWORK, 0, Outlook(341, in_doubt=True)),
        (failed(4, PER_NETWORK), PER_NETWORK, 0, Outlook(301)),
        (failed(2, PER_NAME), PER_NAME, 0, Outlook(900)),
    ],
)
def test_doubt_is_about_tries_whose_answers_are_awaited(
    count: Count, budget: Budget, after_s: float, expected: Outlook
) -> None:
    assert seen(count, budget, after_s=after_s) == expected


def test_of_a_late_try_and_one_that_is_awaited_the_late_one_stays_counted() -> None:
    late = counted(Count(), "late", now=NOW - 20, continuing=False)

    assert seen(under_way(1, late), PER_NAME).in_doubt
    both_late = counted(late, "late too", now=NOW - 10, continuing=False)
    assert not seen(under_way(1, both_late), PER_NAME).in_doubt


def test_an_hour_is_in_doubt_as_long_as_its_last_tries_are_awaited() -> None:
    hour, name = Hour(), Count()
    for one in range(PER_HOUR - 1):
        hour = hour_counted(hour, str(one), now=NOW, continuing=False)
        hour = hour_judged(hour, str(one), Judgement.COUNTED, now=NOW)
    hour = hour_counted(hour, "last", now=NOW, continuing=False)

    def at(after_s: float) -> Outlook:
        now = NOW + after_s
        return hour_outlook(hour, name, now=now, with_code=False, awaited_s=AWAITED_S)

    assert at(0) == Outlook(HOUR_S, in_doubt=True)
    assert at(8) == Outlook(HOUR_S - 8)


def test_together_the_longest_wait_counts_and_one_certainty_ends_all_doubt() -> None:
    free, perhaps, never = Outlook(0), Outlook(5, in_doubt=True), Outlook(3)

    assert together([free, free]) == free
    assert together([free, perhaps]) == perhaps
    assert together([free, perhaps, never]) == Outlook(5)


@given(
    st.lists(st.sampled_from([0.0, 3.0, 10.0, 400.0]), max_size=8),
    st.sampled_from([PER_NETWORK, PER_NAME]),
)
def test_whoever_is_in_doubt_is_sent_when_all_that_is_awaited_was_right(
    pauses: list[float], budget: Budget
) -> None:
    count, now = Count(), NOW
    for number, pause_s in enumerate(pauses):
        now += pause_s
        if wait_s(count, budget, now=now, continuing=False) == 0:
            count = counted(count, str(number), now=now, continuing=False)
    is_in_doubt = outlook(
        count, Count(), budget, now=now, with_code=False, awaited_s=AWAITED_S
    ).in_doubt

    awaited = [one for one, until in count.pending.items() if until > now + PENDING_S - AWAITED_S]
    for one in awaited:
        count = judged(count, one, Judgement.CLEARED, budget, now=now)

    if is_in_doubt:
        assert awaited
        assert wait_s(count, budget, now=now, continuing=False) == 0
