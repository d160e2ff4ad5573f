"""The rest of the world as the simulated nodes see it: made up, and the same every time.

Names kept for tests and `arpa` do not exist; every other name does.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from technitium_sandbox.dashboard.statistics import Rcode
from technitium_sandbox.dns.resource_records import Data, DnsRecord

_NOT_THERE = ("test", "invalid", "arpa", "local", "localhost")
# Names of traffic that do not work, whatever is asked.
_GONE = frozenset({"oldservice.example.org"})
_BROKEN = frozenset({"flaky.partner.example"})
_TTL_S, _NEGATIVE_TTL_S = 300, 900
_ROOT_SERVER = "a.root-servers.net"


@dataclass(frozen=True, slots=True)
class WorldAnswer:
    rcode: Rcode
    answer: tuple[DnsRecord, ...] = ()
    authority: tuple[DnsRecord, ...] = ()


def world(name: str, qtype: str) -> WorldAnswer:
    """What the servers of the world answer to a question in class IN."""
    if name in _BROKEN:
        return WorldAnswer(Rcode.SERVER_FAILURE)
    if not name or name.rpartition(".")[2] in _NOT_THERE or name in _GONE:
        rcode = Rcode.NX_DOMAIN if name else Rcode.NO_ERROR
        return WorldAnswer(rcode, authority=(_soa(""),))
    data = _data(name, qtype)
    if data is None:
        return WorldAnswer(Rcode.NO_ERROR, authority=(_soa(_site(name)),))
    return WorldAnswer(Rcode.NO_ERROR, answer=(DnsRecord(name, qtype, _TTL_S, data),))


def _data(name: str, qtype: str) -> Data | None:
    shape = _SHAPES.get(qtype)
    return None if shape is None else shape(name, hashlib.sha256(name.encode()).digest())


def _soa(zone: str) -> DnsRecord:
    data = {
        "primaryNameServer": f"ns1.{zone}" if zone else _ROOT_SERVER,
        "responsiblePerson": f"hostmaster@{zone}" if zone else "nstld@verisign-grs.com",
        "serial": 2026112200,
        "refresh": 1_800,
        "retry": 900,
        "expire": 604_800,
        "minimum": _NEGATIVE_TTL_S,
    }
    return DnsRecord(zone, "SOA", _NEGATIVE_TTL_S, data)


def _site(name: str) -> str:
    """The part of a name that somebody registered."""
    return ".".join(name.split(".")[-2:])


_HTTPS = {
    "svcPriority": 1,
    "svcTargetName": "",
    "svcParams": {"alpn": "h2,h3"},
    "autoIpv4Hint": False,
    "autoIpv6Hint": False,
}
_SHAPES: dict[str, Callable[[str, bytes], Data]] = {
    "A": lambda _, digest: {"ipAddress": f"203.0.113.{digest[0] % 254 + 1}"},
    "AAAA": lambda _, digest: {
        "ipAddress": f"2001:db8:{digest[0]:x}:{digest[1]:x}::{digest[2] % 254 + 1:x}"
    },
    "HTTPS": lambda *_: _HTTPS,
    "MX": lambda name, _: {"preference": 10, "exchange": f"mail.{_site(name)}"},
    "NS": lambda name, _: {"nameServer": f"ns1.{_site(name)}"},
    "SOA": lambda name, _: _soa(_site(name)).data,
    "TXT": lambda *_: {
        "text": "v=spf1 -all",
        "splitText": False,
        "characterStrings": ["v=spf1 -all"],
    },
}
