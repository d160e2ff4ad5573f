"""The outbox: Technitium tokens whose sessions are over, kept until each is ended at its node.

Whoever takes an entry ends its tokens and says so. What a process took and did not finish is
given to another one, so a token may be ended more than once, and none is forgotten.
"""

import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from companion.keys import OUTBOX, OUTBOX_GROUP
from companion.sessions import scripts
from companion.sessions.codec import open_doomed, seal_tokens
from companion.sessions.record import DoomedToken
from companion.sessions.seal import KeyRing, SealBroken, UnknownKey
from companion.sessions.sweeper import sweep
from companion.store import store_errors
from companion.wire import WireError

__all__ = ["DoomedToken", "Outbox", "OutboxEntry", "sweep"]

_FORGOTTEN_MS = 86_400_000
_START = "0-0"

_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxEntry:
    """Some tokens to end.

    Attributes:
        id: Its place in the stream.
        tokens: What is left to end; empty where there is a problem.
        added: Epoch seconds at which the first of its tokens came here.
        problem: Why it cannot be read, in words, or None. It stays until it can be (a session key
            may come back) or its reader gives it up by `done`.
    """

    id: str
    tokens: tuple[DoomedToken, ...]
    added: float
    problem: str | None = None


class Outbox:
    """The reading side of the outbox, shared by all gateways.

    All methods raise StoreUnavailable when Redis does not serve; nothing is lost by that.
    """

    def __init__(self, redis: Redis, *, keyring: KeyRing) -> None:
        self._redis = redis
        self._keyring = keyring
        self._reclaimed_to = _START

    async def ensure(self) -> None:
        """Creates the consumer group where there is none; it begins with the oldest entry.

        Consumers that have been silent for a day and hold nothing are forgotten.
        """
        with store_errors():
            await self._create_group()
            await scripts.FORGET.run(self._redis, keys=[OUTBOX], args=[OUTBOX_GROUP, _FORGOTTEN_MS])

    async def take(self, consumer: str, *, count: int, idle_ms: int) -> list[OutboxEntry]:
        """Up to `count` new entries, and up to as many that were taken and not finished.

        Never waits for entries: ask again after a pause. Works on a server that lost its data.

        Args:
            consumer: Names this process; a fresh name per process.
            count: Bounds the answer as said above.
            idle_ms: Milliseconds after which an entry that somebody took is given out again:
                longer than the work on one takes.
        """
        with store_errors():
            # In this order, so that what is new is not at once taken for unfinished.
            stuck = await self._in_group(lambda: self._reclaim(consumer, count, idle_ms))
            fresh = await self._in_group(lambda: self._read(consumer, count))
        return [self._entry(entry_id, fields) for entry_id, fields in [*stuck, *fresh]]

    async def done(self, entry: OutboxEntry) -> None:
        """Removes an entry whose tokens have all been ended, or are given up."""
        with store_errors():
            await scripts.DONE.run(self._redis, keys=[OUTBOX], args=[OUTBOX_GROUP, entry.id])

    async def narrow(self, entry: OutboxEntry, remaining: Sequence[DoomedToken]) -> None:
        """Replaces an entry by one with the tokens that are left, as old as the first was.

        The new entry is given out at once: do this when a token of it was ended, not for a retry.
        """
        if not remaining:
            await self.done(entry)
            return
        # The old id makes the name unique: an entry is narrowed once.
        name = f"tokens:{entry.id}"
        blob = seal_tokens(remaining, name=name, keyring=self._keyring)
        with store_errors():
            await scripts.NARROW.run(
                self._redis,
                keys=[OUTBOX],
                args=[OUTBOX_GROUP, entry.id, name, blob, f"{entry.added:.3f}"],
            )

    async def depth(self) -> int:
        """How many entries there are, taken ones included."""
        with store_errors():
            return int(await self._redis.xlen(OUTBOX))

    async def _create_group(self) -> None:
        try:
            await self._redis.xgroup_create(OUTBOX, OUTBOX_GROUP, id="0", mkstream=True)
        except ResponseError as exc:
            if not str(exc).startswith("BUSYGROUP"):
                raise

    async def _in_group(self, ask: Callable[[], Awaitable[_Answer]]) -> _Answer:
        """What `ask` answers, after making the group anew if the server lost it."""
        try:
            return await ask()
        except ResponseError as exc:
            if not str(exc).startswith("NOGROUP"):
                raise
        await self._create_group()
        return await ask()

    async def _read(self, consumer: str, count: int) -> list[tuple[bytes, dict[bytes, bytes]]]:
        answer: Any = await self._redis.xreadgroup(
            OUTBOX_GROUP, consumer, {OUTBOX: ">"}, count=count
        )
        return [entry for _, entries in answer or [] for entry in entries]

    async def _reclaim(
        self, consumer: str, count: int, idle_ms: int
    ) -> list[tuple[bytes, dict[bytes, bytes]]]:
        """Goes round the unfinished entries, so that fresh ones at the front hide none behind."""
        answer: Any = await self._redis.xautoclaim(
            OUTBOX, OUTBOX_GROUP, consumer, idle_ms, start_id=self._reclaimed_to, count=count
        )
        self._reclaimed_to = answer[0]
        # Redis 6.2 answers nothing in the place of an entry that was deleted.
        return [(entry_id, fields) for entry_id, fields in answer[1] if entry_id is not None]

    def _entry(self, entry_id: bytes, fields: dict[bytes, bytes]) -> OutboxEntry:
        shown = entry_id.decode()
        tokens, problem = self._tokens(fields)
        added = _seconds(fields.get(b"added")) or int(shown.partition("-")[0]) / 1000
        return OutboxEntry(id=shown, tokens=tokens, added=added, problem=problem)

    def _tokens(self, fields: dict[bytes, bytes]) -> tuple[tuple[DoomedToken, ...], str | None]:
        name, blob = fields.get(b"key", b""), fields.get(b"blob", b"")
        try:
            text = name.decode()
            return open_doomed(blob, name=text, keyring=self._keyring), None
        except (UnknownKey, SealBroken, WireError) as exc:
            return (), str(exc)
        except UnicodeDecodeError:
            return (), "The name of an outbox entry is no text."


def _seconds(text: bytes | None) -> float | None:
    """The number that `added` holds, or None: somebody else may have written anything."""
    try:
        seconds = float(text) if text else None
    except ValueError:
        return None
    return seconds if seconds is not None and math.isfinite(seconds) else None
