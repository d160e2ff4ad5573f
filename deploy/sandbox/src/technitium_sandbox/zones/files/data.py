"""The data of a record in a zone file, as rData."""

from collections.abc import Callable
from itertools import count

from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.dns.codes import PROTOCOLS
from technitium_sandbox.zones.records import values
from technitium_sandbox.zones.records.fields import FIELDS, PROXY_TYPES
from technitium_sandbox.zones.records.reading import SVC_KEYS, text_data, with_numbers
from technitium_sandbox.zones.records.record import Soa

Words = list[str]
_UNKNOWN = "\\#"
_JOINED = {"DS", "SSHFP", "TLSA"}


def data_of(record_type: str, words: Words, origin: str) -> dict[str, object]:
    """rData; names are completed with `origin`.

    Raises:
        ApiError: A value is bad; IndexError, when one is missing.
    """
    if words and words[0] == _UNKNOWN:
        return {"value": values.colon_hexadecimal("".join(words[2:]))}
    special = _SPECIAL.get(record_type)
    if special is not None:
        return special(words, origin)
    fields = FIELDS.get(record_type)
    if fields is None:
        raise ApiError("Record type is not supported in a zone file.")
    if record_type in _JOINED:
        words = [*words[: len(fields) - 1], "".join(words[len(fields) - 1 :])]
    data: dict[str, object] = {}
    for one, at in zip(fields, count()):
        word = words[at]
        data[one.key] = one.read(_name(word, origin) if one.read is values.domain else word)
    return with_numbers(data) if record_type == "DS" else data


def _name(word: str, origin: str) -> str:
    """The root stays a dot: readers take the dots around a name away."""
    if word == "@":
        return origin or "."
    if word.endswith("."):
        return word
    return f"{word}.{origin}" if origin else word


def _soa(words: Words, origin: str) -> dict[str, object]:
    server, person = values.domain(_name(words[0], origin)), _name(words[1], origin).rstrip(".")
    local, dot, host = person.partition(".")
    serial = values.whole(words[2])
    refresh, retry, expire, minimum = (values.ttl(words[at]) for at in (3, 4, 5, 6))
    return Soa(
        server=server,
        person=f"{local}@{host}" if dot else local,
        serial=serial,
        refresh=refresh,
        retry=retry,
        expire=expire,
        minimum=minimum,
    ).data()


def _txt(words: Words, _origin: str) -> dict[str, object]:
    strings = [values.words(word) for word in words]
    return dict(text_data(strings or [words[0]]))


def _rp(words: Words, origin: str) -> dict[str, object]:
    mailbox = _name(words[0], origin).rstrip(".").replace(".", "@", 1)
    return {"mailbox": mailbox, "txtDomain": _name(words[1], origin).rstrip(".")}


def _service(words: Words, origin: str) -> dict[str, object]:
    params: dict[str, object] = {}
    for word in words[2:]:
        key, _, value = word.partition("=")
        if key.lower() not in SVC_KEYS:
            raise ApiError(f"Requested value '{key}' was not found.")
        params[key.lower()] = value
    return {
        "svcPriority": values.short(words[0]),
        "svcTargetName": _name(words[1], origin).strip("."),
        "svcParams": {key: value for key, value in params.items() if value != "auto"},
        "autoIpv4Hint": params.get("ipv4hint") == "auto",
        "autoIpv6Hint": params.get("ipv6hint") == "auto",
    }


def _forward(words: Words, _origin: str) -> dict[str, object]:
    proxy = values.choice(words[3] if words[3:] else "DefaultProxy", names=PROXY_TYPES)
    data: dict[str, object] = {
        "protocol": values.choice(words[0], names=PROTOCOLS),
        "forwarder": words[1],
        "priority": values.byte(words[-1]) if words[4:] else 0,
        "dnssecValidation": words[2:3] == ["True"],
        "proxyType": proxy,
    }
    if proxy in ("Http", "Socks5"):
        data |= {"proxyAddress": words[4], "proxyPort": values.short(words[5])}
        data |= {"proxyUsername": words[6], "proxyPassword": words[7]}
    return data


_SPECIAL: dict[str, Callable[[Words, str], dict[str, object]]] = {
    "SOA": _soa,
    "TXT": _txt,
    "RP": _rp,
    "SVCB": _service,
    "HTTPS": _service,
    "FWD": _forward,
}
