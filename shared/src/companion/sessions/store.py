"""The sessions in Redis: made, opened, changed and ended, each in one step that races with none.

A process keeps no session between requests: what Redis says at this moment is what counts.
"""

import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog
from redis.asyncio import Redis

from companion.keys import (
    OUTBOX,
    SESSION_DEADLINES,
    SESSION_DUE,
    SESSION_KEPT_S,
    SESSION_PREFIX,
    SESSIONS_OF_PREFIX,
)
from companion.sessions import scripts
from companion.sessions.codec import open_session, seal_session, seal_tokens
from companion.sessions.cookie import is_well_formed, new_value
from companion.sessions.errors import SessionInvalid, SessionKeyUnknown
from companion.sessions.limits import SessionLimits
from companion.sessions.reading import Readings
from companion.sessions.record import DoomedToken, SessionRecord, tokens_lost
from companion.sessions.seal import KeyRing, Pepper, SealBroken, UnknownKey
from companion.store import store_errors, store_time
from companion.wire import WireError

__all__ = [
    "DoomedToken",
    "OpenSession",
    "SessionInvalid",
    "SessionKeyUnknown",
    "SessionStore",
]

_log = structlog.get_logger(__name__)

_NEVER_TOUCHED_S = -1.0
_NAME_BYTES = 16
_LISTED_AT_ONCE = 100

# How long after its start a session is first looked after: whether its user still exists is known
# a minute later at the latest.
FIRST_DUE_S = 45.0


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """One session as it was at one moment.

    Attributes:
        record: What was sealed.
        key: Its Redis key; stays in this process, since a log is no place for it.
        blob: The sealed form, which `rewrite` compares.
        generation: Raised by every write that caches must notice.
        seen: Epoch seconds of the last activity, at most a minute behind.
        deadline: Epoch seconds of its absolute end.
        now: The time of Redis when it was read, epoch seconds.
    """

    record: SessionRecord
    key: str
    blob: bytes
    generation: int
    seen: float
    deadline: float
    now: float


