"""Failures of one name in an hour: a table of the rule, and what no history can do."""

import pytest
from auth_gateway.domain.hourly import (
    HOUR_S,
    JUDGED_KEPT,
    PER_HOUR,
    Hour,
    hour_counted,
    hour_judged,
    hour_wait_s,
    of_this_hour,
)
from auth_gateway.domain.regulation import PENDING_S, Judgement
from hypothesis import given
from hypothesis import strategies as st

NOW = 1_000_000.0


def after(answers: list[Judgement], *, hour: Hour | None = None, at: float = NOW) -> Hour:
    """One try a second, each answered at once."""
    hour = hour or Hour()
    for number, answer in enumerate(answers):
        now = at + number
        hour = hour_counted(hour, f"{at}:{number}", now=now, continuing=False)
        hour = hour_judged(hour, f"{at}:{number}", answer, now=now)
    return hour


@pytest.mark.parametrize(
    ("answers", "after_s", "expected_s"),
    [
        ([], 0, 0),
        ([Judgement.COUNTED] * 19, 20, 0),
        ([Judgement.COUNTED] * 20, 20, HOUR_S - 20),
        ([Judgement.COUNTED] * 20, HOUR_S - 1, 1),
        ([Judgement.COUNTED] * 20, HOUR_S, 0),
        ([Judgement.CODE_ASKED] * 20, 20, HOUR_S - 20),
        ([Judgement.CLEARED] * 30, 30, 0),
        ([Judgement.UNCOUNTED] * 30, 30, 0),
        ([Judgement.LOCKED] * 30, 30, 0),
        ([Judgement.UNHEARD] * 30, 30, 0),
        ([*[Judgement.COUNTED] * 19, Judgement.CLEARED], 20, 0),
        ([*[Judgement.COUNTED] * 19, Judgement.CLEARED, Judgement.COUNTED], 21, HOUR_S - 21),
    ],
)
def test_twenty_failures_are_an_hours_worth(
    answers: list[Judgement], after_s: float, expected_s: float
) -> None:
    assert hour_wait_s(after(answers), now=NOW + after_s, continuing=False) == expected_s


def test_no_more_is_kept_than_the_newest_that_were_judged() -> None:
    hour = after([Judgement.COUNTED] * 50)
    now = NOW + 50
    hour = of_this_hour(hour_counted(hour, "under way", now=now, continuing=False), now=now)

    judged = sorted(moment for moment in hour.moments.values() if moment <= now)
    assert judged == [NOW + 50 - JUDGED_KEPT + number for number in range(JUDGED_KEPT)]
    assert "under way" in hour.moments


def test_a_try_under_way_counts_and_one_without_an_answer_goes_on_counting() -> None:
    hour = hour_counted(after([Judgement.COUNTED] * 19), "last", now=NOW + 30, continuing=False)
    late = hour_judged(hour, "last", Judgement.LATE, now=NOW + 40)

    assert hour_wait_s(hour, now=NOW + 30, continuing=False) == HOUR_S - 30
    only_it = Hour(moments={"last": late.moments["last"]})
    assert only_it.moments["last"] == NOW + 30 + PENDING_S


def test_what_was_judged_is_not_judged_again() -> None:
    hour = after([Judgement.COUNTED])
    (one,) = hour.moments

    assert hour_judged(hour, one, Judgement.CLEARED, now=NOW + 1) == hour


def test_a_code_takes_the_place_of_the_question_for_it() -> None:
    hour = after([*[Judgement.COUNTED] * 19, Judgement.CODE_ASKED])
    now = NOW + 20
    assert hour_wait_s(hour, now=now, continuing=False) > 0
    assert hour_wait_s(hour, now=now, continuing=True) == 0

    hour = hour_counted(hour, "with code", now=now, continuing=True)
    hour = hour_judged(hour, "with code", Judgement.CLEARED, now=now)

    assert (len(hour.moments), hour.codes_asked) == (19, frozenset())


@given(
    st.lists(
        st.tuples(
            st.sampled_from([0.0, 1.0, 30.0, 200.0, 900.0]),
            st.sampled_from([Judgement.COUNTED, Judgement.COUNTED, Judgement.CLEARED]),
        ),
        max_size=120,
    )
)
def test_no_hour_ever_has_more_failures(steps: list[tuple[float, Judgement]]) -> None:
    hour, now = Hour(), NOW
    failures: list[float] = []
    for number, (pause_s, answer) in enumerate(steps):
        now += pause_s
        if hour_wait_s(hour, now=now, continuing=False) > 0:
            continue
        hour = hour_counted(hour, str(number), now=now, continuing=False)
        hour = hour_judged(hour, str(number), answer, now=now)
        if answer is Judgement.COUNTED:
            failures.append(now)
        assert sum(moment > now - HOUR_S for moment in failures) <= PER_HOUR
