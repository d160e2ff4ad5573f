"""How much of the large answers of one node is held at the same time.

Each answer has its own limit; this one holds however many are under way. Small answers do not
count, so a node that sends too much in one place is still read in all others.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Final

SMALL_BYTES: Final = 1024 * 1024
MOST_BYTES: Final = 64 * 1024 * 1024


class LargeAnswers:
    """Counts what is held of answers beyond `SMALL_BYTES` of each, while they are read."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.most_bytes = most_bytes
        self._held = 0

    @contextmanager
    def reading(self) -> Generator[Callable[[int], bool]]:
        """One answer: takes its length so far, and says whether there is room for so much."""
        counted = 0

        def has_room(length: int) -> bool:
            nonlocal counted
            beyond = max(length - SMALL_BYTES, 0)
            self._held += beyond - counted
            counted = beyond
            return not beyond or self._held <= self.most_bytes

        try:
            yield has_room
        finally:
            self._held -= counted
