"""The fields of `dhcp/scopes/set`: how each is read, in the order in which they are applied.

Each is put into the scope as soon as it is read: when a later one is bad, the earlier ones stay.
"""

import string
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address

from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.calls.parameters import (
    Parameters,
    as_bool,
    as_byte,
    as_hex_byte,
    as_items,
    as_ttl,
    as_uint16,
)
from technitium_sandbox.dhcp.scope import Reservation, Scope
from technitium_sandbox.dns import domain_names

# Characters that a file on the node's disk may not have in its name; a scope is one.
_NOT_IN_FILE_NAMES = "/\0"
_MAX_HOST_NAME_BYTES = 63
_MAX_BOOT_FILE_BYTES = 127

Apply = Callable[[Scope, str], None]


def as_ipv4(text: str, parameter: str) -> IPv4Address:
    found = domain_names.as_address(text)
    if found is None:
        raise ApiError("An invalid IP address was specified.", inner="Invalid argument")
    if not isinstance(found, IPv4Address):
        raise ApiError(f"The address must be an IPv4 address: {found} (Parameter '{parameter}')")
    return found


def as_hardware(text: str) -> bytes:
    """Bytes in hexadecimal, separated by `-` or `:`; without separators it is one large byte."""
    return bytes(as_hex_byte(part) for part in text.replace(":", "-").split("-"))


def hardware_text(hardware: bytes) -> str:
    return hardware.hex("-").upper()


def check_name(name: str) -> None:
    for char in name:
        if char in _NOT_IN_FILE_NAMES:
            raise ApiError(f"The scope name contains an invalid character: {char}")


def network(parameters: Parameters, scope: Scope | None) -> tuple[IPv4Address, ...]:
    """Start, end and mask as sent, or as they are; a new scope needs all three.

    Raises:
        ApiError: One is missing, is no IPv4 address, or they make no network.
    """
    names = ("startingAddress", "endingAddress", "subnetMask")
    if scope is None:
        sent: list[str | None] = [parameters.required(name) for name in names]
        before: tuple[IPv4Address, ...] = ()
    else:
        sent = [parameters.optional(name) for name in names]
        before = (scope.start, scope.end, scope.mask)
    return tuple(
        before[number] if text is None else as_ipv4(text, names[number])
        for number, text in enumerate(sent)
    )


def check_network(start: IPv4Address, end: IPv4Address, mask: IPv4Address) -> None:
    if start >= end:
        raise ApiError("Ending address must be greater than starting address.")
    lowest = int(start) & int(mask)
    if lowest == int(start):
        raise ApiError("Starting address cannot be same as the network address.")
    if lowest | (~int(mask) & 0xFFFFFFFF) == int(end):
        raise ApiError("Ending address cannot be same as the broadcast address.")


def apply(scope: Scope, parameters: Parameters, this_server: IPv4Address) -> None:
    """Put every field that was sent into the scope; `this_server` is this node as its DNS server.

    Raises:
        ApiError: A value is bad; the fields before it are in effect.
    """
    for name, clears_when_empty, put in _FIELDS:
        value = parameters.present(name)
        if value or (value is not None and clears_when_empty):
            put(scope, value)
        if name == "useThisDnsServer" and value and scope.use_this_dns_server:
            scope.dns_servers = (this_server,)


def _simple(attribute: str, read: Callable[[str], object]) -> Apply:
    return lambda scope, value: setattr(scope, attribute, read(value))


def _clearable(attribute: str, read: Callable[[str], object]) -> Apply:
    return lambda scope, value: setattr(scope, attribute, read(value) if value else None)


def _lease_time(unit: str, most: int) -> Callable[[str], int]:
    read = as_uint16 if unit == "Days" else as_byte

    def within(value: str) -> int:
        number = read(value)
        if number > most:
            raise ApiError(
                f"Lease time in {unit.lower()} must be between 0 to {most}."
                f" (Parameter 'LeaseTime{unit}')"
            )
        return number

    return within


def _address(parameter: str) -> Callable[[str], IPv4Address]:
    return lambda value: as_ipv4(value, parameter)


def _addresses(parameter: str) -> Callable[[str], tuple[IPv4Address, ...] | None]:
    return lambda value: tuple(as_ipv4(one, parameter) for one in as_items(value)) or None


def _domain(value: str) -> str:
    domain_names.check(value)
    return value


def _domains(value: str) -> tuple[str, ...]:
    """Items are not trimmed, so that a space after a comma is refused."""
    return tuple(_domain(one) for one in value.split(","))


def _short(what: str, most: int) -> Callable[[str], str]:
    def read(value: str) -> str:
        if len(value.encode("utf-8", "replace")) > most:
            raise ApiError(f"{what} cannot exceed {most} bytes.")
        return value

    return read


def _dns_servers(scope: Scope, value: str) -> None:
    if not scope.use_this_dns_server:
        scope.dns_servers = _addresses("DnsServers")(value) if value else None


def _rows(value: str, width: int) -> list[list[str]]:
    """Rows of a flat table; the last one may be short, and then it is no row."""
    cells = value.split("|")
    if len(cells) % width:
        raise ApiError("Index was outside the bounds of the array.")
    return [cells[start : start + width] for start in range(0, len(cells), width)]


def _routes(value: str) -> list[tuple[IPv4Address, ...]]:
    names = ("Destination", "SubnetMask", "Router")
    return [
        tuple(as_ipv4(cell, name) for cell, name in zip(row, names, strict=True))
        for row in _rows(value, 3)
    ]


