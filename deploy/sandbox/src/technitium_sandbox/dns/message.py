"""How long an answer is on the wire: the client shows sizes, and compression decides them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from technitium_sandbox.dns.resource_records import ONE_NAME, DnsRecord

HEADER_BYTES = 12
OPT_BYTES = 11
_POINTER_BYTES = 2
_LAST_POINTED_TO = 16_383
_TYPE_AND_CLASS_BYTES = 4
_TYPE_TO_RDLENGTH_BYTES = 10
# Numbers before the names of a record, in bytes; the names are compressed.
_NAMED = {
    "NS": (0, ("nameServer",)),
    "MX": (2, ("exchange",)),
    "SOA": (20, ("primaryNameServer", "responsiblePerson")),
    **{kind: (0, (key,)) for kind, key in ONE_NAME.items()},
}
# Kinds younger than RFC 3597 write their names in full.
_IN_FULL = {"SRV": (6, "target"), "DNAME": (0, "dname")}
_ADDRESSES = {"A": 4, "AAAA": 16}
_PARAMETER_ITEM_BYTES = {"port": 2, "mandatory": 2, "ipv4hint": 4, "ipv6hint": 16}


@dataclass(slots=True)
class Message:
    """Counts bytes in the order in which a message is written."""

    length: int = HEADER_BYTES
    _names: set[str] = field(default_factory=set)

    def question(self, name: str) -> None:
        self._name(name)
        self.length += _TYPE_AND_CLASS_BYTES

    def records(self, records: Sequence[DnsRecord]) -> list[int]:
        """Write the records; what RDLENGTH says of each."""
        return [self._record(record) for record in records]

    def options(self, lengths: Sequence[int]) -> int:
        """Write the OPT record with options of these lengths; its RDLENGTH."""
        total = sum(4 + length for length in lengths)
        self.length += OPT_BYTES + total
        return total

    def _record(self, record: DnsRecord) -> int:
        self._name(record.name)
        self.length += _TYPE_TO_RDLENGTH_BYTES
        before = self.length
        self._data(record)
        return self.length - before

    def _data(self, record: DnsRecord) -> None:
        kind, data = record.type, record.data
        if kind in _IN_FULL:
            numbers, key = _IN_FULL[kind]
            self.length += numbers + _full_length(str(data[key]))
        elif kind in _NAMED:
            numbers, keys = _NAMED[kind]
            for key in keys:
                self.length += numbers
                numbers = 0
                self._name(str(data[key]).replace("@", ".", 1))
        else:
            self.length += _plain_length(record)

    def _name(self, name: str) -> None:
        """A name, or as much of it as was not written before and a pointer to the rest."""
        rest = name.lower()
        while rest:
            if rest in self._names:
                self.length += _POINTER_BYTES
                return
            if self.length <= _LAST_POINTED_TO:
                self._names.add(rest)
            label, _, rest = rest.partition(".")
            self.length += 1 + len(label)
        self.length += 1


def _plain_length(record: DnsRecord) -> int:
    kind, data = record.type, record.data
    if kind in _ADDRESSES:
        return _ADDRESSES[kind]
    if kind == "TXT":
        strings = data.get("characterStrings")
        texts = strings if isinstance(strings, list) else [data["text"]]
        return sum(1 + len(str(text).encode()) for text in texts)
    if kind in {"HTTPS", "SVCB"}:
        return 2 + _full_length(str(data["svcTargetName"])) + _parameters(data["svcParams"])
    if kind == "CAA":
        return 2 + len(str(data["tag"])) + len(str(data["value"]))
    return sum(len(str(value)) for value in data.values())


def _parameters(parameters: object) -> int:
    if not isinstance(parameters, dict):
        return 0
    return sum(4 + _parameter(key, str(value)) for key, value in parameters.items())


def _parameter(key: str, value: str) -> int:
    items = value.split(",")
    if key == "alpn":
        return sum(1 + len(item) for item in items)
    return _PARAMETER_ITEM_BYTES.get(key, 0) * len(items) or len(value)


def _full_length(name: str) -> int:
    return len(name) + 2 if name else 1
