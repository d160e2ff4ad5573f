"""Texts that .NET reads as something: addresses of pages, networks, end points, patterns."""

import ipaddress
import re
from collections.abc import Callable

from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.dns import domain_names

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

MAX_PORT = 65_535
# Beyond this a pattern is taken as it is: reading it would cost more than it tells.
MAX_PATTERN_CHARS = 10_000
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_WEB = re.compile(r"(?:https?|ftp):(//)?([^/?#]*)", re.IGNORECASE)
_PORT = re.compile(r":([0-9]{1,5})")
_QUANTIFIER = re.compile(r"(?:[*+?]|\{[0-9]*,?[0-9]*\})")
# What Python finds wrong with a pattern, and .NET's place and words for it.
_AT_END = "at_end"
_PATTERN_PROBLEMS: tuple[tuple[str, str, str], ...] = (
    ("missing ), unterminated subpattern", _AT_END, "Not enough )'s."),
    ("unbalanced parenthesis", "", "Too many )'s."),
    ("unterminated character set", _AT_END, "Unterminated [] set."),
    ("bad escape (end of pattern)", _AT_END, "Illegal \\ at end of pattern."),
    ("nothing to repeat", "quantifier", "Quantifier '{}' following nothing."),
    ("multiple repeat", "quantifier", "Nested quantifier '{}'."),
    ("bad character range", "range", "[x-y] range in reverse order."),
    ("min repeat greater than max repeat", "range", "Illegal {{x,y}} with x > y."),
)


def check_url(text: str | None) -> str:
    """The address of a page or a file, with scheme.

    Raises:
        ApiError: In .NET's words.
    """
    if text is None:
        raise ApiError("Value cannot be null. (Parameter 'uriString')")
    if not text.strip():
        raise ApiError("Invalid URI: The URI is empty.")
    if not _SCHEME.match(text.strip()) and not text.startswith("/"):
        raise ApiError("Invalid URI: The format of the URI could not be determined.")
    web = _WEB.match(text.strip())
    if web is not None and not _is_authority(web[2] if web[1] else ""):
        raise ApiError("Invalid URI: The hostname could not be parsed.")
    return text


def as_network(text: str) -> Network | None:
    """A network or one address; bits behind the prefix do not count; None when it is neither."""
    address, slash, length = text.partition("/")
    found = domain_names.as_address(address.strip())
    if found is None or (slash and not (length.isascii() and length.isdigit())):
        return None
    if slash and int(length[:4]) > found.max_prefixlen:
        return None
    bits = int(length[:4]) if slash else found.max_prefixlen
    return ipaddress.ip_network((found, bits), strict=False)


def network_text(network: Network) -> str:
    """As the node writes it: one address without its length."""
    is_one = network.prefixlen == network.max_prefixlen
    return str(network.network_address) if is_one else str(network)


def is_end_point(text: str) -> bool:
    """Address or name, each with or without a port."""
    host, port = _host_and_port(text)
    if port is not None and not (port.isascii() and port.isdigit() and int(port) <= MAX_PORT):
        return False
    if domain_names.as_address(host) is not None:
        return True
    return bool(host) and _passes(domain_names.check, host)


def check_pattern(pattern: str | None) -> None:
    """A regular expression that .NET reads; what only .NET knows is let through.

    Raises:
        ApiError: In .NET's words, for the mistakes that are known here.
    """
    if pattern is None:
        raise ApiError("Value cannot be null. (Parameter 'pattern')")
    if len(pattern) > MAX_PATTERN_CHARS:
        return
    try:
        re.compile(pattern)
    except re.error as problem:
        for sign, place, words in _PATTERN_PROBLEMS:
            if problem.msg.startswith(sign):
                raise _pattern_error(pattern, problem.pos or 0, place, words) from None
    except (RecursionError, OverflowError):
        return


def _pattern_error(pattern: str, at: int, place: str, words: str) -> ApiError:
    quantifier = _QUANTIFIER.match(pattern, at)
    length = len(quantifier[0]) if quantifier else 1
    offset = len(pattern) if place == _AT_END else at + (length if place == "quantifier" else 1)
    text = words.format(quantifier[0] if quantifier else pattern[at : at + 1])
    return ApiError(f"Invalid pattern '{pattern}' at offset {offset}. {text}")


def _is_authority(text: str) -> bool:
    host = text.rpartition("@")[2]
    return bool(_PORT.sub("", host)) and not any(char.isspace() for char in host)


def _host_and_port(text: str) -> tuple[str, str | None]:
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        return host, rest[1:] if rest.startswith(":") else (rest or None)
    if text.count(":") == 1:
        host, _, port = text.partition(":")
        return host, port
    return text, None


def _passes(check: Callable[[str], None], text: str) -> bool:
    try:
        check(domain_names.to_ascii(text))
    except ApiError:
        return False
    return True
