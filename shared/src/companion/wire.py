"""The form in which values lie in Redis: one msgpack envelope that names its kind and version.

A reader says which versions it knows, so that a value of newer software is refused, not misread.
"""

from collections.abc import Collection, Mapping

import msgpack  # type: ignore[import-untyped]

_PARTS = 3


class WireError(Exception):
    """Some bytes are not the envelope that was expected; the message says how."""


def pack(kind: str, version: int, body: Mapping[str, object]) -> bytes:
    """The bytes of one value.

    Raises:
        WireError: The body holds something that msgpack has no form for.
    """
    try:
        packed = msgpack.packb([kind, version, dict(body)])
    except (TypeError, ValueError, OverflowError) as exc:
        raise WireError(f"A value of kind {kind!r} cannot be packed.") from exc
    return bytes(packed)


def unpack(data: bytes, *, kind: str, versions: Collection[int]) -> tuple[int, dict[str, object]]:
    """The version and body of one value, if it is of `kind` and of one of `versions`.

    Raises:
        WireError: It is something else, or no envelope at all.
    """
    found_kind, version, body = _envelope(data)
    if found_kind != kind:
        raise WireError(f"A value of kind {found_kind!r} stands where {kind!r} belongs.")
    if version not in versions:
        known = ", ".join(str(one) for one in sorted(versions))
        raise WireError(f"A {kind!r} of version {version} is not readable here (known: {known}).")
    return version, body


def _envelope(data: bytes) -> tuple[str, int, dict[str, object]]:
    try:
        parts = msgpack.unpackb(data)
    # msgpack raises several unrelated types for bytes it cannot read.
    except (ValueError, TypeError, RecursionError, msgpack.UnpackException) as exc:
        raise WireError(f"These {len(data)} bytes are no envelope.") from exc
    if not isinstance(parts, list) or len(parts) != _PARTS:
        raise WireError("A value has no envelope.")
    kind, version, body = parts
    if not isinstance(kind, str) or type(version) is not int or not isinstance(body, dict):
        raise WireError("An envelope lacks its kind, version or body.")
    if not all(isinstance(name, str) for name in body):
        raise WireError("The body of an envelope has a name that is no text.")
    return kind, version, body
