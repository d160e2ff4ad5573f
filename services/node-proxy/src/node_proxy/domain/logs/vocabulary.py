"""The words that Technitium's query logs use, and which of them mean "blocked"."""

from collections.abc import Iterable, Mapping
from typing import Final

PROTOCOLS: Final = ("Udp", "Tcp", "Tls", "Https", "HttpsJson", "Quic", "UdpProxy", "TcpProxy")
BLOCKED: Final = ("Blocked", "UpstreamBlocked", "UpstreamBlockedCached")
ALLOWED: Final = ("Authoritative", "Recursive", "Cached")
RESPONSE_TYPES: Final = (*ALLOWED, *BLOCKED, "Dropped")
RCODES: Final = (
    *("NoError", "FormatError", "ServerFailure", "NxDomain", "NotImplemented", "Refused"),
    *("YXDomain", "YXRRSet", "NXRRSet", "NotAuth", "NotZone", "BADVERS", "BADCOOKIE"),
)
CLASSES: Final = ("IN", "CS", "CH", "HS", "NONE", "ANY")
TYPES: Final = (
    *("A", "NS", "CNAME", "SOA", "PTR", "HINFO", "MX", "TXT", "RP", "AFSDB", "AAAA", "LOC", "SRV"),
    *("NAPTR", "KX", "CERT", "DNAME", "OPT", "APL", "DS", "SSHFP", "IPSECKEY", "RRSIG", "NSEC"),
    *("DNSKEY", "DHCID", "NSEC3", "NSEC3PARAM", "TLSA", "SMIMEA", "HIP", "CDS", "CDNSKEY"),
    *("OPENPGPKEY", "CSYNC", "ZONEMD", "SVCB", "HTTPS", "SPF", "EUI48", "EUI64", "TSIG", "IXFR"),
    *("AXFR", "ANY", "URI", "CAA", "ANAME", "FWD", "APP", "ALIAS"),
)
LARGEST_TYPE: Final = 65_535


def folded(words: Iterable[str]) -> Mapping[str, str]:
    """The words by their lower-case form: nodes take them in any case."""
    return {word.lower(): word for word in words}
