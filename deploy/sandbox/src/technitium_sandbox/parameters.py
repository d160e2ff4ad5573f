"""How a node reads its parameters: the query before the form, with .NET's complaints.

A key that is present but empty in the query hides the form's value.
"""

from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl

from technitium_sandbox.errors import ApiError

_INT32_MAX = 2**31 - 1


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
    try:
        number = int(value)
    except ValueError:
        raise ApiError(f"The input string '{value}' was not in a correct format.") from None
    if not -_INT32_MAX - 1 <= number <= _INT32_MAX:
        raise ApiError("Value was either too large or too small for an Int32.")
    return number


def as_items(value: str) -> list[str]:
    if value.lower() == "false":
        return []
    return [item for item in (part.strip() for part in value.split(",")) if item]


def as_choice(value: str, names: tuple[str, ...]) -> str:
    """One of `names` by name in any case, or by number from 1, as .NET reads an enumeration."""
    if value.isascii() and value.isdigit() and 1 <= int(value) <= len(names):
        return names[int(value) - 1]
    for name in names:
        if name.lower() == value.strip().lower():
            return name
    raise ApiError(f"Requested value '{value}' was not found.")


def _less(values: Mapping[str, str], drop: set[str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if name not in drop}
