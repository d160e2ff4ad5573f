"""What people type to find names, and which names it finds."""

import pytest
from node_proxy.domain.logs.name_pattern import name_pattern

MUNICH = "xn--mnchen-3ya"


@pytest.mark.parametrize(
    "typed",
    [
        *("münchen", "MÜNCHEN", "münchen.example", "www.münchen"),
        *("*münchen*", "*.münchen.*", "*münchen.example", "www.münchen*", "**münchen**"),
    ],
)
def test_a_label_with_other_letters_is_found_with_and_without_stars(typed: str) -> None:
    pattern = name_pattern(typed)

    assert pattern.text.isascii()
    assert pattern.matches(f"www.{MUNICH}.example")
    assert not pattern.matches("www.xn--mnster-3ya.example")


@pytest.mark.parametrize("typed", ["mün*en", "*mün*en*", "www.m*ü.example"])
def test_a_star_inside_such_a_label_is_refused_since_it_would_find_nothing(typed: str) -> None:
    with pytest.raises(ValueError, match="ü"):
        name_pattern(typed)


def test_a_star_in_another_label_is_no_obstacle() -> None:
    assert name_pattern("w*.münchen.ex*le").matches(f"www.{MUNICH}.example")
