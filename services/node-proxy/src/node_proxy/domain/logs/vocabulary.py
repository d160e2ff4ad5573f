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


def folded(words: Iterable[str]) -> Mapping[str, str]:
    """The words by their lower-case form: nodes take them in any case."""
    return {word.lower(): word for word in words}
