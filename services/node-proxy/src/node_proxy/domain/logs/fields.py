"""Reads the parameters of a request; the first that is wrong is named.

The Companion lets most wrong values pass and then finds nothing, or fails: here they are refused
before any node is asked.
"""

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from node_proxy.domain.logs.moment import parse_moment
from node_proxy.domain.logs.name_pattern import LONGEST, NamePattern, name_pattern
from node_proxy.domain.logs.vocabulary import folded
from node_proxy.domain.record_types import LARGEST_TYPE, TYPES
from node_proxy.domain.refused_field import FieldRefused

T = TypeVar("T")

LARGEST_PAGE: Final = 1_000_000_000
_BOOLEANS: Final = {"true": True, "1": True, "false": False, "0": False}
_TYPES: Final = folded(TYPES)


class BadField(FieldRefused):
    """A parameter is not what was expected, which completes the sentence "it must be …"."""

    def __init__(self, name: str, expected: str) -> None:
        super().__init__(name, f'"{name}" must be {expected}.')


class Fields:
    """The parameters of one request; those that are empty count as not given.

    All methods raise `BadField`.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = {name: text.strip() for name, text in values.items() if text.strip()}

    def text(self, name: str, *, longest: int = LONGEST) -> str | None:
        """Text as it was given, without spaces around it."""

        def read(text: str) -> str:
            if len(text) > longest or not text.isprintable():
                raise ValueError
            return text

        return self._read(name, read, f"printable text of at most {longest} characters")

    def number(self, name: str, *, default: int, largest: int, least: int = 1) -> int:
        """A whole number from `least` to `largest`."""

        def read(text: str) -> int:
            if not (text.isascii() and text.isdigit() and len(text) <= len(str(largest))):
                raise ValueError
            return _bounded(int(text), largest, least=least)

        # The Companion's own words, which its clients may show.
        expected = "a positive integer" if least else "0 or a positive integer"
        if largest < LARGEST_PAGE:
            expected += f" of at most {largest}"
        found = self._read(name, read, expected)
        return default if found is None else found

    def flag(self, name: str, *, default: bool) -> bool:
        found = self._read(name, lambda text: _BOOLEANS[text.lower()], '"true" or "false"')
        return default if found is None else found

    def word(self, name: str, words: Mapping[str, str]) -> str | None:
        """One of `words`, in any case; the result is written as nodes write it."""
        known = list(words.values())
        return self._read(
            name,
            lambda text: words[text.lower()],
            " or ".join(f'"{word}"' for word in known)
            if len(known) <= 2  # noqa: PLR2004 - longer lists are written with commas
            else f"one of {', '.join(known)}",
        )

    def record_type(self, name: str) -> str | None:
        """A record type by its name, or by its number where it has none."""

        def read(text: str) -> str:
            if text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_TYPE)):
                return str(_bounded(int(text), LARGEST_TYPE))
            return _TYPES[text.lower()]

        return self._read(name, read, "a DNS record type, such as A or AAAA, or its number")

    def moment(self, name: str) -> int | None:
        """A date and time, in 100 ns."""
        return self._read(name, parse_moment, "a date and time, such as 2026-07-26T14:03:05Z")

    def name(self, name: str) -> NamePattern | None:
        return self._read(name, name_pattern, "a domain name or part of one; * is any text")

    def chosen(self, name: str, known: Mapping[str, str]) -> tuple[str, ...] | None:
        """Several of `known`, separated by commas, each once."""

        def read(text: str) -> tuple[str, ...]:
            found = [known[part.strip().lower()] for part in text.split(",") if part.strip()]
            return tuple(dict.fromkeys(found))

        return self._read(name, read, f"some of {', '.join(known.values())}") or None

    def _read(self, name: str, read: Callable[[str], T], expected: str) -> T | None:
        text = self._values.get(name)
        if text is None:
            return None
        try:
            return read(text)
        except (ValueError, KeyError) as error:
            raise BadField(name, expected) from error


def _bounded(number: int, largest: int, *, least: int = 1) -> int:
    if not least <= number <= largest:
        raise ValueError(number)
    return number
