"""A time to wait, in words for people."""

from math import ceil
from typing import Final

_MINUTE_S: Final = 60
_HOUR_S: Final = 3600
_DAY_S: Final = 86_400


def in_words(wait_s: float) -> str:
    """Rounded up, in the unit that leaves a small number: `15 min`, `3 h`, `7 days`."""
    if wait_s <= 2 * _HOUR_S:
        return f"{ceil(wait_s / _MINUTE_S)} min"
    if wait_s <= 2 * _DAY_S:
        return f"{ceil(wait_s / _HOUR_S)} h"
    return f"{ceil(wait_s / _DAY_S)} days"
