"""What each record type is made of: its parameters for add, update and delete, and its rData.

Types with rules of their own (TXT, SVCB, DS, FWD, SOA) are read in `reading`.
"""

from dataclasses import dataclass
from functools import partial

from technitium_sandbox.zones.records import values
from technitium_sandbox.zones.records.values import Reader

ALGORITHMS = {
    "RSAMD5": 1,
    "DSA": 3,
    "RSASHA1": 5,
    "DSA_NSEC3_SHA1": 6,
    "RSASHA1_NSEC3_SHA1": 7,
    "RSASHA256": 8,
    "RSASHA512": 10,
    "ECC_GOST": 12,
    "ECDSAP256SHA256": 13,
    "ECDSAP384SHA384": 14,
    "ED25519": 15,
    "ED448": 16,
}
DIGEST_TYPES = {"SHA1": 1, "SHA256": 2, "GOST_R_34_11_94": 3, "SHA384": 4}
PROXY_TYPES = {"NoProxy": 0, "DefaultProxy": 1, "Http": 2, "Socks5": 3}
_SSHFP_ALGORITHMS = {"RSA": 1, "DSA": 2, "ECDSA": 3, "Ed25519": 4, "Ed448": 6}
_SSHFP_FINGERPRINTS = {"SHA1": 1, "SHA256": 2}
_TLSA_USAGES = {"PKIX-TA": 0, "PKIX-EE": 1, "DANE-TA": 2, "DANE-EE": 3}
_TLSA_SELECTORS = {"Cert": 0, "SPKI": 1}
_TLSA_MATCHING = {"Full": 0, "SHA2-256": 1, "SHA2-512": 2}


def _choice(names: dict[str, int]) -> Reader:
    return partial(values.choice, names=names)


@dataclass(frozen=True, slots=True)
class Field:
    """One member of rData; `new` names it in an update, `also` are older names of both.

    Without `default` the parameter must be sent.
    """

    key: str
    param: str
    read: Reader
    new: str | None = None
    also: str | None = None
    default: str | None = None

    @property
    def also_new(self) -> str | None:
        return None if self.also is None else "newValue"


FIELDS: dict[str, tuple[Field, ...]] = {
    "A": (Field("ipAddress", "ipAddress", values.ipv4, "newIpAddress", "value"),),
    "AAAA": (Field("ipAddress", "ipAddress", values.ipv6, "newIpAddress", "value"),),
    "NS": (Field("nameServer", "nameServer", values.domain, "newNameServer", "value"),),
    "CNAME": (Field("cname", "cname", values.domain, None, "value"),),
    "PTR": (Field("ptrName", "ptrName", values.domain, "newPtrName", "value"),),
    "MX": (
        Field("preference", "preference", values.short, "newPreference"),
        Field("exchange", "exchange", values.domain, "newExchange", "value"),
    ),
    "RP": (
        Field("mailbox", "mailbox", values.mailbox, "newMailbox", default=""),
        Field("txtDomain", "txtDomain", values.mailbox, "newTxtDomain", default=""),
    ),
    "SRV": (
        Field("priority", "priority", values.short, "newPriority"),
        Field("weight", "weight", values.short, "newWeight"),
        Field("port", "port", values.short, "newPort"),
        Field("target", "target", values.domain, "newTarget", "value"),
    ),
    "NAPTR": (
        Field("order", "naptrOrder", values.short, "naptrNewOrder"),
        Field("preference", "naptrPreference", values.short, "naptrNewPreference"),
        Field("flags", "naptrFlags", str, "naptrNewFlags", default=""),
        Field("services", "naptrServices", str, "naptrNewServices", default=""),
        Field("regexp", "naptrRegexp", str, "naptrNewRegexp", default=""),
        Field("replacement", "naptrReplacement", values.domain, "naptrNewReplacement", default=""),
    ),
    "DNAME": (Field("dname", "dname", values.domain, None, "value"),),
    "DS": (
        Field("keyTag", "keyTag", values.short, "newKeyTag"),
        Field("algorithm", "algorithm", _choice(ALGORITHMS), "newAlgorithm"),
        Field("digestType", "digestType", _choice(DIGEST_TYPES), "newDigestType"),
        Field("digest", "digest", values.hexadecimal, "newDigest", "value"),
    ),
    "SSHFP": (
        Field("algorithm", "sshfpAlgorithm", _choice(_SSHFP_ALGORITHMS), "newSshfpAlgorithm"),
        Field(
            "fingerprintType",
            "sshfpFingerprintType",
            _choice(_SSHFP_FINGERPRINTS),
            "newSshfpFingerprintType",
        ),
        Field("fingerprint", "sshfpFingerprint", values.hexadecimal, "newSshfpFingerprint"),
    ),
    "TLSA": (
        Field(
            "certificateUsage",
            "tlsaCertificateUsage",
            _choice(_TLSA_USAGES),
            "newTlsaCertificateUsage",
        ),
        Field("selector", "tlsaSelector", _choice(_TLSA_SELECTORS), "newTlsaSelector"),
        Field("matchingType", "tlsaMatchingType", _choice(_TLSA_MATCHING), "newTlsaMatchingType"),
        Field(
            "certificateAssociationData",
            "tlsaCertificateAssociationData",
            values.hexadecimal,
            "newTlsaCertificateAssociationData",
        ),
    ),
    "URI": (
        Field("priority", "uriPriority", values.short, "newUriPriority"),
        Field("weight", "uriWeight", values.short, "newUriWeight"),
        Field("uri", "uri", values.uri, "newUri"),
    ),
    "CAA": (
        Field("flags", "flags", values.byte, "newFlags"),
        Field("tag", "tag", str, "newTag"),
        Field("value", "value", str, "newValue"),
    ),
    "ANAME": (Field("aname", "aname", values.domain, "newAName", "value"),),
    "APP": (
        Field("appName", "appName", str, None, "value"),
        Field("classPath", "classPath", str),
        Field("data", "recordData", str, default=""),
    ),
}
# For every type that has no members of its own: its bytes.
BYTES = (Field("value", "rdata", values.colon_hexadecimal, "newRData"),)
