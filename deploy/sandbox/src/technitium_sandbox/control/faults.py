"""Trouble on demand: what a node is told to do wrong with the requests it receives.

slow          the call is carried out, the answer is held back for `seconds`
hang          nothing is done and nothing is ever answered
status        nothing is done, the answer is an empty one with that HTTP status
cut           the call is carried out, the connection closes in the middle of the answer
garbage       nothing is done, the answer is a page of HTML
lose-sessions every Standard session of the node is gone, once, at the moment of asking
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    SLOW = "slow"
    HANG = "hang"
    STATUS = "status"
    CUT = "cut"
    GARBAGE = "garbage"
    LOSE_SESSIONS = "lose-sessions"


@dataclass(slots=True, kw_only=True)
class Fault:
    """`path` None means every path; `times` None means until it is cleared."""

    node: str
    kind: Kind
    path: str | None = None
    times: int | None = None
    seconds: float = 3.0
    status: int = 503

    def applies(self, node: str, path: str) -> bool:
        return self.node == node and self.path in (None, path)


class Faults:
    """Faults in force; the one added first wins where several apply."""

    def __init__(self, lose_sessions: Callable[[str], None]) -> None:
        self._lose_sessions = lose_sessions
        self._faults: list[Fault] = []

    def add(
        self,
        node: str,
        kind: str,
        *,
        path: str | None = None,
        times: int | None = None,
        seconds: float = 3.0,
        status: int = 503,
    ) -> None:
        """Have `node` (by its name in the sandbox) misbehave from now on.

        Raises:
            ValueError: `kind` is none of the kinds.
        """
        chosen = Kind(kind)
        if chosen is Kind.LOSE_SESSIONS:
            self._lose_sessions(node)
            return
        self._faults.append(
            Fault(node=node, kind=chosen, path=path, times=times, seconds=seconds, status=status)
        )

    def clear(self, node: str | None = None) -> None:
        """End the faults of one node, or all."""
        self._faults = [one for one in self._faults if node not in (None, one.node)]

    def take(self, node: str, path: str) -> Fault | None:
        """The fault for this request, counted down when it has a number of times."""
        for fault in self._faults:
            if fault.applies(node, path):
                self._count_down(fault)
                return fault
        return None

    def _count_down(self, fault: Fault) -> None:
        if fault.times is None:
            return
        fault.times -= 1
        if fault.times <= 0:
            self._faults.remove(fault)
