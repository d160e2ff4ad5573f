"""From the parameters of records/add, update and delete to rData."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.calls.parameters import Parameters
from technitium_sandbox.dns.codes import PROTOCOLS
from technitium_sandbox.zones.records import values
from technitium_sandbox.zones.records.fields import (
    ALGORITHMS,
    BYTES,
    DIGEST_TYPES,
    FIELDS,
    PROXY_TYPES,
    Field,
)
from technitium_sandbox.zones.records.record import Data, Soa

SVC_KEYS = (
    "mandatory",
    "alpn",
    "no-default-alpn",
    "port",
    "ipv4hint",
    "ech",
    "ipv6hint",
    "dohpath",
)
_OUT_OF_RANGE = "Index was outside the bounds of the array."


@dataclass(frozen=True, slots=True)
class Asked:
    """Reads one value after the other; for an update what is new wins over what was."""

    parameters: Parameters
    is_new: bool = False

    def field(self, one: Field) -> object:
        text = self.either(one.new, one.also_new) if self.is_new and one.new else None
        if text is None:
            text = self.either(one.param, one.also)
        if text is None:
            text = one.default
        if text is None:
            raise ApiError(f"Parameter '{one.param}' missing.")
        return one.read(text)

    def either(self, name: str | None, other: str | None) -> str | None:
        """The value of the first name that was sent and is not empty."""
        for key in (name, other):
            found = None if key is None else self.parameters.optional(key)
            if found is not None:
                return found
        return None

    def text(self, name: str, *, also: str | None = None) -> str:
        """A required text; for an update the one under `newName` if there is one."""
        if self.is_new:
            new = self.either(f"new{name[0].upper()}{name[1:]}", also and "newValue")
            if new is not None:
                return new
        found = self.either(name, also)
        if found is None:
            raise ApiError(f"Parameter '{name}' missing.")
        return found


def read(record_type: str, parameters: Parameters, *, is_new: bool = False) -> Data:
    """The rData that the parameters mean; with `is_new` as it is to be after an update.

    Raises:
        ApiError: A value is missing or bad.
    """
    asked = Asked(parameters, is_new)
    special = _SPECIAL.get(record_type)
    if special is not None:
        return special(asked)
    data = {one.key: asked.field(one) for one in FIELDS.get(record_type, BYTES)}
    return with_numbers(data) if record_type == "DS" else data


def read_soa(parameters: Parameters) -> Soa:
    server = parameters.required("primaryNameServer").strip(".")
    person = parameters.required("responsiblePerson").strip(".")
    serial = values.whole(parameters.required("serial"))
    refresh, retry, expire, minimum = (
        values.ttl(parameters.required(name)) for name in ("refresh", "retry", "expire", "minimum")
    )
    return Soa(
        server=server,
        person=person,
        serial=serial,
        refresh=refresh,
        retry=retry,
        expire=expire,
        minimum=minimum,
    )


def text_data(strings: list[str]) -> Data:
    return {
        "text": "".join(strings),
        "splitText": len(strings) > 1,
        "characterStrings": strings,
    }


def forwarder_data(parameters: Parameters, *, is_new: bool = False) -> dict[str, object]:
    """What FWD holds; for a zone of its own, too."""
    asked = Asked(parameters, is_new)
    protocol = (asked.either("newProtocol", None) if is_new else None) or parameters.optional(
        "protocol"
    )
    data: dict[str, object] = {
        "protocol": values.choice(protocol or "Udp", names=PROTOCOLS),
        "forwarder": asked.text("forwarder", also="value"),
        "priority": values.byte(parameters.optional("forwarderPriority") or "0"),
        "dnssecValidation": parameters.flag("dnssecValidation"),
        "proxyType": "DefaultProxy",
    }
    if data["forwarder"] != "this-server":
        data |= _proxy(parameters)
    return data


def _proxy(parameters: Parameters) -> dict[str, object]:
    wanted = parameters.optional("proxyType") or "DefaultProxy"
    kind = values.choice(wanted, names=PROXY_TYPES)
    if kind not in ("Http", "Socks5"):
        return {"proxyType": kind}
    return {
        "proxyType": kind,
        "proxyAddress": parameters.required("proxyAddress"),
        "proxyPort": values.short(parameters.required("proxyPort")),
        "proxyUsername": parameters.present("proxyUsername"),
        "proxyPassword": parameters.present("proxyPassword"),
    }


def _text(asked: Asked) -> Data:
    text, parameters = asked.text("text", also="value"), asked.parameters
    split = parameters.flag("splitText")
    if asked.is_new:
        split = parameters.flag("newSplitText", default=split)
    return text_data(values.split_strings(text) if split else values.character_strings(text))


def _service(asked: Asked) -> Data:
    return {
        "svcPriority": values.short(asked.text("svcPriority")),
        "svcTargetName": asked.text("svcTargetName").strip("."),
        "svcParams": _service_parameters(asked.text("svcParams")),
        "autoIpv4Hint": asked.parameters.flag("autoIpv4Hint"),
        "autoIpv6Hint": asked.parameters.flag("autoIpv6Hint"),
    }


def _service_parameters(text: str) -> dict[str, object]:
    """Keys and values in turn, joined by bars; `false` means none."""
    if text.lower() == "false":
        return {}
    parts = text.split("|")
    if len(parts) % 2:
        raise ApiError(_OUT_OF_RANGE)
    return dict(zip(map(_service_key, parts[::2]), parts[1::2], strict=True))


def _service_key(text: str) -> str:
    key = text.strip().lower().replace("_", "-")
    if key not in SVC_KEYS:
        raise ApiError(f"Requested value '{text}' was not found.")
    return key


def _forward(asked: Asked) -> Data:
    return forwarder_data(asked.parameters, is_new=asked.is_new)


def with_numbers(data: Mapping[str, object]) -> dict[str, object]:
    """DS shows the numbers of its two enumerations beside their names."""
    algorithm, digest = str(data["algorithm"]), str(data["digestType"])
    return {
        "keyTag": data["keyTag"],
        "algorithm": algorithm,
        "algorithmNumber": ALGORITHMS.get(algorithm, 0),
        "digestType": digest,
        "digestTypeNumber": DIGEST_TYPES.get(digest, 0),
        "digest": data["digest"],
    }


_SPECIAL: dict[str, Callable[[Asked], Data]] = {
    "TXT": _text,
    "SVCB": _service,
    "HTTPS": _service,
    "FWD": _forward,
}
