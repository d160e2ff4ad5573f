"""What nodes have just answered, kept for seconds for the very person who asked.

Identical calls that come while one is under way wait for that one. An entry is known by the
person, the node, the call and its parameters, so nothing reaches anybody else. It takes the place
of the one before it: a write, which raises the generation of the session, leaves nothing old
behind, neither to be given out nor in memory.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from companion.technitium.calls import Call

Answer = dict[str, Any]

# The oldest go first; each is the answer to one call of a page.
_MOST_ENTRIES: Final = 1_024
# Longer than any answer may be given again.
_KEPT_S: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, on whose behalf; of two generations it is the same question."""

    owner: str
    generation: int = field(compare=False)
    node_id: str
    path: str
    params: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True, kw_only=True)
class _Entry:
    task: asyncio.Task[Answer]
    generation: int
    is_kept: bool
    came: float | None = field(default=None)


class AnswerMemory:
    """The answers of one process. Failures are shared with whoever waits, and not kept.

    `most_entries` bounds what is kept; `monotonic` is a clock in seconds that never goes back.
    """

    def __init__(
        self, *, monotonic: Callable[[], float], most_entries: int = _MOST_ENTRIES
    ) -> None:
        self._monotonic = monotonic
        self._most_entries = most_entries
        self._entries: OrderedDict[Question, _Entry] = OrderedDict()
        self._under_way: set[asyncio.Task[Answer]] = set()

    def __len__(self) -> int:
        return len(self._entries)

    async def get(
        self, question: Question, ask: Callable[[], Awaitable[Answer]], *, max_age_s: float
    ) -> Answer:
        """The answer, at most `max_age_s` old; asked now if nobody has or is doing so.

        Whoever waits may be cancelled without harm to the others; the call itself runs to its end.
        The answer is shared: it must not be changed.

        Raises:
            NodeError: As the call does, to everybody who waits for it.
        """
        entry = self._entries.get(question)
        if entry is None or not self._is_fresh(entry, question.generation, max_age_s):
            entry = self._begin(question, ask, is_kept=max_age_s > 0)
        return await asyncio.shield(entry.task)

    async def aclose(self) -> None:
        """End what is under way and forget everything."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        self._entries.clear()

    def _is_fresh(self, entry: _Entry, generation: int, max_age_s: float) -> bool:
        if entry.generation < generation:
            return False
        if entry.came is None:
            return True
        return self._monotonic() - entry.came < max_age_s

    def _begin(
        self, question: Question, ask: Callable[[], Awaitable[Answer]], *, is_kept: bool
    ) -> _Entry:
        async def run() -> Answer:
            return await ask()

        task = asyncio.create_task(run(), name=f"ask {question.path}")
        entry = _Entry(task=task, generation=question.generation, is_kept=is_kept)
        self._under_way.add(entry.task)
        entry.task.add_done_callback(lambda task: self._came(question, entry, task))
        self._entries[question] = entry
        self._entries.move_to_end(question)
        self._forget_old()
        return entry

    def _came(self, question: Question, entry: _Entry, task: asyncio.Task[Answer]) -> None:
        self._under_way.discard(task)
        # Thousands of rows of a log, which nobody is given again, must not lie about.
        if task.cancelled() or task.exception() is not None or not entry.is_kept:
            if self._entries.get(question) is entry:
                del self._entries[question]
            return
        entry.came = self._monotonic()

    def _forget_old(self) -> None:
        """Drop what nobody may be given any more, and the oldest of what is too many."""
        now = self._monotonic()
        while self._entries:
            question, entry = next(iter(self._entries.items()))
            is_over = entry.came is not None and now - entry.came >= _KEPT_S
            if not is_over and len(self._entries) <= self._most_entries:
                return
            del self._entries[question]


def question_of(
    owner: str, generation: int, node_id: str, call: Call, params: Mapping[str, str] | None
) -> Question:
    """The question that a call is."""
    return Question(
        owner=owner,
        generation=generation,
        node_id=node_id,
        path=call.path,
        params=tuple(sorted((params or {}).items())),
    )
