"""How often a password may be tried, so that a node's own lock never closes on everybody.

Technitium locks a client network for 300 s at its fifth failure and never forgets a failure until
a success; it knows no limit for a name. A try is counted before it is sent; what the node did not
count is taken back afterwards. How often a name may fail in an hour is in `hourly`, what tries
under way mean for the next in `outlook`, and who is forgotten in `remembered`. The same rules run
in Redis (`adapters.redis_regulation`), for all replicas at once; these functions say what they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from companion.technitium.login import LoginResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """So many tries since the last success, then one at a time with a pause after each answer."""

    free: int
    pause_s: float
    of_names: bool


# One below Technitium's five, and one second more than its lock.
PER_NETWORK = Budget(free=4, pause_s=301, of_names=False)
# Half of the above, so that whoever fails with one name leaves tries to the others.
PER_NAME = Budget(free=2, pause_s=900, of_names=True)

# A week after its last try a count may be forgotten; how many there are at most, `remembered` says.
REMEMBERED_S = 7 * 24 * 3600

# One name from all networks together: as many straight failures as an account should ever see.
PER_NAME_ANYWHERE = Budget(free=100, pause_s=REMEMBERED_S, of_names=True)

# How long a try without an answer may still be judged by the node: the deadline of a sign-in plus
# the time in which a late answer is awaited.
PENDING_S = 40.0


class Judgement(StrEnum):
    """What an answer means for the counts."""

    COUNTED = "counted"  # the node counted a failure, or may have
    LATE = "late"  # no answer in time: counted, and it may yet be judged
    UNCOUNTED = "uncounted"  # the node counted nothing
    CLEARED = "cleared"  # a success: the node forgot the failures before it
    CODE_ASKED = "code_asked"  # the password was right: a try until the code has followed
    LOCKED = "locked"  # the node's lock is closed
    UNHEARD = "unheard"  # whoever asked is no more: the node may have counted, nobody has learnt


_JUDGEMENTS = {
    LoginResult.ACCEPTED: Judgement.CLEARED,
    LoginResult.TOTP_REQUIRED: Judgement.CODE_ASKED,
    LoginResult.TOTP_INVALID: Judgement.COUNTED,
    LoginResult.CREDENTIALS_REFUSED: Judgement.COUNTED,
    # The credentials were right, and Technitium forgets failures then, too.
    LoginResult.USER_DISABLED: Judgement.UNCOUNTED,
    LoginResult.THROTTLED: Judgement.LOCKED,
    LoginResult.UNREACHABLE: Judgement.UNCOUNTED,
    LoginResult.LOST: Judgement.LATE,
    LoginResult.TIMEOUT: Judgement.LATE,
    LoginResult.GARBLED: Judgement.COUNTED,
    LoginResult.REJECTED: Judgement.COUNTED,
}


def judgement(result: LoginResult) -> Judgement:
    """Say what a node's answer means for the counts; what is not certain counts."""
    return _JUDGEMENTS[result]


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """The tries of one network or one name at one node; times in seconds.

    Attributes:
        tries: Counted since the last success.
        pending: Of these, sent and not answered: their ids, and until when each may be judged.
        answered: When the last counted one was answered.
        codes_asked: Of the tries: those whose right password was answered by asking for a code,
            and whose code has not followed.
        code_asked_at: When the last of these was.
    """

    tries: int = 0
    pending: Mapping[str, float] = field(default_factory=dict)
    answered: float = 0
    codes_asked: int = 0
    code_asked_at: float = 0


def continues(count: Count, name: Count, *, with_code: bool) -> bool:
    """Say whether a try carries the code that an earlier one with this name was asked for.

    Such a try takes the place of the earlier one in `count`: it neither waits for it nor counts
    beside it; unless a success has made the count forget the earlier one.
    """
    return with_code and name.codes_asked > 0 and count.codes_asked > 0


def settled_by_time(count: Count, *, now: float) -> Count:
    """Treat tries that can no longer be judged as answered at the last possible moment."""
    over = [until for until in count.pending.values() if until <= now]
    pending = {one: until for one, until in count.pending.items() if until > now}
    return replace(count, pending=pending, answered=max([count.answered, *over]))


def wait_s(count: Count, budget: Budget, *, now: float, continuing: bool) -> float:
    """Seconds until the next try may be sent; 0 means now."""
    count = settled_by_time(count, now=now)
    if count.tries - continuing < budget.free:
        return 0
    if count.pending:
        return max(count.pending.values()) + budget.pause_s - now
    last = count.answered
    if budget.of_names and not continuing:
        # Of a network it is no pause: its node has counted no failure.
        last = max(last, count.code_asked_at)
    return max(0.0, last + budget.pause_s - now)


def counted(count: Count, one: str, *, now: float, continuing: bool) -> Count:
    """Count the try `one`, which is about to be sent."""
    count = settled_by_time(count, now=now)
    return replace(
        count,
        tries=count.tries + (not continuing),
        pending={**count.pending, one: now + PENDING_S},
        codes_asked=max(0, count.codes_asked - continuing),
    )


def judged(count: Count, one: str, answer: Judgement, budget: Budget, *, now: float) -> Count:
    """Take the answer to the try `one` into the count; what is still pending stays counted."""
    count = settled_by_time(count, now=now)
    if answer is Judgement.LATE or one not in count.pending:
        return count
    pending = {other: until for other, until in count.pending.items() if other != one}
    return _taken_in(replace(count, pending=pending), answer, budget, now=now)


def _taken_in(count: Count, answer: Judgement, budget: Budget, *, now: float) -> Count:
    if answer is Judgement.LOCKED and budget.of_names:
        # The lock is the network's; nothing was said about the name.
        answer = Judgement.UNCOUNTED
    if answer is Judgement.UNHEARD:
        # A guess whose answer reached nobody was none; the node's own count knows of it.
        answer = Judgement.UNCOUNTED if budget.of_names else Judgement.COUNTED
    changes: dict[str, Any] = {}
    match answer:
        case Judgement.COUNTED:
            changes = {"answered": now}
        case Judgement.UNCOUNTED:
            changes = {"tries": max(len(count.pending), count.tries - 1)}
        case Judgement.CLEARED:
            return Count(tries=len(count.pending), pending=count.pending)
        case Judgement.CODE_ASKED:
            changes = {"codes_asked": count.codes_asked + 1, "code_asked_at": now}
        case Judgement.LOCKED:
            changes = {"tries": max(count.tries, budget.free), "answered": now}
    return replace(count, **changes)
