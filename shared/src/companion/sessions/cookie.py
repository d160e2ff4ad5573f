"""The session cookie on the wire: written in one form, read in no other.

The `__Host-` prefix makes browsers refuse it without Secure and Path=/ or with a Domain.
"""

import base64
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from starlette.datastructures import Headers

COOKIE: Final = "__Host-tdc_session"

_VALUE_BYTES = 32
_VALUE = re.compile(r"[A-Za-z0-9_-]{43}")
_ATTRIBUTES = "Path=/; Secure; HttpOnly; SameSite=Strict"


def new_value(randomness: Callable[[int], bytes]) -> str:
    """A value for a new session: 256 bits of `randomness`, which says nothing about anyone."""
    return base64.urlsafe_b64encode(randomness(_VALUE_BYTES)).rstrip(b"=").decode()


def session_cookie(value: str, max_age_s: float) -> str:
    """The Set-Cookie value that signs a browser in for `max_age_s` seconds."""
    return f"{COOKIE}={value}; Max-Age={int(max_age_s)}; {_ATTRIBUTES}"


def cleared_cookie() -> str:
    """The Set-Cookie value that makes a browser forget its session."""
    return f"{COOKIE}=; Max-Age=0; {_ATTRIBUTES}"


def read_cookie(source: Headers | Mapping[str, Any]) -> str | None:
    """The session value of a request, given its headers or its ASGI scope.

    Returns:
        None unless there is exactly one cookie of our name and its value has our form: with two
        of them somebody is trying to slip in a second session, and neither is believed.
    """
    values = list(_values(_cookie_headers(source)))
    if len(values) != 1 or not is_well_formed(values[0]):
        return None
    return values[0]


def is_well_formed(value: str) -> bool:
    """Whether a value has the form of ours: 256 bits as 43 characters of base64url."""
    return _VALUE.fullmatch(value) is not None


def _cookie_headers(source: Mapping[str, Any]) -> list[str]:
    if isinstance(source, Headers):
        return source.getlist("cookie")
    raw: list[tuple[bytes, bytes]] = source["headers"]
    return [value.decode("latin-1") for name, value in raw if name == b"cookie"]


def _values(headers: Iterable[str]) -> Iterable[str]:
    for header in headers:
        for pair in header.split(";"):
            # Space and tab alone, as browsers do: other bytes that Python takes for spaces belong
            # to a name, which then has not our prefix and could have been set over plain HTTP.
            name, _, value = pair.strip(" \t").partition("=")
            if name == COOKIE:
                yield value
