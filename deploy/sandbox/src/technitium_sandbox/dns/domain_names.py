"""Domain names as a node takes them: its complaints, IDN both ways, names of addresses."""

import ipaddress
import re
import socket

from technitium_sandbox.calls.errors import ApiError

MAX_NAME_BYTES = 255
MAX_LABEL_BYTES = 63
_CHARACTER_NOT_ALLOWED = re.compile(r"[^A-Za-z0-9_/-]")
# What .NET reads as an IPv4 address: up to four numbers, `1` being 0.0.0.1.
_NUMBERS = re.compile(r"(0[xX][0-9A-Fa-f]+|[0-9]+)(\.(0[xX][0-9A-Fa-f]+|[0-9]+)){0,3}")
_IDN_LABEL_LENGTH = "IDN labels must be between 1 and 63 characters long. (Parameter 'unicode')"
_NO_IDN = "Decoded string is not a valid IDN name. (Parameter 'unicode')"


def check(name: str) -> None:
    """Nothing when the name may stand in a zone; the root is the empty name.

    Raises:
        ApiError: In the node's words; a dot at the end is refused, too.
    """
    check_sought(name)
    for label in name.split("."):
        if label.startswith("-"):
            raise _invalid(name, "label cannot start with hyphen.")
        if label.endswith("-"):
            raise _invalid(name, "label cannot end with hyphen.")


def check_sought(name: str) -> None:
    """Nothing when a name can be looked for, whether or not it may stand anywhere.

    Raises:
        ApiError: In the node's words.
    """
    if len(name) > MAX_NAME_BYTES:
        raise _invalid(name, f"length cannot exceed {MAX_NAME_BYTES} bytes.")
    if name:
        for label in name.split("."):
            _check_label(name, label)


def to_ascii(name: str) -> str:
    """The name with every IDN label in Punycode; a name in ASCII is left as it is.

    Raises:
        ApiError: In .NET's words, when a label is no IDN.
    """
    if name.isascii():
        return name
    if len(name) > MAX_NAME_BYTES:
        raise ApiError(_IDN_LABEL_LENGTH)
    return ".".join(_label_to_ascii(label) for label in name.split("."))


def to_unicode(name: str) -> str:
    """The name as people read it; a label that is no proper Punycode stays."""
    if "xn--" not in name.lower():
        return name
    return ".".join(_label_to_unicode(label) for label in name.split("."))


def as_address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that .NET reads in a text; None when it is none."""
    try:
        if _NUMBERS.fullmatch(text):
            return ipaddress.IPv4Address(socket.inet_aton(text))
        return ipaddress.IPv6Address(text.removeprefix("[").removesuffix("]").partition("%")[0])
    except (OSError, ValueError):
        return None


def of_address(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    """The name under `arpa` of an address."""
    return address.reverse_pointer


def parent(name: str) -> str | None:
    """The name one label up; None above the root."""
    return name.partition(".")[2] if name else None


def _check_label(name: str, label: str) -> None:
    if not label:
        raise _invalid(name, "label length cannot be 0 byte.")
    if len(label) > MAX_LABEL_BYTES:
        raise _invalid(name, f"label length cannot exceed {MAX_LABEL_BYTES} bytes.")
    found = None if label == "*" else _CHARACTER_NOT_ALLOWED.search(label)
    if found is not None:
        raise _invalid(name, f"invalid character [{ord(found[0])}] was found.")


def _invalid(name: str, problem: str) -> ApiError:
    return ApiError(f"Invalid domain name [{name}]: {problem}")


def _label_to_ascii(label: str) -> str:
    if not label:
        raise ApiError(_IDN_LABEL_LENGTH)
    try:
        return label.encode("idna").decode("ascii")
    except UnicodeError:
        raise ApiError(_NO_IDN) from None


def _label_to_unicode(label: str) -> str:
    try:
        return label.encode("ascii").decode("idna")
    except UnicodeError:
        return label
