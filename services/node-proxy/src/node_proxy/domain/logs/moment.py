"""Moments of log rows, in the 100 ns that nodes write them with.

A float of seconds is too coarse for them, and a boundary that is off by one unit loses or repeats
a row. So a moment is a whole number of 100 ns since 1970, in UTC.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

SECOND: Final = 10_000_000
_DIGITS: Final = 7
_WHOLE: Final = len("2026-07-26T14:03:05")
_MINUTE: Final = len("2026-07-26T14:03")
_OF_MINUTE: Final = re.compile(r":([0-5][0-9])(?:\.([0-9]{1,7}))?Z")
_TO_MINUTE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def moment_of(text: str) -> int:
    """The moment of a node's own text, such as 2026-07-26T14:03:05.1234567Z.

    Raises:
        ValueError: Nodes do not write so, or there is no such day or hour.
    """
    of_minute = _OF_MINUTE.fullmatch(text, _MINUTE)
    if of_minute is None:
        raise ValueError(text)
    seconds, fraction = of_minute.groups("")
    return _minute(text[:_MINUTE]) + int(seconds + fraction.ljust(_DIGITS, "0"))


@lru_cache(maxsize=4096)
def _minute(text: str) -> int:
    """Rows of one minute stand together, and a search may read a million rows."""
    if not _TO_MINUTE.fullmatch(text):
        raise ValueError(text)
    since = datetime.fromisoformat(text).replace(tzinfo=UTC) - _EPOCH
    return (since.days * 86_400 + since.seconds) * SECOND


def moment_text(moment: int) -> str:
    """ISO 8601 in UTC, with the seven digits that lose nothing."""
    seconds, fraction = divmod(moment, SECOND)
    return f"{(_EPOCH + timedelta(seconds=seconds)).isoformat()[:_WHOLE]}.{fraction:07d}Z"


def parse_moment(text: str) -> int:
    """What a person or script wrote: ISO 8601; without an offset it is UTC.

    Raises:
        ValueError: It is no moment of the years that nodes know.
    """
    try:
        return moment_of(text)
    except ValueError:
        found = datetime.fromisoformat(text)
    try:
        since = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC) - _EPOCH
    except OverflowError as error:
        raise ValueError(text) from error
    return (since.days * 86_400 + since.seconds) * SECOND + since.microseconds * 10
