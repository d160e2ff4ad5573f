"""The verdict over all nodes' answers, as a table."""

import pytest
from auth_gateway.domain.replies import Reply, ReplyCode, not_asked, reply_of
from auth_gateway.domain.sign_in import Accepted, Refused, verdict
from companion.secret import Secret
from companion.technitium.login import LoginAnswer, LoginResult

YES = reply_of(
    LoginAnswer(
        result=LoginResult.ACCEPTED, token=Secret("t" * 64), username="alice", version="15.2"
    )
)


def said(result: LoginResult) -> Reply:
    return reply_of(LoginAnswer(result=result, message="words"))


WANTS_CODE = said(LoginResult.TOTP_REQUIRED)
BAD_CODE = said(LoginResult.TOTP_INVALID)
USED_CODE = not_asked(ReplyCode.TOTP_USED)
NO = said(LoginResult.CREDENTIALS_REFUSED)
DISABLED = said(LoginResult.USER_DISABLED)
SKIPPED = not_asked(ReplyCode.THROTTLED, wait_s=12.2)
DOWN = said(LoginResult.UNREACHABLE)
SILENT = said(LoginResult.TIMEOUT)
ODD = said(LoginResult.GARBLED)


@pytest.mark.parametrize(
    ("replies", "code"),
    [
        ([YES, WANTS_CODE], "totp_required"),
        ([WANTS_CODE, BAD_CODE], "totp_required"),
        ([NO, BAD_CODE, DISABLED], "totp_invalid"),
        ([USED_CODE, USED_CODE], "totp_used"),
        ([DOWN, NO, DISABLED], "invalid_credentials"),
        ([SKIPPED, DISABLED], "user_disabled"),
        ([SKIPPED, DOWN, SILENT], "throttled"),
        ([DOWN, SILENT, ODD], "nodes_unreachable"),
    ],
)
def test_the_first_reason_that_applies_is_told(replies: list[Reply], code: str) -> None:
    decision = verdict(dict(enumerate_nodes(replies)), typed_name="Alice")

    assert isinstance(decision, Refused)
    assert decision.code == code


@pytest.mark.parametrize("others", [[NO], [BAD_CODE], [DOWN, SILENT], [SKIPPED], [DISABLED, ODD]])
def test_one_yes_is_a_sign_in(others: list[Reply]) -> None:
    replies = dict(enumerate_nodes([*others, YES]))

    assert verdict(replies, typed_name="Alice") == Accepted(user="alice")


def test_a_node_that_tells_no_name_leaves_the_typed_one() -> None:
    nameless = reply_of(LoginAnswer(result=LoginResult.ACCEPTED, token=Secret("t" * 64)))

    assert verdict({"ns1": nameless}, typed_name="Alice") == Accepted(user="Alice")


@pytest.mark.parametrize("told", ["root", "alice ", ""])
def test_a_node_decides_on_the_spelling_of_a_name_and_on_nothing_else(told: str) -> None:
    lying = reply_of(
        LoginAnswer(result=LoginResult.ACCEPTED, token=Secret("t" * 64), username=told)
    )

    assert verdict({"ns1": lying}, typed_name="Alice") == Accepted(user="Alice")
    assert verdict({"ns1": lying, "ns2": YES}, typed_name="Alice") == Accepted(user="alice")


def test_the_shortest_wait_is_told_in_whole_seconds() -> None:
    later = not_asked(ReplyCode.THROTTLED, wait_s=900)

    decision = verdict({"ns1": later, "ns2": SKIPPED}, typed_name="Alice")

    assert decision == Refused(code="throttled", retry_after_s=13)


def enumerate_nodes(replies: list[Reply]) -> list[tuple[str, Reply]]:
    return [(f"ns{number}", reply) for number, reply in enumerate(replies, start=1)]
