"""A question to a node and its reply, before either is written for anyone."""

from dataclasses import dataclass

from technitium_sandbox.dashboard.statistics import Rcode, Source
from technitium_sandbox.dns.resource_records import DnsRecord, zone_text
from technitium_sandbox.resolver.cache import ExtendedError


@dataclass(frozen=True, slots=True)
class Question:
    """In class IN; `name` in lower case and ASCII, the root is empty."""

    name: str
    type: str

    def __str__(self) -> str:
        return f"{self.name}. {self.type} IN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """`rtt_ms` is how long another server took; None when none was asked or none answered."""

    rcode: Rcode
    source: Source
    answer: tuple[DnsRecord, ...] = ()
    authority: tuple[DnsRecord, ...] = ()
    additional: tuple[DnsRecord, ...] = ()
    errors: tuple[ExtendedError, ...] = ()
    is_authoritative: bool = False
    offers_recursion: bool = False
    rtt_ms: float | None = None

    @property
    def logged(self) -> str | None:
        """The answer as query logs show it."""
        return ", ".join(zone_text(record) for record in self.answer) or None
