"""The sweeper: ends sessions that passed a limit, exactly as signing out would have.

It needs neither the pepper nor the session keys: the sealed session moves to the outbox unopened.
"""

from typing import Any

from redis.asyncio import Redis

from companion.keys import OUTBOX, SESSION_DEADLINES, SESSION_DUE
from companion.sessions import scripts
from companion.sessions.limits import SessionLimits
from companion.store import store_errors, store_time


async def sweep(redis: Redis, *, limits: SessionLimits, count: int) -> int:
    """Ends up to `count` sessions whose limits have really passed; any replica may, at any time.

    The sorted set only names candidates: each one's own last-seen and deadline decide, in the
    same step that ends it.

    Returns:
        How many were ended. Fewer than `count` does not mean that none is left.

    Raises:
        StoreUnavailable: Redis did not serve; asking again is harmless.
    """
    now = await store_time(redis)
    with store_errors():
        due: Any = await redis.zrangebyscore(SESSION_DEADLINES, "-inf", now, start=0, num=count)
        if not due:
            return 0
        keys = [SESSION_DEADLINES, OUTBOX, SESSION_DUE, *due]
        return int(await scripts.SWEEP.run(redis, keys=keys, args=[limits.idle_s]))
