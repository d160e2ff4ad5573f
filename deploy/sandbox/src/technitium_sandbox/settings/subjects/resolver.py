"""Recursion, and the cache of what it found."""

from technitium_sandbox.calls.parameters import as_bool, as_integer, as_long, as_ttl
from technitium_sandbox.settings import values
from technitium_sandbox.settings.field import choice, networks, plain, special

_RECURSION = (
    special("recursion", choice("recursion", values.RECURSIONS), is_shared=True),
    networks("recursionNetworkACL", is_shared=True, may_refuse=True),
    *plain(as_bool, ("randomizeName", "qnameMinimization"), is_shared=True),
    *plain(
        as_integer,
        ("resolverRetries", "resolverTimeout", "resolverConcurrency", "resolverMaxStackCount"),
        is_shared=True,
    ),
)
_CACHE = (
    *plain(as_bool, ("saveCache", "serveStale")),
    *plain(as_ttl, ("serveStaleTtl", "serveStaleAnswerTtl", "serveStaleResetTtl")),
    *plain(as_integer, ("serveStaleMaxWaitTime",)),
    *plain(as_long, ("cacheMaximumEntries",)),
    *plain(
        as_ttl,
        (
            "cacheMinimumRecordTtl",
            "cacheMaximumRecordTtl",
            "cacheNegativeRecordTtl",
            "cacheFailureRecordTtl",
        ),
    ),
    *plain(
        as_integer,
        (
            "cachePrefetchEligibility",
            "cachePrefetchTrigger",
            "cachePrefetchSampleIntervalInMinutes",
            "cachePrefetchSampleEligibilityHitsPerHour",
        ),
    ),
)
FIELDS = (*_RECURSION, *_CACHE)
