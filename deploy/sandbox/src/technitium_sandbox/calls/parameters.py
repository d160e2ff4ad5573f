"""How a node reads its parameters: the query before the form, with .NET's complaints.

A key that is present but empty in the query hides the form's value.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from technitium_sandbox.calls.errors import ApiError

_INT32 = (-(2**31), 2**31 - 1, "an Int32")
_INT64 = (-(2**63), 2**63 - 1, "an Int64")
_BYTE = (0, 255, "an unsigned byte")
_UINT16 = (0, 65_535, "a UInt16")
_UINT32_END = 2**32
_HEX = re.compile(r"[0-9A-Fa-f]+", re.ASCII)
_SPAN = re.compile(r"[0-9]{1,10}|([0-9]{1,10}[wdhms])+", re.ASCII)
_SPAN_PART = re.compile(r"([0-9]+)([wdhms]?)", re.ASCII)
_SPAN_UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1, "": 1}
_NUMBER = re.compile(r"\s*[+-]?[0-9]+\s*", re.ASCII)
_MOST_DIGITS = 19
_DATES = ("%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y", "%Y/%m/%d", "%d %b %Y %H:%M:%S")


class Parameters:
    """The parameters of one call; names match without regard to case."""

    __slots__ = ("form", "query")

    def __init__(self, query: Mapping[str, str], form: Mapping[str, str]) -> None:
        self.query = query
        self.form = form

    def present(self, name: str) -> str | None:
        """The value as sent, possibly empty; None when the key is not there at all."""
        key = name.lower()
        value = self.query.get(key)
        return self.form.get(key) if value is None else value

    def optional(self, name: str) -> str | None:
        """The value, or None when the key is missing or empty."""
        return self.present(name) or None

    def required(self, name: str) -> str:
        value = self.present(name)
        if not value:
            raise ApiError(f"Parameter '{name}' missing.")
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.optional(name)
        return default if value is None else as_bool(value)

    def integer(self, name: str, default: int) -> int:
        value = self.optional(name)
        return default if value is None else as_integer(value)

    def long(self, name: str, default: int) -> int:
        value = self.optional(name)
        return default if value is None else as_long(value)

    def enumeration(
        self, name: str, numbers: Mapping[str, int], *, is_wide: bool = False
    ) -> int | None:
        """The number that a value of an enumeration stands for; None when it was not sent."""
        value = self.optional(name)
        return None if value is None else as_enumeration(value, numbers, is_wide=is_wide)

    def moment(self, name: str) -> float | None:
        """Epoch seconds of a date; None when it was not sent."""
        value = self.optional(name)
        return None if value is None else as_moment(value)

    def items(self, name: str) -> list[str] | None:
        """A comma-separated list, trimmed, without empty items; None when the key is missing."""
        value = self.present(name)
        return None if value is None else as_items(value)

    def without(self, *names: str) -> "Parameters":
        """The same parameters less those named, for passing a call on."""
        drop = {name.lower() for name in names}
        return Parameters(_less(self.query, drop), _less(self.form, drop))


def collect(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Pairs as a mapping by lower-case name; repeated names are joined by a comma."""
    found: dict[str, str] = {}
    for name, value in pairs:
        key = name.lower()
        found[key] = f"{found[key]},{value}" if key in found else value
    return found


def from_urlencoded(raw: bytes) -> dict[str, str]:
    return collect(pairs(raw)) if raw else {}


def pairs(raw: bytes) -> list[tuple[str, str]]:
    """Names and values of a query or an urlencoded form, in the order and spelling sent."""
    return parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True)


def as_bool(value: str) -> bool:
    word = value.strip().lower()
    if word not in {"true", "false"}:
        raise ApiError(f"String '{value}' was not recognized as a valid Boolean.")
    return word == "true"


def as_integer(value: str) -> int:
    return _whole(value, *_INT32)


def as_long(value: str) -> int:
    return _whole(value, *_INT64)


def as_uint16(value: str) -> int:
    return _whole(value, *_UINT16)


def as_uint32(value: str) -> int:
    return _whole(value, 0, _UINT32_END - 1, "a UInt32")


def as_byte(value: str) -> int:
    return _whole(value, *_BYTE)


def as_hex_byte(value: str) -> int:
    """A byte in hexadecimal digits, as .NET reads a part of a hardware address."""
    digits = value.strip()
    if not _HEX.fullmatch(digits):
        raise ApiError(f"The input string '{value}' was not in a correct format.")
    if len(digits.lstrip("0")) > 2:  # noqa: PLR2004 - two digits are a byte
        raise ApiError(f"Value was either too large or too small for {_BYTE[2]}.")
    return int(digits, 16)


def as_ttl(value: str) -> int:
    """Seconds, or a span as `1w2d3h4m5s`."""
    text = value.strip().lower()
    if _SPAN.fullmatch(text):
        seconds = sum(int(count) * _SPAN_UNITS[unit] for count, unit in _SPAN_PART.findall(text))
        if seconds < _UINT32_END:
            return seconds
    raise ApiError(f"Failed to parse TTL from value: {value}")


def as_enumeration(value: str, numbers: Mapping[str, int], *, is_wide: bool = False) -> int:
    """The number of a name in any case, as .NET reads an enumeration of bytes or 16 bits.

    A number stands for itself, named or not; the names of a comma-separated list are OR-ed.
    """
    if not value.strip():
        raise ApiError("Must specify valid information for parsing in the string.")
    if _NUMBER.fullmatch(value):
        return _whole(value, *(_UINT16 if is_wide else _BYTE))
    by_name = {name.lower(): number for name, number in numbers.items()}
    found = 0
    for word in value.split(","):
        number = by_name.get(word.strip().lower())
        if number is None:
            raise ApiError(f"Requested value '{value}' was not found.")
        found |= number
    return found


def as_moment(value: str) -> float:
    """Epoch seconds of a date; one without an offset is UTC.

    Raises:
        ApiError: In .NET's words; callers with words of their own catch it.
    """
    text = value.strip()
    for pattern in (None, *_DATES):
        try:
            found = datetime.strptime(text, pattern) if pattern else datetime.fromisoformat(text)  # noqa: DTZ007 - the next line gives it a zone
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
        except (ValueError, OverflowError):
            continue
    raise ApiError(f"String '{value}' was not recognized as a valid DateTime.")


def as_items(value: str) -> list[str]:
    if value.lower() == "false":
        return []
    return [item for item in (part.strip() for part in value.split(",")) if item]


def as_choice(value: str, names: tuple[str, ...]) -> str:
    """One of `names` by name in any case, or by number from 1, as .NET reads an enumeration."""
    if _NUMBER.fullmatch(value):
        number = as_integer(value)
        if 1 <= number <= len(names):
            return names[number - 1]
    for name in names:
        if name.lower() == value.strip().lower():
            return name
    raise ApiError(f"Requested value '{value}' was not found.")


def _less(values: Mapping[str, str], drop: set[str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if name not in drop}


def _whole(value: str, least: int, most: int, kind: str) -> int:
    if not _NUMBER.fullmatch(value):
        raise ApiError(f"The input string '{value}' was not in a correct format.")
    digits = value.strip().lstrip("+-").lstrip("0")
    if len(digits) > _MOST_DIGITS or not least <= int(value) <= most:
        raise ApiError(f"Value was either too large or too small for {kind}.")
    return int(value)
