"""How many tails are open, so that forgotten pages cannot keep the nodes busy without end."""

from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

MOST_OF_ONE: Final = 20
MOST: Final = 400


class OpenTails:
    """Counts the tails of each person."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()

    def has_room(self, owner: str) -> bool:
        """Whether one more may be opened; each asks its nodes once a second."""
        return self._open[owner] < MOST_OF_ONE and self._open.total() < MOST

    @contextmanager
    def one_more(self, owner: str) -> Generator[None]:
        """A tail is open while the block runs."""
        self._open[owner] += 1
        try:
            yield
        finally:
            self._open[owner] -= 1
            if not self._open[owner]:
                del self._open[owner]
