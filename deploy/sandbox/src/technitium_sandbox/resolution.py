"""How a node would answer a query that the control port sends: its outcome, not its records."""

from collections.abc import Callable
from dataclasses import dataclass, field

from technitium_sandbox.statistics import QueryStatistics, Rcode, Source
from technitium_sandbox.zones import ZoneTable

_NOT_ON_THE_INTERNET = ("test", "invalid", "arpa")


def internet(qname: str) -> Rcode:
    """What the rest of the world says: every name is there, but for those kept for tests."""
    last = qname.rpartition(".")[2]
    return Rcode.NX_DOMAIN if last in _NOT_ON_THE_INTERNET else Rcode.NO_ERROR


@dataclass(slots=True)
class Resolver:
    """Blocked names first, then own zones, then the cache, then the world."""

    zones: ZoneTable
    upstream: Callable[[str], Rcode] = internet
    blocked: set[str] = field(default_factory=set)
    cached: dict[tuple[str, str], Rcode] = field(default_factory=dict)
    other_cached_entries: int = 0

    @property
    def cached_entries(self) -> int:
        return self.other_cached_entries + len(self.cached)

    def resolve(self, qname: str, qtype: str) -> tuple[Rcode, Source]:
        if self._is_blocked(qname):
            return Rcode.NX_DOMAIN, Source.BLOCKED
        zone = self.zones.closest(qname)
        if zone is not None:
            exists = qname == zone.name or qname in zone.hosts
            return (Rcode.NO_ERROR if exists else Rcode.NX_DOMAIN), Source.AUTHORITATIVE
        if (qname, qtype) in self.cached:
            return self.cached[qname, qtype], Source.CACHED
        self.cached[qname, qtype] = self.upstream(qname)
        return self.cached[qname, qtype], Source.RECURSIVE

    def _is_blocked(self, qname: str) -> bool:
        labels = qname.split(".")
        return any(".".join(labels[start:]) in self.blocked for start in range(len(labels)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A question asked `times` times by one client."""

    to: str
    client: str
    qname: str
    qtype: str = "A"
    protocol: str = "Udp"
    times: int = 1


def ask(query: Query, resolver: Resolver, statistics: QueryStatistics, now: float) -> None:
    """Resolve and count, one by one, since the first answer may fill the cache for the next."""
    tally, qname = statistics.sent(now), query.qname.lower()
    for _ in range(query.times):
        rcode, source = resolver.resolve(qname, query.qtype)
        tally.count(
            client=query.client,
            qname=qname,
            qtype=query.qtype,
            protocol=query.protocol,
            rcode=rcode,
            source=source,
        )
