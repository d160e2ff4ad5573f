"""The cache of a node: what others answered it, until its time is over or it is flushed."""

from dataclasses import dataclass, field, replace

from technitium_sandbox.dashboard.statistics import Rcode
from technitium_sandbox.dns.resource_records import DnsRecord

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ExtendedError:
    """Why an answer is as it is, told beside the response code."""

    code: str
    text: str


@dataclass(slots=True, kw_only=True)
class CachedAnswer:
    """An answer of another server; times are epoch seconds, `server` is its address."""

    rcode: Rcode
    records: tuple[DnsRecord, ...] = ()
    authority: tuple[DnsRecord, ...] = ()
    errors: tuple[ExtendedError, ...] = ()
    stored: float
    expires: float
    last_used: float
    server: str = ""
    protocol: str = "Udp"
    datagram_size: int = 0
    rtt_ms: float = 0.0

    def aged(self, now: float) -> tuple[tuple[DnsRecord, ...], tuple[DnsRecord, ...]]:
        """Answer and authority with what is left of their times."""
        passed = int(now - self.stored)
        return _aged(self.records, passed), _aged(self.authority, passed)


@dataclass(slots=True)
class DnsCache:
    """Answers by name and type; `elsewhere` are entries that are only said to be there."""

    entries: dict[Key, CachedAnswer] = field(default_factory=dict)
    elsewhere: int = 0

    def __len__(self) -> int:
        return self.elsewhere + len(self.entries)

    def get(self, name: str, qtype: str, now: float) -> CachedAnswer | None:
        found = self.entries.get((name, qtype))
        if found is None or found.expires <= now:
            return None
        found.last_used = now
        return found

    def put(self, name: str, qtype: str, answer: CachedAnswer, *, most: int = 0) -> None:
        """Keep an answer; with more than `most` the oldest goes, and 0 is no limit."""
        self.entries[name, qtype] = answer
        if most and len(self.entries) > most:
            del self.entries[next(iter(self.entries))]

    def delete(self, domain: str) -> None:
        """Forget a name and everything under it; the root is everything."""
        if not domain:
            self.flush()
        for key in [key for key in self.entries if _is_under(key[0], domain)]:
            del self.entries[key]

    def flush(self) -> None:
        self.entries.clear()
        self.elsewhere = 0


def _is_under(name: str, domain: str) -> bool:
    return not domain or name == domain or name.endswith(f".{domain}")


def _aged(records: tuple[DnsRecord, ...], passed: int) -> tuple[DnsRecord, ...]:
    if not passed:
        return records
    return tuple(replace(record, ttl=max(record.ttl - passed, 0)) for record in records)
