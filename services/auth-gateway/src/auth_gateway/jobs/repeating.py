"""Does one thing again and again, whatever came of it the last time."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from companion.store import StoreUnavailable

log = structlog.get_logger(__name__)


async def repeat(once: Callable[[], Awaitable[None]], *, every_s: float, job: str) -> None:
    """Until cancelled, with a pause of `every_s` seconds; `job` is its name in the log.

    While Redis is away it does nothing but try.
    """
    while True:
        try:
            await once()
        except StoreUnavailable as exc:
            log.debug("a job waits for Redis", job=job, reason=str(exc))
        except Exception:
            log.exception("a job failed and goes on", job=job)
        await asyncio.sleep(every_s)
