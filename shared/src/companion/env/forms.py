"""The forms a setting can take: each function reads one, or says which form it expects.

The `ValueError` of each holds the expected form alone; the variable is named by the reader.
"""

import fnmatch
import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from math import isfinite
from pathlib import Path
from urllib.parse import urlsplit

from companion.asgi.origin import normal_origin

SECONDS_PER_HOUR = 3600

_HOST_NAME = re.compile(r"[a-z0-9]([a-z0-9._-]{0,252})")

_TRUE = frozenset({"true", "yes", "on", "1", "y", "t", "enabled"})
_FALSE = frozenset({"false", "no", "off", "0", "n", "f", "disabled"})


def flag(text: str) -> bool:
    word = text.lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueError("true or false")


def integer(text: str, *, minimum: int | None, maximum: int | None) -> int:
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError("a whole number" + _between(minimum, maximum))
    value = int(text)
    if (minimum is not None and value < minimum) or (maximum is not None and value > maximum):
        raise ValueError("a whole number" + _between(minimum, maximum))
    return value


def number(text: str, *, above: float | None) -> float:
    expected = "a number" if above is None else f"a number above {above:g}"
    try:
        value = float(text)
    except ValueError:
        raise ValueError(expected) from None
    if not isfinite(value) or (above is not None and value <= above):
        raise ValueError(expected)
    return value


def hours(text: str) -> float:
    """Hours as written, decimals allowed; the result is in seconds."""
    try:
        return number(text, above=0) * SECONDS_PER_HOUR
    except ValueError:
        raise ValueError("a number of hours above 0, such as 8 or 0.5") from None


def choice(text: str, choices: tuple[str, ...]) -> str:
    for candidate in choices:
        if text.lower() == candidate.lower():
            return candidate
    raise ValueError("one of " + ", ".join(choices))


def csv(text: str) -> tuple[str, ...]:
    return tuple(part for part in (piece.strip() for piece in text.split(",")) if part)


def cidrs(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Networks without host bits; a lone address is a network of one."""
    try:
        return tuple(ip_network(part) for part in csv(text))
    except ValueError as exc:
        raise ValueError(
            f"addresses or networks such as 10.0.0.0/8 or fd00::/8, separated by commas ({exc})"
        ) from None


def readable_file(text: str) -> Path:
    """A file that exists; `*` and `?` in its name stand for the first that fits, by name."""
    path = _first_fitting(Path(text))
    try:
        with path.open("rb") as file:
            file.read(1)
    except OSError as exc:
        raise ValueError(f"a file that can be read ({exc.strerror or exc}: {path})") from None
    return path


def origins(text: str) -> tuple[str, ...]:
    """Origins as browsers send them, such as https://tools.example.org."""
    found = tuple(normal_origin(origin) for origin in csv(text))
    if None in found:
        raise ValueError(
            "origins such as https://tools.example.org, without a path, separated by commas"
        )
    return tuple(origin for origin in found if origin is not None)


def hosts(text: str) -> tuple[str, ...]:
    """Names of hosts in lower case, as a browser's address bar has them without the port."""
    names = tuple(name.lower().removesuffix(".") for name in csv(text))
    if not all(_HOST_NAME.fullmatch(name) for name in names):
        raise ValueError("host names such as dns.example.org, without a port, separated by commas")
    return names


def url(text: str, *, schemes: tuple[str, ...]) -> str:
    """An absolute URL without user, password, query or fragment; no slash at its end."""
    expected = "an address such as " + " or ".join(f"{scheme}://host:port" for scheme in schemes)
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError(expected) from None
    if parts.scheme not in schemes or not parts.hostname or port == 0 or "@" in parts.netloc:
        raise ValueError(expected)
    if parts.query or parts.fragment or any(character.isspace() for character in text):
        raise ValueError(expected)
    return text.rstrip("/")


def _first_fitting(path: Path) -> Path:
    if not {"*", "?"} & {*path.name} or path.exists():
        return path
    try:
        names = sorted(entry.name for entry in path.parent.iterdir())
    except OSError:
        return path
    # In any case, as the Companion had it.
    wanted = re.compile(fnmatch.translate(path.name), re.IGNORECASE)
    return next((path.with_name(name) for name in names if wanted.fullmatch(name)), path)


def _between(minimum: int | None, maximum: int | None) -> str:
    if minimum is not None and maximum is not None:
        return f" from {minimum} to {maximum}"
    if minimum is not None:
        return f" of at least {minimum}"
    return "" if maximum is None else f" of at most {maximum}"
