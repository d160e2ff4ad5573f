"""Resource records as answers carry them, and how each kind is shown outside a zone.

`data` is the record's `rData` as the calls on zones and on the cache spell it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from technitium_sandbox.dns.durations import in_words
from technitium_sandbox.zones.files.text import data_text
from technitium_sandbox.zones.records.record import Record

Data = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class DnsRecord:
    name: str
    type: str
    ttl: int
    data: Data


# The key of a record that holds one name only; as the DNS client spells it: `Domain`.
ONE_NAME = {"CNAME": "cname", "PTR": "ptrName", "DNAME": "dname", "ANAME": "aname"}
# No name lies under it, so none is shortened.
_NO_ORIGIN = "\0"
_TIMES = ("refresh", "retry", "expire", "minimum")


def with_words(seconds: int) -> str:
    """`300 (5m)`: how times are written where they are texts."""
    return f"{seconds} ({in_words(seconds)})"


def shown_by_client(record: DnsRecord) -> dict[str, object]:
    """RDATA as `dnsClient/resolve` spells it."""
    data = record.data
    if record.type in ONE_NAME:
        return {"Domain": data[ONE_NAME[record.type]]}
    shape = _CLIENT_SHAPES.get(record.type)
    if shape is not None:
        return shape(data)
    return {key[:1].upper() + key[1:]: value for key, value in data.items()}


def _soa(data: Data) -> dict[str, object]:
    return {
        "PrimaryNameServer": data["primaryNameServer"],
        "ResponsiblePerson": data["responsiblePerson"],
        "Serial": data["serial"],
        **{name.capitalize(): with_words(_number(data, name)) for name in _TIMES},
    }


def _service(data: Data) -> dict[str, object]:
    return {
        "SvcPriority": data["svcPriority"],
        "TargetName": data["svcTargetName"],
        "SvcParams": data["svcParams"],
    }


_CLIENT_SHAPES: dict[str, Callable[[Data], dict[str, object]]] = {
    "A": lambda data: {"IPAddress": data["ipAddress"]},
    "AAAA": lambda data: {"IPAddress": data["ipAddress"]},
    "NS": lambda data: {"NameServer": data["nameServer"]},
    "SOA": _soa,
    "MX": lambda data: {"Preference": data["preference"], "Exchange": data["exchange"]},
    "TXT": lambda data: {"Text": data["text"], "CharacterStrings": _strings(data)},
    "HTTPS": _service,
    "SVCB": _service,
}


def zone_text(record: DnsRecord) -> str:
    """Type and data as query logs show an answer: as in a zone file, with names in full."""
    whole = Record(name=record.name, type=record.type, ttl=record.ttl, data=record.data)
    return f"{record.type} {data_text(whole, _NO_ORIGIN)}"


def _strings(data: Data) -> list[str]:
    found = data.get("characterStrings")
    return [str(one) for one in found] if isinstance(found, list) else [str(data["text"])]


def _number(data: Data, key: str) -> int:
    value = data[key]
    return value if isinstance(value, int) else 0
