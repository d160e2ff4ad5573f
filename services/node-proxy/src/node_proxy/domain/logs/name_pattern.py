"""Finds parts of names: what a node is asked for, and what is still to be checked here.

A node takes `*` for any text. Once there is one, `_` and `%` are wildcards of its database too,
though they stand in many names: what it then finds is more than was asked, and is sifted here.
"""

from dataclasses import dataclass
from typing import Final

LONGEST: Final = 255
_WILD: Final = frozenset("_%\\")


@dataclass(frozen=True, slots=True, kw_only=True)
class NamePattern:
    """A lower-case pattern in which only `*` is special.

    Attributes:
        text: The pattern, with a star at both ends where none was given.
    """

    text: str

    @property
    def pushed(self) -> str:
        """What the node is asked for; it finds at least the names that match."""
        # An escape in some databases; any one character is what all of them understand.
        return self.text.replace("\\", "_")

    @property
    def is_exact(self) -> bool:
        """Whether the node finds these names and no others."""
        return not _WILD & set(self.text)

    def matches(self, name: str) -> bool:
        """Whether a name is meant; takes one walk over it, whatever the pattern."""
        first, *inner = self.text.split("*")
        last = inner.pop()
        if not (name.startswith(first) and name.endswith(last)):
            return False
        place, end = len(first), len(name) - len(last)
        for part in inner:
            found = name.find(part, place, end)
            if found < 0:
                return False
            place = found + len(part)
        return place <= end


def name_pattern(text: str) -> NamePattern:
    """The pattern for what a person typed: a part of a name, or a name with stars in it.

    Raises:
        ValueError: Nothing is left to look for, it is too long, or no name has such characters.
    """
    name = _ascii(text.strip()).strip(".").lower()
    if not name.strip("*") or len(name) > LONGEST:
        raise ValueError(text)
    return NamePattern(text=name if "*" in name else f"*{name}*")


def _ascii(text: str) -> str:
    """Names are logged as they travel: other letters than ASCII in their encoded form."""
    if text.isascii():
        if not text.isprintable():
            raise ValueError(text)
        return text
    return ".".join(label if label.isascii() else _encoded(label) for label in text.split("."))


def _encoded(label: str) -> str:
    """The form of a whole label; stars at its ends stay, since they may mean more labels.

    Raises:
        ValueError: A star stands inside: a part has another form than the whole.
    """
    core = label.strip("*")
    if "*" in core:
        raise ValueError(label)
    before, _, after = label.partition(core)
    return before + core.encode("idna").decode() + after
