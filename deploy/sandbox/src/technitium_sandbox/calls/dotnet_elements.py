"""Members of a JSON value read as .NET's `JsonElement` reads them, complaints included."""

from collections.abc import Hashable, Iterable
from typing import Any

from technitium_sandbox.calls.errors import ApiError

_NO_SUCH_KEY = "The given key was not present in the dictionary."
_WRONG_FORMAT = "One of the identified items was in an invalid format."
_INT32 = range(-(2**31), 2**31)
_UINT32 = range(2**32)


def member(element: object, name: str) -> Any:  # noqa: ANN401 - any JSON value
    """The value under a key that must be there."""
    found = as_object(element)
    if name not in found:
        raise ApiError(_NO_SUCH_KEY)
    return found[name]


def as_object(element: object) -> dict[str, Any]:
    if not isinstance(element, dict):
        raise _mismatch("Object", element)
    return element


def as_array(element: object) -> list[Any]:
    if not isinstance(element, list):
        raise _mismatch("Array", element)
    return element


def as_text(element: object) -> str | None:
    """A string; `null` is none."""
    if element is not None and not isinstance(element, str):
        raise _mismatch("String", element)
    return element


def as_boolean(element: object) -> bool:
    if not isinstance(element, bool):
        raise _mismatch("Boolean", element)
    return element


def as_int32(element: object) -> int:
    return _as_whole(element, _INT32)


def as_uint32(element: object) -> int:
    return _as_whole(element, _UINT32)


def _as_whole(element: object, allowed: range) -> int:
    if isinstance(element, bool) or not isinstance(element, int | float):
        raise _mismatch("Number", element)
    if not isinstance(element, int) or element not in allowed:
        raise ApiError(_WRONG_FORMAT)
    return element


def _mismatch(wanted: str, element: object) -> ApiError:
    return ApiError(
        f"The requested operation requires an element of type '{wanted}',"
        f" but the target element has type '{kind(element)}'."
    )


def kind(element: object) -> str:
    """What .NET calls this kind of value."""
    if element is None:
        return "Null"
    if isinstance(element, bool):
        return str(element)
    if isinstance(element, dict):
        return "Object"
    if isinstance(element, list):
        return "Array"
    return "String" if isinstance(element, str) else "Number"


def refuse_twins(keys: Iterable[Hashable]) -> None:
    """As a .NET dictionary does when a key is added again."""
    seen: set[Hashable] = set()
    for key in keys:
        if key in seen:
            raise ApiError(f"An item with the same key has already been added. Key: {key}")
        seen.add(key)
