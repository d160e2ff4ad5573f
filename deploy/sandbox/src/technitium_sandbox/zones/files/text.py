"""Records as lines of a zone file: names in short, columns aligned."""

import msgspec

from technitium_sandbox.dns.record_types import number_of
from technitium_sandbox.zones.records.fields import ALGORITHMS, DIGEST_TYPES
from technitium_sandbox.zones.records.record import Record
from technitium_sandbox.zones.zone import Zone

_NAME_WIDTH, _TTL_WIDTH, _TYPE_WIDTH = 20, 8, 12
_BUCKETS = 7
_NAMES = {
    "NS": "nameServer",
    "CNAME": "cname",
    "PTR": "ptrName",
    "DNAME": "dname",
    "ANAME": "aname",
}
_NUMBERED = {**ALGORITHMS, **DIGEST_TYPES, "PKIX-TA": 0, "PKIX-EE": 1, "DANE-TA": 2, "DANE-EE": 3}
_NUMBERED |= {"Cert": 0, "SPKI": 1, "Full": 0, "SHA2-256": 1, "SHA2-512": 2}
_SSHFP = {"RSA": 1, "DSA": 2, "ECDSA": 3, "Ed25519": 4, "Ed448": 6, "SHA1": 1, "SHA256": 2}


def zone_file(zone: Zone) -> str:
    """SOA first, then every NS, then the rest name by name."""
    records = [one for name in zone.names() for one in _as_kept(zone, name)]
    first = [zone.soa, *(one for one in records if one.type == "NS")]
    rest = [one for one in records if one.type not in ("SOA", "NS")]
    lines = [f"$ORIGIN {zone.name}.", *(_line(one, zone.name) for one in [*first, *rest])]
    return "".join(f"{line}\n" for line in lines)


def short(name: str, origin: str) -> str:
    """A name as it stands in a file of `origin`: `@`, relative, or whole with a dot."""
    if name in (origin, ""):
        return "@" if name == origin else "."
    if name == ".":
        return name
    inside = f".{origin}"
    return name.removesuffix(inside) if origin and name.endswith(inside) else f"{name}."


def data_text(record: Record, origin: str) -> str:
    """The data of a record as a zone file spells it."""
    data, kind = record.data, record.type
    if kind in _NAMES:
        return short(str(data[_NAMES[kind]]), origin)
    if kind in ("A", "AAAA"):
        return str(data["ipAddress"])
    if kind in _SHAPES:
        return _SHAPES[kind](record, origin)
    value = str(data.get("value", "")).replace(":", "")
    return f"\\# {len(value) // 2} {value}".rstrip()


def _as_kept(zone: Zone, name: str) -> list[Record]:
    """The sets of a name in the order of the node's hash table: seven buckets, newest first."""
    newest_first = list(reversed(zone.sets_of(name).items()))
    newest_first.sort(key=lambda item: number_of(item[0]) % _BUCKETS)
    return [one for _, records in newest_first for one in records]


def _line(record: Record, origin: str) -> str:
    columns = (
        short(record.name, origin).ljust(_NAME_WIDTH),
        str(record.ttl).ljust(_TTL_WIDTH),
        "IN",
        _type_text(record.type).ljust(_TYPE_WIDTH),
        data_text(record, origin),
    )
    remark = _remark(record)
    return "  ".join(columns) + (f"\t\t\t;{remark}" if remark else "")


def _type_text(record_type: str) -> str:
    return f"TYPE{record_type}" if record_type.isdigit() else record_type


def _remark(record: Record) -> str:
    """Comments; as JSON when the record is disabled or its comments look like JSON."""
    comments = record.comments
    if record.disabled or (comments or "").lstrip().startswith("{"):
        return msgspec.json.encode({"disabled": record.disabled, "comments": comments}).decode()
    return (comments or "").replace("\r", "").replace("\n", "\\n")


