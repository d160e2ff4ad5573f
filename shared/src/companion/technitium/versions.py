"""Versions of Technitium DNS Server, and what a client must do differently for each.

The version comes from `info.version` of a node's own answer; it is never found out by probing.
"""

import re
from dataclasses import dataclass
from typing import Self

_PATTERN = re.compile(r"(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """One release, ordered by age: `Version(15, 2)` is newer than `Version(14, 3)`."""

    major: int
    minor: int = 0
    build: int = 0

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a text such as `15.2` or `15.0.1`.

        Raises:
            ValueError: It is not a version.
        """
        match = _PATTERN.fullmatch(text)
        if match is None:
            message = f"Not a version of Technitium: {text[:20]!r}."
            raise ValueError(message)
        major, minor, build = match.groups(default="0")
        return cls(int(major), int(minor), int(build))

    @classmethod
    def known(cls, text: str | None) -> Self | None:
        """Read a version that may be missing or unreadable: both mean that it is not known."""
        try:
            return None if text is None else cls.parse(text)
        except ValueError:
            return None

    @property
    def bearer(self) -> bool:
        """Whether the token may travel as `Authorization: Bearer`; older ones ignore that."""
        return self >= _FIRST_WITH_BEARER

    @property
    def names_a_missing_token(self) -> bool:
        """Whether a call without a good token is an `error` naming the parameter, not a status."""
        return self < _FIRST_WITH_BEARER

    def __str__(self) -> str:
        text = f"{self.major}.{self.minor}"
        return f"{text}.{self.build}" if self.build else text


_FIRST_WITH_BEARER = Version(15)
FIRST_WITH_CLUSTERS = Version(14)


def sends_bearer(version: Version | None) -> bool:
    """Say how the token travels; a form field when the version is unknown, since all read it."""
    return version is not None and version.bearer


def may_name_a_missing_token(version: Version | None) -> bool:
    """Say whether `Parameter 'token' missing.` means a dead session at this node."""
    return version is None or version.names_a_missing_token