class SessionStore:
    """Every session of the stack; any number of replicas share them.

    All methods raise StoreUnavailable when Redis does not serve, and none then says that a
    session is not valid.
    """

    def __init__(
        self,
        redis: Redis,
        *,
        keyring: KeyRing,
        pepper: Pepper,
        limits: SessionLimits,
        randomness: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._redis = redis
        self._keyring = keyring
        self._pepper = pepper
        self._limits = limits
        self._randomness = randomness
        self._readings: Readings[OpenSession] = Readings(redis, scripts.OPEN)

    async def create(
        self, record_of: Callable[[float], SessionRecord], *, replaces: str | None = None
    ) -> tuple[str, OpenSession]:
        """Stores a new session and ends the one that the browser had before.

        Args:
            record_of: Makes the record, given the time of Redis, which is its `created`.
            replaces: The cookie value that the browser sent along, if any.

        Returns:
            The cookie value, which exists nowhere else, and the session.
        """
        record = record_of(await store_time(self._redis))
        cookie = new_value(self._randomness)
        key = _key(self._pepper.digest(cookie))
        blob = seal_session(record, name=key, keyring=self._keyring)
        deadline = record.created + self._limits.max_age_s
        with store_errors():
            now = await scripts.CREATE.run(
                self._redis,
                keys=[
                    *(key, SESSION_DEADLINES, OUTBOX, SESSION_DUE),
                    self._indexes(record.user)[0],
                    *self._keys(replaces),
                ],
                args=[blob, deadline, self._limits.idle_s, SESSION_KEPT_S, FIRST_DUE_S],
            )
        return cookie, OpenSession(
            record=record,
            key=key,
            blob=blob,
            generation=1,
            seen=float(now),
            deadline=deadline,
            now=float(now),
        )

    async def open(self, cookie: str, *, activity: bool) -> OpenSession:
        """The session of a cookie, in one round trip.

        Args:
            cookie: The value that the client sent.
            activity: Whether this moves the idle limit; polling does not.

        Raises:
            SessionInvalid: There is none, it has passed a limit, or it was forged.
            SessionKeyUnknown: It was sealed with a key that this process lacks.
        """
        keys = self._keys(cookie)
        if not keys:
            raise SessionInvalid("malformed")
        return await self._open(keys, self._limits.touch_s if activity else _NEVER_TOUCHED_S)

    async def open_key(self, key: str) -> OpenSession:
        """The session of a Redis key that a list of sessions named; never counts as activity.

        Raises:
            SessionInvalid: There is none, it has passed a limit, or it was forged.
            SessionKeyUnknown: It was sealed with a key that this process lacks.
        """
        return await self._open([key], _NEVER_TOUCHED_S)

    async def of_user(self, user: str) -> list[OpenSession]:
        """The sessions of a user name that live now, oldest first; none of them is touched.

        A name is one in whatever case it was typed. It says nothing of which node knows it: two
        people of different nodes may share one. What cannot be opened here is left out.
        """
        sessions: list[OpenSession] = []
        for index in self._indexes(user):
            with store_errors():
                found: Any = await self._redis.zrange(index, 0, -1)
            keys = [key for key in found if key.startswith(SESSION_PREFIX.encode())]
            for start in range(0, len(keys), _LISTED_AT_ONCE):
                sessions += await self._living(index, keys[start : start + _LISTED_AT_ONCE])
        own = [one for one in sessions if folded(one.record.user) == folded(user)]
        return sorted(own, key=lambda one: one.record.created)

    async def _living(self, index: str, keys: Sequence[bytes]) -> list[OpenSession]:
        with store_errors():
            answers = await scripts.LIVING.run(
                self._redis, keys=[index, *keys], args=[self._limits.idle_s]
            )
        living = []
        for answer in answers:
            with suppress(SessionInvalid, SessionKeyUnknown):
                living.append(self._opened(*answer))
        return [one for one in living if one.now < one.deadline]

    async def _open(self, keys: Sequence[str], touch_s: float) -> OpenSession:
        reading = self._readings.ask([SESSION_DEADLINES, *keys], [self._limits.idle_s, touch_s])
        answer = await reading.answer()
        if isinstance(answer, bytes):
            raise SessionInvalid(answer.decode())
        session = reading.value = reading.value or self._opened(*answer)
        if session.now >= session.deadline:
            raise SessionInvalid("expired")
        return session

    async def rewrite(
        self, session: OpenSession, change: Callable[[SessionRecord], SessionRecord]
    ) -> OpenSession:
        """Changes what a session holds, as it is now rather than as it was read.

        Where somebody else was faster, `change` is applied again to what they wrote, so it must
        be a pure function that looks at the record it is given. Tokens that it drops go to the
        outbox in the same step; tokens that it brings go there if the session is gone.

        Raises:
            SessionInvalid: The session was ended meanwhile.
            SessionKeyUnknown: It was sealed again with a key that this process lacks.
        """
        while True:
            changed = change(session.record)
            blob = seal_session(changed, name=session.key, keyring=self._keyring)
            with store_errors():
                answer = await scripts.REWRITE.run(
                    self._redis,
                    keys=[session.key, OUTBOX],
                    args=[
                        session.blob,
                        blob,
                        *self._doomed(tokens_lost(session.record, changed)),
                        *self._doomed(tokens_lost(changed, session.record)),
                    ],
                )
            if isinstance(answer, bytes):
                raise SessionInvalid("unknown")
            stored, *fields = answer
            session = self._opened(session.key.encode(), *fields)
            # Where somebody else has made the very same change, there is none left to make.
            if stored or change(session.record) == session.record:
                return session

    async def end(self, cookie: str) -> bool:
        """Ends the session of a cookie: it opens no more, and its tokens are in the outbox.

        Returns:
            Whether there was one. An unreadable or overdue session is ended as well.
        """
        keys = self._keys(cookie)
        return bool(await self._end(keys)) if keys else False

    async def end_key(self, key: str) -> bool:
        """Ends the session of a Redis key, exactly as `end` does that of a cookie."""
        return bool(await self._end([key]))

    async def end_all(self, sessions: Sequence[OpenSession]) -> int:
        """Ends sessions that a list named, in one step; the result is how many there still were."""
        return await self._end([session.key for session in sessions]) if sessions else 0

    async def _end(self, keys: Sequence[str]) -> int:
        with store_errors():
            ended = await scripts.END.run(
                self._redis, keys=[SESSION_DEADLINES, OUTBOX, SESSION_DUE, *keys]
            )
        return int(ended)

    async def raise_generation(self, session: OpenSession) -> int:
        """Makes every replica's cache of this session stale and returns the new generation.

        Raises:
            SessionInvalid: The session was ended meanwhile.
        """
        with store_errors():
            generation = int(await scripts.RAISE.run(self._redis, keys=[session.key]))
        if not generation:
            raise SessionInvalid("unknown")
        return generation

    async def discard(self, tokens: Sequence[DoomedToken]) -> None:
        """Puts tokens that never made it into a session into the outbox, sealed."""
        if not tokens:
            return
        name, blob = self._doomed(tokens)
        with store_errors():
            await self._redis.xadd(OUTBOX, {"key": name, "blob": blob})

    def _keys(self, cookie: str | None) -> list[str]:
        """The Redis keys that may hold the session of a cookie; none for a malformed one."""
        if cookie is None or not is_well_formed(cookie):
            return []
        return [_key(digest) for digest in self._pepper.digests(cookie)]

    def _indexes(self, user: str) -> list[str]:
        """The Redis keys that may hold the index of a user name, the one for new sessions first."""
        digests = self._pepper.digests(f"name:{folded(user)}")
        return [f"{SESSIONS_OF_PREFIX}{digest.hex()}" for digest in digests]

    def _doomed(self, tokens: Sequence[DoomedToken]) -> tuple[str, bytes]:
        """The name and blob of an outbox entry with these tokens, both empty without any."""
        if not tokens:
            return "", b""
        name = f"tokens:{self._randomness(_NAME_BYTES).hex()}"
        return name, seal_tokens(tokens, name=name, keyring=self._keyring)

    def _opened(  # noqa: PLR0917 - the answer of a script, in its order
        self, key: bytes, blob: bytes, seen: bytes, deadline: bytes, generation: bytes, now: bytes
    ) -> OpenSession:
        record = self._record(key.decode(), blob)
        try:
            times = float(seen), float(deadline)
            number = int(generation) if generation.isdigit() else 0
        except ValueError as exc:
            # Lua reads more forms of numbers, and longer ones; we write none of these.
            raise SessionInvalid("broken") from exc
        return OpenSession(
            record=record,
            key=key.decode(),
            blob=blob,
            generation=number,
            # Nobody was here at a moment that is yet to come.
            seen=min(times[0], float(now)),
            # What is sealed holds, whatever somebody wrote beside it.
            deadline=min(times[1], record.created + self._limits.max_age_s),
            now=float(now),
        )

    def _record(self, key: str, blob: bytes) -> SessionRecord:
        shown = key.removeprefix(SESSION_PREFIX)[:8]
        try:
            return open_session(blob, name=key, keyring=self._keyring)
        except UnknownKey as exc:
            _log.error("session_key_unknown", key_id=exc.key_id, session=shown)
            raise SessionKeyUnknown(exc.key_id) from exc
        except (SealBroken, WireError) as exc:
            _log.warning("session_seal_broken", problem=str(exc), session=shown)
            raise SessionInvalid("broken") from exc


def folded(user: str) -> str:
    """The one form of a user name, by which sessions of the same name are found."""
    return user.strip().casefold()


def _key(digest: bytes) -> str:
    return f"{SESSION_PREFIX}{digest.hex()}"
