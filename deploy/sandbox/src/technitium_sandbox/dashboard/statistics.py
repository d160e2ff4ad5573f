"""What a node counts of the queries it answered, by minute; hours and days are sums of these."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

MINUTE_S, HOUR_S, DAY_S = 60, 3_600, 86_400
_KEPT_MINUTES = 180
_KEPT_HOURS = 24 * 9
_KEPT_DAYS = 400


class Source(StrEnum):
    """Where an answer came from."""

    AUTHORITATIVE = "Authoritative"
    RECURSIVE = "Recursive"
    CACHED = "Cached"
    BLOCKED = "Blocked"
    DROPPED = "Dropped"


class Rcode(StrEnum):
    NO_ERROR = "NoError"
    SERVER_FAILURE = "ServerFailure"
    NX_DOMAIN = "NxDomain"
    REFUSED = "Refused"


@dataclass(slots=True)
class Tally:
    """The counts of one span of time."""

    queries: int = 0
    rcodes: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    types: Counter[str] = field(default_factory=Counter)
    protocols: Counter[str] = field(default_factory=Counter)
    clients: Counter[str] = field(default_factory=Counter)
    domains: Counter[str] = field(default_factory=Counter)
    blocked: Counter[str] = field(default_factory=Counter)

    def count(
        self,
        *,
        client: str,
        qname: str,
        qtype: str,
        protocol: str,
        rcode: Rcode,
        source: Source,
        times: int = 1,
    ) -> None:
        self.queries += times
        self.rcodes[rcode] += times
        self.sources[source] += times
        self.types[qtype] += times
        self.protocols[protocol] += times
        self.clients[client] += times
        if source is Source.BLOCKED:
            self.blocked[qname] += times
        elif rcode is Rcode.NO_ERROR:
            self.domains[qname] += times

    def add(self, other: "Tally") -> None:
        if not other.queries:
            return
        self.queries += other.queries
        self.rcodes.update(other.rcodes)
        self.sources.update(other.sources)
        self.types.update(other.types)
        self.protocols.update(other.protocols)
        self.clients.update(other.clients)
        self.domains.update(other.domains)
        self.blocked.update(other.blocked)

    def totals(self) -> dict[str, int]:
        """The eleven totals in the order of the API."""
        return {
            "totalQueries": self.queries,
            "totalNoError": self.rcodes[Rcode.NO_ERROR],
            "totalServerFailure": self.rcodes[Rcode.SERVER_FAILURE],
            "totalNxDomain": self.rcodes[Rcode.NX_DOMAIN],
            "totalRefused": self.rcodes[Rcode.REFUSED],
            "totalAuthoritative": self.sources[Source.AUTHORITATIVE],
            "totalRecursive": self.sources[Source.RECURSIVE],
            "totalCached": self.sources[Source.CACHED],
            "totalBlocked": self.sources[Source.BLOCKED],
            "totalDropped": self.sources[Source.DROPPED],
            "totalClients": len(self.clients),
        }


def total(tallies: Iterable[Tally]) -> Tally:
    result = Tally()
    for one in tallies:
        result.add(one)
    return result


class Stream(Protocol):
    """Queries that a node is said to have answered in the minute of that number since 1970."""

    def minute(self, number: int) -> Tally: ...


class QueryStatistics:
    """The counts of one node: a made-up stream, if there is one, and queries sent to it."""

    def __init__(self, stream: Stream | None = None, *, since: float) -> None:
        self._stream = stream
        self._since_minute = int(since) // MINUTE_S
        self._sent: dict[int, Tally] = {}
        self._minutes: dict[int, Tally] = {}
        self._hours: dict[int, Tally] = {}
        self._days: dict[int, Tally] = {}

    def sent(self, now: float) -> Tally:
        """Where to count a query that was sent at `now`; what was summed before is forgotten."""
        number = int(now) // MINUTE_S
        self._minutes.pop(number, None)
        self._hours.pop(number // 60, None)
        self._days.pop(number // (60 * 24), None)
        return self._sent.setdefault(number, Tally())

    def delete_all(self, now: float) -> None:
        self._since_minute = int(now) // MINUTE_S
        self._sent.clear()
        self._minutes.clear()
        self._hours.clear()
        self._days.clear()

    def minute(self, number: int) -> Tally:
        """The counts of a minute that is over; one that is under way counts as it will end."""
        found = self._minutes.get(number)
        if found is None:
            found = self._minute(number)
            _keep(self._minutes, number, found, _KEPT_MINUTES)
        return found

    def hour(self, number: int) -> Tally:
        if (number + 1) * 60 <= self._since_minute:
            return Tally()
        found = self._hours.get(number)
        if found is None:
            found = self._hour(number)
            _keep(self._hours, number, found, _KEPT_HOURS)
        return found

    def day(self, number: int) -> Tally:
        if (number + 1) * 24 * 60 <= self._since_minute:
            return Tally()
        found = self._days.get(number)
        if found is None:
            found = total(self._hour(number * 24 + one) for one in range(24))
            _keep(self._days, number, found, _KEPT_DAYS)
        return found

    def lifetime(self, start: float, now: float) -> Tally:
        """Everything from the node's start to the last full minute, by days where they are full."""
        number, end = max(int(start) // MINUTE_S, self._since_minute), int(now) // MINUTE_S
        result = Tally()
        while number < end:
            read, minutes = next(
                (read, minutes)
                for read, minutes in ((self.day, 1_440), (self.hour, 60), (self.minute, 1))
                if number % minutes == 0 and number + minutes <= end
            )
            result.add(read(number // minutes))
            number += minutes
        return result

    def _hour(self, number: int) -> Tally:
        return total(self._minute(number * 60 + one) for one in range(60))

    def _minute(self, number: int) -> Tally:
        result = Tally()
        if number >= self._since_minute:
            if self._stream is not None:
                result.add(self._stream.minute(number))
            if number in self._sent:
                result.add(self._sent[number])
        return result


def _keep(kept: dict[int, Tally], number: int, tally: Tally, limit: int) -> None:
    if len(kept) >= limit:
        del kept[next(iter(kept))]
    kept[number] = tally
