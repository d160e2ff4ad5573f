"""When a node that failed may be asked again: soon at first, then rarer, at most every 30 s."""

from collections.abc import Callable
from typing import Final

LONGEST_PAUSE_S: Final = 30.0


class NodePatience:
    """Remembers failures by node; in this process alone, since another may reach the node."""

    def __init__(self, *, monotonic: Callable[[], float], first_pause_s: float) -> None:
        self._monotonic = monotonic
        self._first_pause_s = first_pause_s
        self._failures: dict[str, int] = {}
        self._not_before: dict[str, float] = {}

    def may_ask(self, node_id: str) -> bool:
        return self._monotonic() >= self._not_before.get(node_id, float("-inf"))

    def failed(self, node_id: str) -> None:
        failures = self._failures.get(node_id, 0)
        pause_s = min(LONGEST_PAUSE_S, self._first_pause_s * 2.0**failures)
        # Beyond the longest pause there is nothing to count.
        self._failures[node_id] = failures + (pause_s < LONGEST_PAUSE_S)
        self._not_before[node_id] = self._monotonic() + pause_s

    def answered(self, node_id: str) -> None:
        self._failures.pop(node_id, None)
        self._not_before.pop(node_id, None)
