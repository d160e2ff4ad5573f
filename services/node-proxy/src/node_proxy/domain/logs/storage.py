"""What the Companion's route about its own store of logs answers: there is none here.

The nodes keep their logs themselves, and every page searches all that they keep.
"""

from typing import Final

import msgspec


class ResponseCache(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The Companion's counters of kept answers; no page is kept here."""

    enabled: bool = False
    ttl_ms: int = 0
    max_entries: int = 0
    size: int = 0
    hits: int = 0
    misses: int = 0
    expired: int = 0
    evictions: int = 0
    sets: int = 0


class Storage(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What `GET /api/nodes/logs/storage` answers."""

    enabled: bool = False
    ready: bool = False
    retention_hours: int = 0
    poll_interval_ms: int = 0
    response_cache: ResponseCache = ResponseCache()


STORAGE: Final = Storage()
