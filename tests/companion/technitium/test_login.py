"""What texts and forms of a node's answer to a login mean."""

from typing import Any

import pytest
from companion.secret import Secret
from companion.technitium.answers import Answer
from companion.technitium.errors import (
    NodeError,
    NodeGarbled,
    NodeLost,
    NodeRejected,
    NodeTimeout,
    NodeUnreachable,
)
from companion.technitium.login import LoginAnswer, LoginResult, failed, judged, unread

PASSWORD = Secret("correct horse")
TOKEN = "9f" * 32


def judge(**body: Any) -> LoginAnswer:  # noqa: ANN401 - JSON as a node might send it
    return judged(Answer(body=body), password=PASSWORD)


@pytest.mark.parametrize(
    ("message", "result"),
    [
        ("Invalid username or password for user: admin", LoginResult.CREDENTIALS_REFUSED),
        (
            "Max limit of 5 attempts exceeded. Access blocked for 300 seconds.",
            LoginResult.THROTTLED,
        ),
        (
            "Invalid time-based one-time password (TOTP) was attempted for user: alice",
            LoginResult.TOTP_INVALID,
        ),
        (
            "User account is disabled. Please contact your administrator.",
            LoginResult.USER_DISABLED,
        ),
        ("Parameter 'pass' missing.", LoginResult.REJECTED),
        ("", LoginResult.REJECTED),
    ],
)
def test_error_texts_are_told_apart(message: str, result: LoginResult) -> None:
    answer = judge(status="error", errorMessage=message, stackTrace="at Auth()")

    assert answer.result is result
    assert answer.message
    assert "Auth()" not in answer.message


def test_status_asks_for_a_code() -> None:
    answer = judge(status="2fa-required", errorMessage="A TOTP is required for user: alice")

    assert answer.result is LoginResult.TOTP_REQUIRED


def test_password_a_node_repeats_is_hidden() -> None:
    answer = judge(status="error", errorMessage="Cannot use 'correct horse' here.")

    assert answer.message == "Cannot use '<secret>' here."


@pytest.mark.parametrize("token", [None, "", 7, "short", "has space" * 4, "x\r\n" * 20, "a" * 300])
def test_success_without_a_usable_token_is_garbled(token: object) -> None:
    assert judge(status="ok", token=token).result is LoginResult.GARBLED


@pytest.mark.parametrize(
    "info", [None, {}, {"version": "15.2"}, {"version": "new"}, "text", {"version": "1" * 9000}]
)
def test_token_counts_even_when_the_rest_cannot_be_read(info: object) -> None:
    answer = judge(status="ok", token=TOKEN, username="admin", info=info)

    assert answer.result is LoginResult.ACCEPTED
    assert answer.token == Secret(TOKEN)
    assert answer.info is None
    assert TOKEN not in repr(answer)


def test_answer_of_13_6_is_read() -> None:
    rights = {"canView": True, "canModify": False, "canDelete": False}
    info = {"version": "13.6", "dnsServerDomain": "NS1", "permissions": {"Zones": rights}}

    answer = judge(status="ok", displayName="A", username="admin", token=TOKEN, info=info)

    assert answer.version == "13.6"
    assert answer.info is not None
    assert answer.info.started_at is None
    assert answer.info.server_domain == "ns1"
    assert answer.info.cluster_initialized is False
    assert answer.info.permissions == {"Zones": (True, False, False)}


def test_error_of_another_kind_is_rejected() -> None:
    assert failed(NodeRejected("ns1", "No.")) == LoginAnswer(
        result=LoginResult.REJECTED, message="No."
    )


@pytest.mark.parametrize(
    ("error", "result", "may_have_signed_in"),
    [
        (NodeUnreachable, LoginResult.UNREACHABLE, False),
        (NodeLost, LoginResult.LOST, True),
        (NodeTimeout, LoginResult.TIMEOUT, True),
        (NodeGarbled, LoginResult.GARBLED, True),
    ],
)
def test_only_where_nothing_was_sent_no_session_can_have_begun(
    error: type[NodeError],
    result: LoginResult,
    may_have_signed_in: bool,  # noqa: FBT001 - a parameter of the cases
) -> None:
    answer = failed(error("ns1", "It failed."))

    assert (answer.result, answer.message) == (result, "It failed.")
    assert answer.may_have_signed_in is may_have_signed_in


@pytest.mark.parametrize(
    ("status", "body", "may_have_signed_in"),
    [
        (200, b'  {"token": "9f', True),
        (502, b"<html>Bad Gateway</html>", True),
        (200, b"<html>Welcome</html>", False),
        (302, b"", False),
        (404, b"", False),
    ],
)
def test_what_is_no_node_has_begun_no_session(
    status: int,
    body: bytes,
    may_have_signed_in: bool,  # noqa: FBT001 - a parameter of the cases
) -> None:
    answer = unread(NodeGarbled("ns1", "It is none."), status=status, body=body)

    assert answer.result is LoginResult.GARBLED
    assert answer.may_have_signed_in is may_have_signed_in
