"""How single values of a record are read from parameters, with the node's complaints."""

import re
from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit, urlunsplit

from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.calls.parameters import as_byte, as_ttl, as_uint16, as_uint32
from technitium_sandbox.dns import domain_names

Reader = Callable[[str], object]

_HEX = re.compile(r"[0-9A-Fa-f]*")
_MAX_TXT_BYTES = 255
_BEYOND_ONE_UNIT = 0x10000


byte, short, whole, ttl = as_byte, as_uint16, as_uint32, as_ttl


def address(text: str, *, version: int) -> str:
    """An IP address in its shortest spelling, of the family that the record wants."""
    found = domain_names.as_address(text)
    if found is None:
        raise ApiError("An invalid IP address was specified.", inner="Invalid argument")
    if found.version != version:
        raise ApiError("Invalid IP address family.")
    return str(found)


ipv4 = partial(address, version=4)
ipv6 = partial(address, version=6)


def domain(text: str) -> str:
    """A name without the dots around it; the root is a single dot."""
    name = domain_names.to_ascii(text.strip("."))
    domain_names.check(name)
    return name or "."


def mailbox(text: str) -> str:
    return text.strip(".")


def words(text: str) -> str:
    """Characters beyond ASCII become question marks: the node keeps ASCII only."""
    return "".join(letter if letter.isascii() else "?" for letter in _as_utf16(text))


def character_strings(text: str) -> list[str]:
    """What TXT holds: pieces of 255 bytes at most."""
    plain = words(text)
    return [
        plain[start : start + _MAX_TXT_BYTES] for start in range(0, len(plain), _MAX_TXT_BYTES)
    ] or [""]


def split_strings(text: str) -> list[str]:
    r"""One character string a line, with `\n`, `\r`, `\t` and `\\` taken for what they mean."""
    escapes = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\"}
    lines = [line for line in re.split(r"[\r\n]", text) if line]
    return [words(re.sub(r"\\([nrt\\])", lambda found: escapes[found[1]], line)) for line in lines]


def hexadecimal(text: str) -> str:
    """Bytes in upper-case hexadecimal."""
    if len(text) % 2:
        raise ApiError("The input is not a valid hex string as its length is not a multiple of 2.")
    if not _HEX.fullmatch(text):
        raise ApiError("The input is not a valid hex string as it contains a non-hex character.")
    return text.upper()


def colon_hexadecimal(text: str) -> str:
    """Bytes as `AA:BB:CC`, however they were sent."""
    plain = hexadecimal(text.replace(":", ""))
    return ":".join(plain[start : start + 2] for start in range(0, len(plain), 2))


def uri(text: str) -> str:
    """An absolute URI; one of a host alone ends in a slash."""
    try:
        found = urlsplit(text.strip())
    except ValueError:
        found = urlsplit("")
    if not found.scheme:
        raise ApiError("Invalid URI: The format of the URI could not be determined.")
    path = found.path or ("/" if found.netloc else "")
    return urlunsplit((found.scheme, found.netloc, path, found.query, found.fragment))


def choice(text: str, *, names: dict[str, int]) -> str:
    """A name of an enumeration in any case or by number; `-` counts as `_` where names have one."""
    wanted = text.strip().replace("-", "_").lower()
    for name, value in names.items():
        if wanted in (name.replace("-", "_").lower(), str(value)):
            return name
    if wanted.isascii() and wanted.isdigit():
        return str(byte(text))
    raise ApiError(f"Requested value '{text}' was not found.")


def _as_utf16(text: str) -> str:
    """A character outside the basic plane counts as two, as .NET counts."""
    return "".join(letter if ord(letter) < _BEYOND_ONE_UNIT else "\ufffd\ufffd" for letter in text)