def _vendor_info(value: str) -> list[tuple[str, bytes]]:
    found: dict[str, bytes] = {}
    for identifier, information in _rows(value, 2):
        if identifier in found:
            raise ApiError(f"An item with the same key has already been added. Key: {identifier}")
        found[identifier] = _hex(information)
    return list(found.items())


def _hex(text: str) -> bytes:
    if ":" in text:
        return _colon_hex(text)
    if len(text) % 2:
        raise ApiError("The input is not a valid hex string as its length is not a multiple of 2.")
    if any(char not in string.hexdigits for char in text):
        raise ApiError("The input is not a valid hex string as it contains a non-hex character.")
    return bytes.fromhex(text)


def _colon_hex(text: str) -> bytes:
    try:
        return bytes(as_hex_byte(part) for part in text.split(":"))
    except ApiError:
        raise ApiError("The input string data must be a colon (:) separated hex string.") from None


def _options(value: str) -> list[tuple[int, bytes]]:
    return [(as_byte(code), _colon_hex(data)) for code, data in _rows(value, 2)]


def _exclusions(scope: Scope, value: str) -> None:
    if not value:
        scope.exclusions = None
        return
    found = [_exclusion(*row) for row in _rows(value, 2)]
    for start, end in found:
        for address, which in ((start, "starting"), (end, "ending")):
            if address not in scope:
                raise ApiError(
                    f"Exclusion {which} address must be in scope range. (Parameter 'Exclusions')"
                )
    scope.exclusions = found


def _exclusion(first: str, last: str) -> tuple[IPv4Address, IPv4Address]:
    start, end = as_ipv4(first, "startingAddress"), as_ipv4(last, "endingAddress")
    if start > end:
        raise ApiError(
            "Exclusion ending address must be greater than or equal to starting address."
        )
    return start, end


def _reservations(scope: Scope, value: str) -> None:
    """The whole list anew; of two with one hardware address the first one counts."""
    found: dict[bytes, Reservation] = {}
    for host_name, hardware, address, comments in _rows(value, 4) if value else ():
        one = Reservation(
            hardware=as_hardware(hardware),
            address=as_ipv4(address, "address"),
            host_name=host_name,
            comments=comments,
        )
        found.setdefault(one.hardware, one)
    if any(one.address not in scope for one in found.values()):
        raise ApiError("Reserved address must be in scope range. (Parameter 'ReservedLeases')")
    scope.reservations = found


# Name, whether an empty value clears the field (else it leaves it as it is), and what it does.
_FIELDS: Sequence[tuple[str, bool, Apply]] = (
    ("leaseTimeDays", False, _simple("lease_days", _lease_time("Days", 999))),
    ("leaseTimeHours", False, _simple("lease_hours", _lease_time("Hours", 23))),
    ("leaseTimeMinutes", False, _simple("lease_minutes", _lease_time("Minutes", 59))),
    ("offerDelayTime", False, _simple("offer_delay_ms", as_uint16)),
    ("pingCheckEnabled", False, _simple("ping_check", as_bool)),
    ("pingCheckTimeout", False, _simple("ping_timeout_ms", as_uint16)),
    ("pingCheckRetries", False, _simple("ping_retries", as_byte)),
    ("domainName", True, _clearable("domain_name", _domain)),
    ("domainSearchList", True, _clearable("search_list", _domains)),
    ("dnsUpdates", False, _simple("dns_updates", as_bool)),
    ("dnsOverwriteForDynamicLease", False, _simple("dns_overwrite", as_bool)),
    ("dnsTtl", False, _simple("dns_ttl_s", as_ttl)),
    ("serverAddress", True, _clearable("server_address", _address("ServerAddress"))),
    (
        "serverHostName",
        True,
        _clearable("server_host_name", _short("Server host name", _MAX_HOST_NAME_BYTES)),
    ),
    ("bootFileName", True, _clearable("boot_file", _short("Boot file name", _MAX_BOOT_FILE_BYTES))),
    ("routerAddress", True, _clearable("router", _address("RouterAddress"))),
    ("useThisDnsServer", False, _simple("use_this_dns_server", as_bool)),
    ("dnsServers", True, _dns_servers),
    ("winsServers", True, _clearable("wins_servers", _addresses("WinsServers"))),
    ("ntpServers", True, _clearable("ntp_servers", _addresses("NtpServers"))),
    ("ntpServerDomainNames", True, _clearable("ntp_names", _domains)),
    ("staticRoutes", True, _clearable("static_routes", _routes)),
    ("vendorInfo", True, _clearable("vendor_info", _vendor_info)),
    (
        "capwapAcIpAddresses",
        True,
        _clearable("capwap_addresses", _addresses("CAPWAPAcIpAddresses")),
    ),
    ("tftpServerAddresses", True, _clearable("tftp_servers", _addresses("TftpServerAddresses"))),
    ("genericOptions", True, _clearable("generic_options", _options)),
    ("exclusions", True, _exclusions),
    ("reservedLeases", True, _reservations),
    ("allowOnlyReservedLeases", False, _simple("only_reserved", as_bool)),
    ("blockLocallyAdministeredMacAddresses", False, _simple("block_local_macs", as_bool)),
    ("ignoreClientIdentifierOption", False, _simple("ignore_client_id", as_bool)),
)
