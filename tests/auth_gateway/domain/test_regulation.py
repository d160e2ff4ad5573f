"""How often a password may be tried: a table of the rules, and properties of all histories."""

import pytest
from auth_gateway.domain.regulation import (
    PENDING_S,
    PER_NAME,
    PER_NAME_ANYWHERE,
    PER_NETWORK,
    Budget,
    Count,
    Judgement,
    continues,
    counted,
    judged,
    judgement,
    wait_s,
)
from companion.technitium.login import LoginResult
from hypothesis import given
from hypothesis import strategies as st

from tests.auth_gateway.domain.node_lock import Lock

NOW = 1_000_000.0


def failures(number: int, *, at: float = NOW, budget: Budget = PER_NETWORK) -> Count:
    count = Count()
    for one in range(number):
        count = counted(count, str(one), now=at, continuing=False)
        count = judged(count, str(one), Judgement.COUNTED, budget, now=at)
    return count


@pytest.mark.parametrize(
    ("count", "budget", "after_s", "expected_s"),
    [
        (Count(), PER_NETWORK, 0, 0),
        (failures(3), PER_NETWORK, 0, 0),
        (failures(4), PER_NETWORK, 0, 301),
        (failures(4), PER_NETWORK, 300, 1),
        (failures(4), PER_NETWORK, 301, 0),
        (failures(9), PER_NETWORK, 301, 0),
        (failures(1), PER_NAME, 0, 0),
        (failures(2), PER_NAME, 0, 900),
        (failures(2), PER_NAME, 900, 0),
    ],
)
def test_free_tries_come_first_and_then_one_at_a_time(
    count: Count, budget: Budget, after_s: float, expected_s: float
) -> None:
    assert wait_s(count, budget, now=NOW + after_s, continuing=False) == expected_s


def test_a_try_counts_before_it_is_answered() -> None:
    count = failures(3)
    count = counted(count, "last", now=NOW, continuing=False)

    assert wait_s(count, PER_NETWORK, now=NOW, continuing=False) > PER_NETWORK.pause_s


def test_a_try_without_an_answer_counts_as_answered_at_the_last_possible_moment() -> None:
    count = failures(3)
    count = counted(count, "last", now=NOW, continuing=False)
    count = judged(count, "last", Judgement.LATE, PER_NETWORK, now=NOW + 8)

    free_at = NOW + PENDING_S + PER_NETWORK.pause_s
    assert wait_s(count, PER_NETWORK, now=free_at - 1, continuing=False) == 1
    assert wait_s(count, PER_NETWORK, now=free_at, continuing=False) == 0


@pytest.mark.parametrize(
    ("result", "tries_left"),
    [
        (LoginResult.UNREACHABLE, 4),
        (LoginResult.USER_DISABLED, 4),
        (LoginResult.ACCEPTED, 4),
        (LoginResult.CREDENTIALS_REFUSED, 3),
        (LoginResult.TOTP_INVALID, 3),
        (LoginResult.TOTP_REQUIRED, 3),
        (LoginResult.LOST, 3),
        (LoginResult.TIMEOUT, 3),
        (LoginResult.GARBLED, 3),
        (LoginResult.REJECTED, 3),
        (LoginResult.THROTTLED, 0),
    ],
)
def test_only_what_the_node_did_not_count_is_taken_back(
    result: LoginResult, tries_left: int
) -> None:
    count = counted(Count(), "one", now=NOW, continuing=False)
    count = judged(count, "one", judgement(result), PER_NETWORK, now=NOW)

    assert PER_NETWORK.free - count.tries == tries_left


def test_a_success_forgets_failures_but_not_tries_under_way() -> None:
    count = counted(failures(2), "other", now=NOW, continuing=False)
    count = counted(count, "good", now=NOW, continuing=False)

    count = judged(count, "good", Judgement.CLEARED, PER_NETWORK, now=NOW)

    assert (count.tries, set(count.pending)) == (1, {"other"})


