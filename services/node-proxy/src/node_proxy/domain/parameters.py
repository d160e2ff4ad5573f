"""The parameters of a forwarded call: read once, by one rule, and without what is ours to say.

A name in the query hides the same name in the form, and repeated names are joined by a comma, as
Technitium reads them; names do not differ by case.
"""

from collections.abc import Iterable
from typing import Final
from urllib.parse import parse_qsl

from companion.problems import Problem
from companion.technitium.bodies import Fields

# Whose call it is and which node it is for, is said by the session and the path alone.
OURS: Final = frozenset({"token", "node", "actinguser"})
MOST_FIELDS: Final = 1024


def read_urlencoded(text: bytes) -> list[tuple[str, str]]:
    """Names and values of a query or form, as sent.

    Raises:
        Problem: There are too many.
    """
    try:
        return parse_qsl(
            text.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS
        )
    except ValueError as error:
        raise Problem(
            "invalid_request", f"No more than {MOST_FIELDS} parameters are accepted."
        ) from error


def merged(query: Iterable[tuple[str, str]], form: Iterable[tuple[str, str]]) -> Fields:
    """One set of parameters out of both places, less those that are ours to say."""
    first = _joined(query)
    hidden = {folded(name) for name in first}
    second = {name: value for name, value in _joined(form).items() if folded(name) not in hidden}
    return (*first.items(), *second.items())


def is_ours(name: str) -> bool:
    """Whether no caller may say this."""
    return folded(name) in OURS


def folded(name: str) -> str:
    """One spelling for all that some reader takes for the same name."""
    return name.strip().casefold()


def is_true(fields: Fields, name: str) -> bool:
    """Whether a switch is on, as .NET reads one; what it cannot read counts, to be careful."""
    values = [value.strip().lower() for key, value in fields if folded(key) == name]
    return any(value not in {"", "false"} for value in values)


def _joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """By the spelling that came first."""
    spelled: dict[str, str] = {}
    found: dict[str, str] = {}
    for name, value in pairs:
        if is_ours(name):
            continue
        key = spelled.setdefault(folded(name), name)
        found[key] = f"{found[key]},{value}" if key in found else value
    return found
