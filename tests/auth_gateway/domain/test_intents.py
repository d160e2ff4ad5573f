"""Which sessions at a node an interrupted sign-in began, and until when they can live."""

import pytest
from auth_gateway.domain.intents import LONGEST_S, agent_of, ghosts, is_over

PARTIAL = "0123456789abcdef"
SIGN_IN = "6bab295dd0d1bdb21ab4b85f"


def session(**fields: object) -> dict[str, object]:
    return {
        "username": "admin",
        "isCurrentSession": False,
        "partialToken": PARTIAL,
        "type": "Standard",
        "tokenName": None,
        "lastSeenUserAgent": f"technitium-companion/0.1.0 {agent_of(SIGN_IN)}",
        **fields,
    }


def test_a_session_that_was_never_used_shows_the_sign_in_that_began_it() -> None:
    assert ghosts({"sessions": [session()]}, [SIGN_IN]) == (PARTIAL,)
    assert ghosts({"sessions": [session()]}, ["00" * 12]) == ()


@pytest.mark.parametrize(
    "fields",
    [
        {"isCurrentSession": True},
        {"isCurrentSession": None},
        {"type": "ApiToken"},
        {"lastSeenUserAgent": None},
        {"lastSeenUserAgent": "technitium-companion/0.1.0"},
        {"lastSeenUserAgent": f"(sign-in {SIGN_IN}00)"},
        {"partialToken": None},
        {"partialToken": ""},
        {"partialToken": "0"},
        {"partialToken": "x\r\n" * 8},
    ],
)
def test_no_other_session_is_a_ghost(fields: dict[str, object]) -> None:
    assert ghosts({"sessions": [session(**fields)]}, [SIGN_IN]) == ()


@pytest.mark.parametrize("sessions", [None, 7, "text", [7, None, []], {}])
def test_a_profile_of_another_form_names_none(sessions: object) -> None:
    assert ghosts({"sessions": sessions}, [SIGN_IN]) == ()


@pytest.mark.parametrize(
    ("timeout_s", "lives_s"),
    [(1800, 1800), (0, LONGEST_S), (None, LONGEST_S), (10 * LONGEST_S, LONGEST_S)],
)
def test_a_node_ends_by_itself_what_nobody_uses(timeout_s: int | None, lives_s: float) -> None:
    assert not is_over(until=1000, now=1000 + lives_s - 1, timeout_s=timeout_s)
    assert is_over(until=1000, now=1000 + lives_s, timeout_s=timeout_s)
