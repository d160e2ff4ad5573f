"""Who is sent from http to https, and where to.

People type addresses, so a page sends them on. A program that speaks plain http would send its
secrets once more with each call and never notice: it is refused, not sent on.
"""

from collections.abc import Mapping
from typing import Final

from companion.asgi.origin import is_host

_READS: Final = frozenset({"GET", "HEAD"})
# Beginnings of paths that programs ask for.
_FOR_PROGRAMS: Final = ("/api", "/api-docs", "/internal", "/livez", "/readyz", "/health")
_HTTPS_PORT: Final = 443


def is_page(method: str, path: str, headers: Mapping[str, str]) -> bool:
    """Whether a browser's address bar, and not a program, asks for this."""
    is_for_program = any(f"{path}/".startswith(f"{one}/") for one in _FOR_PROGRAMS)
    return method in _READS and not is_for_program and "authorization" not in headers


def https_location(host: str, target: str, *, port: int | None) -> str | None:
    """The same address by https; None where the host is none.

    Args:
        host: As the request had it, perhaps with a port, which is that of http.
        target: The path and query, exactly as they were sent; begins with a slash.
        port: Where https is; None where the proxy in front knows, which is the usual one.
    """
    if not is_host(host) or not target.startswith("/"):
        return None
    end = host.index("]") + 1 if host.startswith("[") else None
    name = host[:end] if end else host.partition(":")[0]
    suffix = "" if port in (None, _HTTPS_PORT) else f":{port}"
    return f"https://{name}{suffix}{target}"
