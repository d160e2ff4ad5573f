"""The record types that have a name in Technitium; any other has its number alone."""

from typing import Final

TYPES: Final = (
    *("A", "NS", "CNAME", "SOA", "PTR", "HINFO", "MX", "TXT", "RP", "AFSDB", "AAAA", "LOC", "SRV"),
    *("NAPTR", "KX", "CERT", "DNAME", "OPT", "APL", "DS", "SSHFP", "IPSECKEY", "RRSIG", "NSEC"),
    *("DNSKEY", "DHCID", "NSEC3", "NSEC3PARAM", "TLSA", "SMIMEA", "HIP", "CDS", "CDNSKEY"),
    *("OPENPGPKEY", "CSYNC", "ZONEMD", "SVCB", "HTTPS", "SPF", "EUI48", "EUI64", "TSIG", "IXFR"),
    *("AXFR", "ANY", "URI", "CAA", "ANAME", "FWD", "APP", "ALIAS"),
)
OLD_TYPES: Final = (
    *("MD", "MF", "MB", "MG", "MR", "NULL", "WKS", "MINFO", "X25", "ISDN", "RT", "NSAP", "SIG"),
    *("KEY", "PX", "GPOS", "NXT", "EID", "NIMLOC", "ATMA", "A6", "SINK", "NINFO", "RKEY", "TALINK"),
    *("TKEY", "MAILB", "MAILA", "AVC", "TA", "DLV"),
)
"""What hardly anybody has asked for in decades, but may."""
LARGEST_TYPE: Final = 65_535
