"""Numbers of record types: what sorts records and what a type's number as a parameter means."""

from technitium_sandbox.calls.errors import ApiError

NUMBERS: dict[str, int] = {
    "A": 1,
    "NS": 2,
    "CNAME": 5,
    "SOA": 6,
    "PTR": 12,
    "HINFO": 13,
    "MX": 15,
    "TXT": 16,
    "RP": 17,
    "AFSDB": 18,
    "AAAA": 28,
    "LOC": 29,
    "SRV": 33,
    "NAPTR": 35,
    "KX": 36,
    "CERT": 37,
    "DNAME": 39,
    "OPT": 41,
    "APL": 42,
    "DS": 43,
    "SSHFP": 44,
    "IPSECKEY": 45,
    "RRSIG": 46,
    "NSEC": 47,
    "DNSKEY": 48,
    "DHCID": 49,
    "NSEC3": 50,
    "NSEC3PARAM": 51,
    "TLSA": 52,
    "SMIMEA": 53,
    "HIP": 55,
    "CDS": 59,
    "CDNSKEY": 60,
    "OPENPGPKEY": 61,
    "CSYNC": 62,
    "ZONEMD": 63,
    "SVCB": 64,
    "HTTPS": 65,
    "SPF": 99,
    "EUI48": 108,
    "EUI64": 109,
    "TSIG": 250,
    "IXFR": 251,
    "AXFR": 252,
    "ANY": 255,
    "URI": 256,
    "CAA": 257,
    "ANAME": 65280,
    "FWD": 65281,
    "APP": 65282,
    "ALIAS": 65283,
}
DNSSEC = frozenset({"DNSKEY", "RRSIG", "NSEC", "NSEC3", "NSEC3PARAM"})
_NAMES = {number: name for name, number in NUMBERS.items()}
_MAX = 65535


def as_type(text: str) -> str:
    """A record type by name in any case or by number; unnamed numbers stay numbers.

    Raises:
        ApiError: In .NET's words.
    """
    name = text.strip().upper()
    if name in NUMBERS:
        return name
    if not (name.isascii() and name.isdigit()):
        raise ApiError(f"Requested value '{text}' was not found.")
    number = int(name) if len(name) < len(str(_MAX)) + 1 else _MAX + 1
    if number > _MAX:
        raise ApiError("Value was either too large or too small for a UInt16.")
    return _NAMES.get(number, str(number))


def number_of(record_type: str) -> int:
    found = NUMBERS.get(record_type)
    return int(record_type) if found is None else found
