"""What a profile teaches about a node."""

import pytest
from auth_gateway.domain.lessons import MAX_TIMEOUT_S, lessons


def profile(seen: str, **fields: object) -> dict[str, object]:
    return {
        "sessions": [
            {"isCurrentSession": False, "lastSeenRemoteAddress": "203.0.113.9"},
            {"isCurrentSession": True, "lastSeenRemoteAddress": seen},
        ],
        **fields,
    }


@pytest.mark.parametrize(
    ("sent", "seen", "honoured"),
    [
        ("192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "::ffff:192.0.2.7", True),
        ("2001:db8::1", "2001:DB8:0::1", True),
        ("192.0.2.7", "10.0.0.1", False),
        ("127.0.0.1", "127.0.0.1", None),
        ("192.0.2.7", "nonsense", None),
        (None, "192.0.2.7", None),
    ],
)
def test_a_node_honours_the_address_that_it_saw(
    sent: str | None,
    seen: str,
    honoured: bool | None,  # noqa: FBT001 - a column of the table
) -> None:
    assert lessons(profile(seen), sent_ip=sent).honours_real_ip is honoured


@pytest.mark.parametrize(
    ("told", "timeout_s"),
    [
        (1800, 1800),
        (0, 0),
        (MAX_TIMEOUT_S, MAX_TIMEOUT_S),
        (MAX_TIMEOUT_S + 1, None),
        (2**70, None),
        (-1, None),
        (True, None),
        ("60", None),
    ],
)
def test_the_timeout_is_a_count_of_seconds(told: object, timeout_s: int | None) -> None:
    found = lessons(profile("192.0.2.7", sessionTimeoutSeconds=told), sent_ip=None)

    assert found.timeout_s == timeout_s


@pytest.mark.parametrize("odd", [{}, {"sessions": None}, {"sessions": [1]}, {"sessions": "x"}])
def test_a_profile_without_sessions_teaches_nothing(odd: dict[str, object]) -> None:
    assert lessons(odd, sent_ip="192.0.2.7").honours_real_ip is None
