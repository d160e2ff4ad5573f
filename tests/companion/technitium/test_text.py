"""Foreign text made fit to be shown."""

import unicodedata

from companion.technitium.text import MAX_TEXT_CHARACTERS, readable
from hypothesis import given
from hypothesis import strategies as st

# Lone surrogates too: JSON can carry them.
any_text = st.text(st.characters(exclude_categories=()))
hexadecimal = st.text("0123456789abcdef", min_size=64, max_size=64)


@given(any_text)
def test_text_is_one_bounded_line_without_control_characters(text: str) -> None:
    shown = readable(text)

    assert len(shown) <= MAX_TEXT_CHARACTERS
    assert not any(unicodedata.category(character).startswith("C") for character in shown)


@given(any_text)
def test_making_it_readable_twice_changes_nothing_more(text: str) -> None:
    assert readable(readable(text)) == readable(text)


@given(any_text, hexadecimal, any_text)
def test_no_token_is_shown(before: str, token: str, after: str) -> None:
    assert token not in readable(before + token + after)


@given(st.text("abc ", max_size=50), st.text("xyz", min_size=1), st.text("abc ", max_size=50))
def test_no_named_secret_is_shown(before: str, secret: str, after: str) -> None:
    assert secret not in readable(before + secret + after, secrets=["", secret])


def test_ordinary_text_is_kept() -> None:
    assert readable("No such zone was found: bücher.example") == (
        "No such zone was found: bücher.example"
    )


def test_long_text_is_cut_with_a_sign() -> None:
    assert readable("word " * 100).endswith("word…")
