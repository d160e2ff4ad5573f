"""The allowed and the blocked list of a node: names that cover everything under them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from technitium_sandbox.dns import domain_names
from technitium_sandbox.dns.domain_tree import DomainTree


@dataclass(slots=True)
class DomainList:
    """Names in effect, and those that are written down: what a restart and a Secondary find."""

    tree: DomainTree[bool] = field(default_factory=DomainTree)
    saved: Sequence[str] = ()
    _order: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self._order)

    def __contains__(self, name: str) -> bool:
        return name in self.tree

    def covering(self, qname: str) -> str | None:
        """The listed name that `qname` is or lies under."""
        return self.tree.covering(qname)

    def names(self) -> list[str]:
        """All of them, sorted, but for what a failed import left at the end."""
        return list(self._order)

    def add(self, name: str) -> bool:
        """False when it is listed already.

        Raises:
            ApiError: The name is none; the message has it in lower case.
        """
        is_new = self._put(name)
        if is_new:
            self._order.sort()
            self.saved = tuple(self._order)
        return is_new

    def take(self, names: Iterable[str]) -> None:
        """Add many at once; when one is bad, those before it stay, unsorted and not written down.

        Raises:
            ApiError: A name is none.
        """
        for name in names:
            self._put(name)
        self._order.sort()
        self.saved = tuple(self._order)

    def remove(self, name: str) -> bool:
        """Take one entry away, not those under it; false when there is none."""
        domain_names.check_sought(name)
        if not self.tree.remove(name):
            return False
        self._order.remove(name.lower())
        self.saved = tuple(self._order)
        return True

    def flush(self) -> None:
        self.replace(())

    def replace(self, names: Iterable[str]) -> None:
        """Hold these and no others."""
        self.tree.clear()
        self._order.clear()
        self.take(names)

    def _put(self, name: str) -> bool:
        folded = name.lower()
        domain_names.check(folded)
        if folded in self.tree:
            return False
        self.tree.set(folded, value=True)
        self._order.append(folded)
        return True
