"""One field of `settings/set`, and the ways in which most of them are read."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from technitium_sandbox.settings import limits, values
from technitium_sandbox.settings.source import Source

if TYPE_CHECKING:
    from technitium_sandbox.node import Node

Apply = Callable[["Node", Source], bool]
"""Put the field into the node when it was sent; says whether it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One parameter; `keys` are the settings that it decides, `also` what is read with it."""

    name: str
    apply: Apply
    is_shared: bool = False
    keys: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


def plain(
    read: Callable[[str], object], names: Iterable[str], *, is_shared: bool = False
) -> tuple[Field, ...]:
    """Fields that are one value each, read alike."""
    return tuple(
        Field(name=name, apply=single(name, read), is_shared=is_shared, keys=(name,))
        for name in names
    )


def networks(name: str, *, is_shared: bool, may_refuse: bool = False) -> Field:
    def read(items: list[str]) -> list[str]:
        return values.networks(items, name, may_refuse=may_refuse)

    return Field(name=name, apply=listed(name, read), is_shared=is_shared, keys=(name,))


def special(
    name: str, apply: Apply, *, is_shared: bool = False, also: tuple[str, ...] = ()
) -> Field:
    return Field(name=name, apply=apply, is_shared=is_shared, keys=(name,), also=also)


def single(name: str, read: Callable[[str], object]) -> Apply:
    """An empty value leaves the setting as it is."""

    def put(node: "Node", source: Source) -> bool:
        value = source.text(name)
        if not value or name not in node.settings:
            return False
        found = read(value)
        limits.check(name, found)
        node.settings[name] = found
        return True

    return put


def listed(name: str, read: Callable[[list[str]], object]) -> Apply:
    def put(node: "Node", source: Source) -> bool:
        items = source.items(name)
        if items is None or name not in node.settings:
            return False
        node.settings[name] = read(items)
        return True

    return put


def clearable(name: str, read: Callable[[str], object], default: object = None) -> Apply:
    """An empty value sets it back."""

    def put(node: "Node", source: Source) -> bool:
        value = source.text(name)
        if value is None or name not in node.settings:
            return False
        node.settings[name] = read(value) if value else default
        return True

    return put


def choice(name: str, names: Sequence[str]) -> Apply:
    """A value that is none of the names is ignored, without a word."""

    def put(node: "Node", source: Source) -> bool:
        found = values.choice(source.text(name), names)
        if found is None or name not in node.settings:
            return False
        node.settings[name] = found
        return True

    return put
