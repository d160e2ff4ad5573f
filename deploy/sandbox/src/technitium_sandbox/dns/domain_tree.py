"""Values by domain name, with the tree of labels above them, as the API browses it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from technitium_sandbox.calls.parameters import Parameters
from technitium_sandbox.dns import domain_names

T = TypeVar("T")


class DomainTree(Generic[T]):
    """Names are compared without regard to case; the root is the empty name."""

    def __init__(self) -> None:
        self._values: dict[str, T] = {}
        self._children: dict[str, set[str]] = {}

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def get(self, name: str) -> T | None:
        return self._values.get(name.lower())

    def set(self, name: str, value: T) -> None:
        child = name.lower()
        self._values[child] = value
        parent = domain_names.parent(child)
        while parent is not None and child not in self._children.get(parent, ()):
            self._children.setdefault(parent, set()).add(child)
            child, parent = parent, domain_names.parent(parent)

    def remove(self, name: str) -> bool:
        """Take one name away, not those under it; false when it was not there."""
        child = name.lower()
        if self._values.pop(child, None) is None:
            return False
        while child and child not in self._values and not self._children.get(child):
            self._children.pop(child, None)
            parent = domain_names.parent(child) or ""
            self._children[parent].discard(child)
            child = parent
        return True

    def clear(self) -> None:
        self._values.clear()
        self._children.clear()

    def children(self, name: str) -> list[str]:
        """Full names one label below that are in the tree or lead to some, sorted."""
        return sorted(self._children.get(name.lower(), ()))

    def covering(self, name: str) -> str | None:
        """The longest name in the tree that is `name` or lies above it."""
        place: str | None = name.lower()
        while place is not None:
            if place in self._values:
                return place
            place = domain_names.parent(place)
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a look into a tree ended."""

    domain: str
    children: list[str]

    def fields(self) -> dict[str, object]:
        """The first fields of a listing; `domainIdn` is there for an IDN only."""
        shown = domain_names.to_unicode(self.domain)
        return {
            "domain": self.domain,
            **({} if shown == self.domain else {"domainIdn": shown}),
            "zones": [domain_names.to_unicode(child) for child in self.children],
        }


def look(tree: DomainTree[T], parameters: Parameters) -> Place:
    """Follow `domain` and `direction`: past names that hold nothing but one other, down or up."""
    domain = domain_names.to_ascii(parameters.optional("domain") or "")
    domain_names.check_sought(domain)
    is_up = (parameters.optional("direction") or "").lower() == "up"
    children = tree.children(domain)
    while domain not in tree and len(children) == 1 and (domain or not is_up):
        domain = (domain_names.parent(domain) or "") if is_up else children[0]
        children = tree.children(domain)
    return Place(domain=domain, children=children)