def test_the_code_that_was_asked_for_takes_the_place_of_its_question() -> None:
    name = counted(Count(), "1", now=NOW, continuing=False)
    name = judged(name, "1", Judgement.CODE_ASKED, PER_NAME, now=NOW)
    assert continues(name, name, with_code=True)
    assert not continues(name, name, with_code=False)

    name = counted(name, "2", now=NOW, continuing=True)
    name = judged(name, "2", Judgement.COUNTED, PER_NAME, now=NOW)

    assert (name.tries, name.codes_asked) == (1, 0)


def test_questions_for_a_code_that_never_follows_are_tries() -> None:
    name = Count()
    for one in "12":
        name = counted(name, one, now=NOW, continuing=False)
        name = judged(name, one, Judgement.CODE_ASKED, PER_NAME, now=NOW)

    assert wait_s(name, PER_NAME, now=NOW, continuing=False) == PER_NAME.pause_s
    assert wait_s(name, PER_NAME, now=NOW, continuing=True) == 0


def test_the_lock_of_a_node_says_nothing_about_a_name() -> None:
    name = counted(Count(), "1", now=NOW, continuing=False)

    assert judged(name, "1", Judgement.LOCKED, PER_NAME, now=NOW).tries == 0


def test_a_guess_whose_answer_nobody_heard_counts_where_the_node_counts() -> None:
    count = counted(Count(), "1", now=NOW, continuing=False)

    assert judged(count, "1", Judgement.UNHEARD, PER_NAME, now=NOW).tries == 0
    assert judged(count, "1", Judgement.UNHEARD, PER_NAME_ANYWHERE, now=NOW).tries == 0
    network = judged(count, "1", Judgement.UNHEARD, PER_NETWORK, now=NOW)
    assert (network.tries, network.answered) == (1, NOW)


# Each step: seconds that pass, whether the password is right, seconds until the answer, and whether
# the answer is lost on the way.
STEPS = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.1, 10.0, 250.0, 299.0, 301.0, 1000.0]),
        st.sampled_from([False, False, False, False, True]),
        st.sampled_from([0.0, 1.0, 7.0, 30.0]),
        st.booleans(),
    ),
    max_size=60,
)


@given(STEPS)
def test_the_lock_of_a_node_never_closes_on_a_try_of_ours(
    steps: list[tuple[float, bool, float, bool]],
) -> None:
    count, lock, now = Count(), Lock(), NOW
    for number, (pause_s, right, answer_s, is_lost) in enumerate(steps):
        now += pause_s
        if wait_s(count, PER_NETWORK, now=now, continuing=False) > 0:
            continue
        one = str(number)
        count = counted(count, one, now=now, continuing=False)
        now += answer_s
        answer = lock.ask(right=right, now=now)
        if is_lost:
            answer = Judgement.LATE
        count = judged(count, one, answer, PER_NETWORK, now=now)

    assert lock.refusals == 0


# A question for a code is no failure at the node: of networks it costs a try and no pause.
PAUSING = [one for one in Judgement if one is not Judgement.CODE_ASKED]


@given(
    st.lists(st.tuples(st.floats(0, 400), st.sampled_from(PAUSING)), max_size=60),
    st.sampled_from([PER_NETWORK, PER_NAME]),
)
def test_no_more_is_admitted_than_the_budget_has(
    steps: list[tuple[float, Judgement]], budget: Budget
) -> None:
    """Between two answers that give tries back, at most `free` come without a pause."""
    count, now, hurried, last = Count(), NOW, 0, float("-inf")
    for number, (pause_s, answer) in enumerate(steps):
        now += pause_s
        if wait_s(count, budget, now=now, continuing=False) > 0:
            continue
        hurried = hurried + 1 if now < last + budget.pause_s else 1
        assert hurried <= budget.free + 1
        count = counted(count, str(number), now=now, continuing=False)
        count = judged(count, str(number), answer, budget, now=now)
        last = now
        given_back = {Judgement.UNCOUNTED, Judgement.CLEARED, Judgement.LOCKED}
        if answer in given_back or (answer is Judgement.UNHEARD and budget.of_names):
            hurried = 0
