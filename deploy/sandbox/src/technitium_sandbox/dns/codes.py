"""The numbers of classes, response codes, protocols and response types, by a node's names."""

from technitium_sandbox.dns.record_types import NUMBERS

TYPES = NUMBERS
CLASSES = {"IN": 1, "CS": 2, "CH": 3, "HS": 4, "NONE": 254, "ANY": 255}
RCODES = {
    "NoError": 0,
    "FormatError": 1,
    "ServerFailure": 2,
    "NxDomain": 3,
    "NotImplemented": 4,
    "Refused": 5,
    "YXDomain": 6,
    "YXRRSet": 7,
    "NXRRSet": 8,
    "NotAuth": 9,
    "NotZone": 10,
    "BADVERS": 16,
    "BADCOOKIE": 23,
}
PROTOCOLS = {
    "Udp": 0,
    "Tcp": 1,
    "Tls": 2,
    "Https": 3,
    "HttpsJson": 4,
    "Quic": 5,
    "UdpProxy": 253,
    "TcpProxy": 254,
}
RESPONSE_TYPES = {
    "Authoritative": 1,
    "Recursive": 2,
    "Cached": 3,
    "Blocked": 4,
    "UpstreamBlocked": 5,
    "UpstreamBlockedCached": 6,
    "Dropped": 7,
}

TYPE_NAMES = {number: name for name, number in TYPES.items()}
CLASS_NAMES = {number: name for name, number in CLASSES.items()}
RCODE_NAMES = {number: name for name, number in RCODES.items()}
PROTOCOL_NAMES = {number: name for name, number in PROTOCOLS.items()}
RESPONSE_TYPE_NAMES = {number: name for name, number in RESPONSE_TYPES.items()}