def _quoted(text: object) -> str:
    escaped = str(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _soa(record: Record, origin: str) -> str:
    data = record.data
    person = str(data["responsiblePerson"])
    local, at, host = person.partition("@")
    mailbox = f"{local.replace('.', chr(92) + '.')}.{host}" if at else person
    numbers = (data[key] for key in ("serial", "refresh", "retry", "expire", "minimum"))
    server = short(str(data["primaryNameServer"]), origin)
    return " ".join([server, short(mailbox, origin), *(str(number) for number in numbers)])


def _mx(record: Record, origin: str) -> str:
    return f"{record.data['preference']} {short(str(record.data['exchange']), origin)}"


def _txt(record: Record, _origin: str) -> str:
    strings = record.data["characterStrings"]
    return " ".join(_quoted(text) for text in strings) if isinstance(strings, list) else ""


def _rp(record: Record, origin: str) -> str:
    names = (str(record.data[key]).replace("@", ".") for key in ("mailbox", "txtDomain"))
    return " ".join(short(name, origin) for name in names)


def _srv(record: Record, origin: str) -> str:
    data = record.data
    numbers = f"{data['priority']} {data['weight']} {data['port']}"
    return f"{numbers} {short(str(data['target']), origin)}"


def _naptr(record: Record, origin: str) -> str:
    data = record.data
    texts = " ".join(_quoted(data[key]) for key in ("flags", "services", "regexp"))
    replacement = short(str(data["replacement"]), origin)
    return f"{data['order']} {data['preference']} {texts} {replacement}"


def _numbered(record: Record, _origin: str) -> str:
    """Enumerations as their numbers, everything else as it is."""
    hidden = ("algorithmNumber", "digestTypeNumber")
    names = _SSHFP if record.type == "SSHFP" else _NUMBERED
    values = (value for key, value in record.data.items() if key not in hidden)
    return " ".join(str(names.get(str(value), value)) for value in values)


def _service(record: Record, origin: str) -> str:
    data = record.data
    params = data["svcParams"]
    words = [str(data["svcPriority"]), short(str(data["svcTargetName"]) or ".", origin)]
    for key, value in params.items() if isinstance(params, dict) else ():
        words.append(f"{key}={value}" if value != "" else key)
    words += ["ipv4hint=auto"] if data["autoIpv4Hint"] else []
    words += ["ipv6hint=auto"] if data["autoIpv6Hint"] else []
    return " ".join(words)


def _uri(record: Record, _origin: str) -> str:
    data = record.data
    return f"{data['priority']} {data['weight']} {_quoted(data['uri'])}"


def _caa(record: Record, _origin: str) -> str:
    data = record.data
    return f"{data['flags']} {data['tag']} {_quoted(data['value'])}"


def _fwd(record: Record, _origin: str) -> str:
    data = record.data
    words = [data["protocol"], data["forwarder"], data["dnssecValidation"], data["proxyType"]]
    if "proxyAddress" in data:
        keys = ("proxyAddress", "proxyPort", "proxyUsername", "proxyPassword")
        words += [data[key] or "-" for key in keys]
    return " ".join(str(word) for word in [*words, data["priority"]])


def _app(record: Record, _origin: str) -> str:
    return " ".join(_quoted(record.data[key]) for key in ("appName", "classPath", "data"))


def _apl(record: Record, _origin: str) -> str:
    items = record.data["addressPrefixes"]
    words: list[str] = []
    for item in items if isinstance(items, list) else ():
        family = 2 if item["addressFamily"] == "IPv6" else 1
        sign = "!" if item["negation"] else ""
        words.append(f"{sign}{family}:{item['afdPart']}/{item['prefix']}")
    return " ".join(words)


_SHAPES = {
    "SOA": _soa,
    "MX": _mx,
    "TXT": _txt,
    "RP": _rp,
    "SRV": _srv,
    "NAPTR": _naptr,
    "DS": _numbered,
    "SSHFP": _numbered,
    "TLSA": _numbered,
    "SVCB": _service,
    "HTTPS": _service,
    "URI": _uri,
    "CAA": _caa,
    "FWD": _fwd,
    "APP": _app,
    "APL": _apl,
}
