"""One record of a zone, as it is kept and as the API shows it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from technitium_sandbox.clock import timestamp
from technitium_sandbox.dns import domain_names, record_types
from technitium_sandbox.dns.durations import in_words

Data = Mapping[str, object]
# Members of rData that name a domain; an IDN is shown a second time as people read it.
_DOMAINS = frozenset(
    {
        "nameServer",
        "cname",
        "ptrName",
        "exchange",
        "target",
        "replacement",
        "dname",
        "aname",
        "alias",
        "primaryNameServer",
    }
)
# What does not tell one record from another.
_INCIDENTAL = frozenset({"autoIpv4Hint", "autoIpv6Hint", "text", "splitText"})
_FORWARDER_KEYS = ("protocol", "forwarder")


@dataclass(slots=True, kw_only=True)
class Record:
    """`data` is rData as records/get spells it; addresses of `glue` belong to NS only."""

    name: str
    type: str
    ttl: int
    data: Data
    disabled: bool = False
    comments: str | None = None
    glue: tuple[str, ...] = ()
    expiry_ttl: int = 0
    last_modified: float | None = None

    def row(self, extra: Data | None = None) -> dict[str, object]:
        """The record as the API shows it; `extra` is added to rData."""
        row: dict[str, object] = {"name": self.name, **_idn("nameIdn", self.name)}
        row |= {
            "type": self.type,
            "ttl": self.ttl,
            "ttlString": in_words(self.ttl),
            "disabled": self.disabled,
        }
        if self.comments:
            row["comments"] = self.comments
        row["rData"] = {**_shown(self.data), **(extra or {})}
        row["dnssecStatus"] = "Unknown"
        if self.glue:
            row["glueRecords"] = self.glue
        return row | {
            "lastUsedOn": timestamp(None),
            "lastModified": timestamp(self.last_modified),
            "expiryTtl": self.expiry_ttl,
            "expiryTtlString": in_words(self.expiry_ttl),
        }

    def is_like(self, data: Data) -> bool:
        """Whether `data` means this record; a forwarder is known by protocol and address."""
        if self.type == "FWD":
            return all(_same(self.data[key], data[key]) for key in _FORWARDER_KEYS)
        keys = self.data.keys() - _INCIDENTAL
        return keys == data.keys() - _INCIDENTAL and all(
            _same(self.data[key], data[key]) for key in keys
        )

    def moved(self, name: str, now: float) -> "Record":
        """The same for another name, as a clone of its zone has it."""
        return replace(self, name=name, expiry_ttl=0, last_modified=now)


def canonical(name: str) -> tuple[str, ...]:
    """What sorts names as DNSSEC does: label by label from the root."""
    return tuple(reversed(name.split("."))) if name else ()


def in_order(records: Iterable[Record]) -> list[Record]:
    """By name, then type number, then TTL, as records/get lists them."""
    return sorted(
        records, key=lambda one: (canonical(one.name), record_types.number_of(one.type), one.ttl)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Soa:
    """The values of an SOA record; `person` as mail address."""

    server: str
    person: str
    serial: int = 1
    refresh: int = 900
    retry: int = 300
    expire: int = 604_800
    minimum: int = 900

    def data(self) -> dict[str, object]:
        spans = {
            "refresh": self.refresh,
            "retry": self.retry,
            "expire": self.expire,
            "minimum": self.minimum,
        }
        return {
            "primaryNameServer": self.server,
            "responsiblePerson": self.person,
            "serial": self.serial,
            **spans,
            **{f"{name}String": in_words(span) for name, span in spans.items()},
        }


@dataclass(slots=True)
class Names:
    """Records of one zone by name and type."""

    by_name: dict[str, dict[str, list[Record]]] = field(default_factory=dict)

    def of(self, name: str, record_type: str) -> list[Record]:
        return self.by_name.get(name, {}).get(record_type, [])

    def put(self, name: str, record_type: str, records: list[Record]) -> None:
        """Replace a set; an empty one goes away, and its name with the last of its sets."""
        sets = self.by_name.setdefault(name, {})
        if records:
            sets[record_type] = records
        else:
            sets.pop(record_type, None)
        if not sets:
            del self.by_name[name]

    def all(self) -> list[Record]:
        return [
            one for sets in self.by_name.values() for records in sets.values() for one in records
        ]


def _shown(data: Data) -> dict[str, object]:
    shown: dict[str, object] = {}
    for key, value in data.items():
        shown[key] = value
        if key in _DOMAINS and isinstance(value, str):
            shown |= _idn(f"{key}Idn", value)
    return shown


def _idn(key: str, name: str) -> dict[str, object]:
    if "xn--" not in name:
        return {}
    readable = domain_names.to_unicode(name)
    return {} if readable == name else {key: readable}


def _same(one: object, other: object) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return one.lower() == other.lower()
    return one == other
