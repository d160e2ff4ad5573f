"""The configuration of the app Advanced Blocking: what it asks of it, in the order it reads it."""

from collections.abc import Callable, Iterable
from typing import Any

from technitium_sandbox.calls import dotnet_json
from technitium_sandbox.calls.dotnet_elements import (
    as_array,
    as_boolean,
    as_int32,
    as_object,
    as_text,
    as_uint32,
    kind,
    member,
    refuse_twins,
)
from technitium_sandbox.calls.dotnet_text import (
    as_network,
    check_pattern,
    check_url,
    is_end_point,
    network_text,
)
from technitium_sandbox.calls.errors import ApiError

Read = Callable[[Any], object]

_NOT_VALID = "Operation is not valid due to the current state of the object."
_NO_OBJECT = "Object reference not set to an instance of an object."
# Read when they are there, in this order.
_OPTIONAL: tuple[tuple[str, Read], ...] = (
    ("enableBlocking", as_boolean),
    ("blockingAnswerTtl", as_uint32),
    ("blockListUrlUpdateIntervalHours", as_int32),
    ("blockListUrlUpdateIntervalMinutes", as_int32),
)


def check(config: str) -> None:
    """Nothing when the app takes the text.

    Raises:
        ApiError: In the app's or .NET's words.
    """
    root = dotnet_json.parse(config)
    _read(root, _OPTIONAL)
    for end_point, group in _map(root.get("localEndPointGroupMap")):
        if not is_end_point(end_point):
            raise ApiError(f"Local end point group map contains an invalid end point: {end_point}")
        as_text(group)
    refuse_twins(_networks(member(root, "networkGroupMap")))
    groups = _items(member(root, "groups"))
    refuse_twins(_group_name(group) for group in groups)
    for group in groups:
        for key in _URL_ARRAYS:
            refuse_twins(_url(item) for item in group[key])


def _networks(mapping: object) -> Iterable[str]:
    for text, group in _map(mapping):
        network = as_network(text)
        if network is None:
            raise ApiError(f"Network group map contains an invalid network address: {text}")
        as_text(group)
        yield network_text(network)


def _group_name(group: object) -> str:
    """The name of a group whose members are all as they should be."""
    name = as_text(member(group, "name"))
    _read(group, _OPTIONAL_IN_GROUP)
    for key, read in _ARRAYS:
        for item in _items(member(group, key)):
            read(item)
    for key in _URL_ARRAYS:
        if member(group, key) is None:
            raise ApiError(_NO_OBJECT)
    if name is None:
        raise ApiError("Value cannot be null. (Parameter 'key')")
    return name


def _addresses(items: object) -> None:
    """What is no address among them is passed over."""
    for item in as_array(items):
        as_text(item)


def _plain_url(item: object) -> str:
    return check_url(as_text(item))


def _block_url(item: object) -> str:
    """Plain, or with an answer of its own for this list."""
    if isinstance(item, dict):
        url = check_url(as_text(member(item, "url")))
        _read(item, (("blockAsNxDomain", as_boolean), ("blockingAddresses", _addresses)))
        return url
    if not isinstance(item, str):
        raise ApiError(f"Unexpected URL format: {kind(item)}")
    return check_url(item)


def _url(item: Any) -> str:  # noqa: ANN401 - text or object, checked before
    return str(item["url"] if isinstance(item, dict) else item)


def _pattern(item: object) -> None:
    check_pattern(as_text(item))


_OPTIONAL_IN_GROUP: tuple[tuple[str, Read], ...] = (
    ("enableBlocking", as_boolean),
    ("allowTxtBlockingReport", as_boolean),
    ("blockAsNxDomain", as_boolean),
    ("blockingAddresses", _addresses),
)
# All of them must be there, empty or not.
_ARRAYS: tuple[tuple[str, Read], ...] = (
    ("allowed", as_text),
    ("blocked", as_text),
    ("allowListUrls", _plain_url),
    ("blockListUrls", _block_url),
    ("allowedRegex", _pattern),
    ("blockedRegex", _pattern),
    ("regexAllowListUrls", _plain_url),
    ("regexBlockListUrls", _block_url),
    ("adblockListUrls", _block_url),
)
# In these nothing may stand twice.
_URL_ARRAYS = tuple(key for key, _ in _ARRAYS if key.endswith("Urls"))


def _map(mapping: object) -> Iterable[tuple[str, Any]]:
    if not isinstance(mapping, dict | None):
        raise ApiError(_NOT_VALID)
    return (mapping or {}).items()


def _items(items: object) -> list[Any]:
    if not isinstance(items, list | None):
        raise ApiError(_NOT_VALID)
    return items or []


def _read(element: object, members: Iterable[tuple[str, Read]]) -> None:
    found = as_object(element)
    for key, read in members:
        if key in found:
            read(found[key])


def without_minutes(config: str) -> str:
    """A configuration as it was before these two keys were there."""
    newer = ('"blockingAnswerTtl"', '"blockListUrlUpdateIntervalMinutes"')
    lines = config.splitlines(keepends=True)
    return "".join(line for line in lines if not line.lstrip().startswith(newer))
