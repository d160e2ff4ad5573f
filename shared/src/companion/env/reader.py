# ruff: noqa: A002  (`help` is the field's word for what a setting does)
"""Typed reading of the environment that collects every problem instead of stopping at one.

Empty is unset. A reader answers its default when something is wrong, so that reading goes on;
nothing it answered may be used before `finish` has returned.
"""

import contextlib
import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import TypeVar, overload

from companion.address import Listen
from companion.env import forms
from companion.env.refusal import SettingsRefused
from companion.env.retired import retired
from companion.secret import Secret

T = TypeVar("T")

# One environment often serves all services: what another of them reads is no mistake.
PRODUCT_NAMES = frozenset(
    {
        "AUTH_IDENTITY_NODE",
        "AUTH_SESSION_ENABLED",
        "AUTH_SESSION_IDLE_HOURS",
        "AUTH_SESSION_MAX_AGE_HOURS",
        "TECHNITIUM_BACKGROUND_TOKEN",
        "TECHNITIUM_BACKGROUND_TOKEN_FILE",
        "TECHNITIUM_CLUSTER_TOKEN",
        "TECHNITIUM_CLUSTER_TOKEN_FILE",
        "TECHNITIUM_DHCP_TOKEN",
        "TECHNITIUM_DHCP_TOKEN_FILE",
        "TECHNITIUM_NODES",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """One variable a service reads, as its documentation lists it."""

    name: str
    default: str | None
    help: str
    secret: bool = False


class Env:
    """A mapping of variables with typed readers; see the module for how problems are told."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self._declared: dict[str, Declared] = {}
        self.problems: list[str] = []
        self.warnings: list[str] = []

    @property
    def declared(self) -> tuple[Declared, ...]:
        return tuple(self._declared.values())

    def problem(self, text: str) -> None:
        """Add a full sentence that names the variable and what is expected of it."""
        if text not in self.problems:
            self.problems.append(text)

    def warning(self, text: str) -> None:
        if text not in self.warnings:
            self.warnings.append(text)

    def names(self) -> tuple[str, ...]:
        """The variables that are set to something, in the mapping's order."""
        return tuple(name for name, value in self._variables.items() if value.strip())

    def declare(
        self, name: str, *, default: object = None, help: str = "", secret: bool = False
    ) -> None:
        """Remember that a variable exists, for `declared` and `unknown`.

        Said twice, the first word stands.
        """
        known = self._declared.get(name)
        if known is None:
            self._declared[name] = Declared(
                name=name, default=_shown(default), help=help, secret=secret
            )
        elif help and not known.help:
            self._declared[name] = replace(known, help=help)

    def raw(self, name: str) -> str | None:
        """The value without surrounding whitespace; None when unset or empty."""
        return self._variables.get(name, "").strip() or None

    @overload
    def text(self, name: str, *, default: str, help: str = ...) -> str: ...
    @overload
    def text(self, name: str, *, required: bool, help: str = ...) -> str: ...
    @overload
    def text(self, name: str, *, default: None = None, help: str = ...) -> str | None: ...
    def text(
        self, name: str, *, default: str | None = None, required: bool = False, help: str = ""
    ) -> str | None:
        """Read a text; `required` makes an unset one a problem."""
        found = self.parsed(name, str, default=default, help=help)
        if found is None and required:
            self.problem(f"{name} is not set. {help}".rstrip())
            return ""
        return found

    @overload
    def flag(self, name: str, *, default: bool, help: str = ...) -> bool: ...
    @overload
    def flag(self, name: str, *, default: None = None, help: str = ...) -> bool | None: ...
    def flag(self, name: str, *, default: bool | None = None, help: str = "") -> bool | None:
        """Read a boolean in any spelling and case: true, yes, on, 1 and their opposites."""
        return self.parsed(name, forms.flag, default=default, help=help)

    def integer(
        self,
        name: str,
        *,
        default: int,
        minimum: int | None = None,
        maximum: int | None = None,
        help: str = "",
    ) -> int:
        def parse(text: str) -> int:
            return forms.integer(text, minimum=minimum, maximum=maximum)

        return self.parsed(name, parse, default=default, help=help)

    def number(
        self, name: str, *, default: float, above: float | None = None, help: str = ""
    ) -> float:
        def parse(text: str) -> float:
            return forms.number(text, above=above)

        return self.parsed(name, parse, default=default, help=help)

    def hours(self, name: str, *, default: float, help: str = "") -> float:
        """Read a number of hours; the answer is in seconds, `default` is in hours."""
        self.declare(name, default=default, help=help)
        return self.parsed(name, forms.hours, default=default * forms.SECONDS_PER_HOUR)

    def choice(self, name: str, choices: tuple[str, ...], *, default: str, help: str = "") -> str:
        def parse(text: str) -> str:
            return forms.choice(text, choices)

        return self.parsed(name, parse, default=default, help=help)

    def csv(self, name: str, *, default: tuple[str, ...] = (), help: str = "") -> tuple[str, ...]:
        return self.parsed(name, forms.csv, default=default, help=help)

    def cidrs(
        self, name: str, *, default: str = "", help: str = ""
    ) -> tuple[IPv4Network | IPv6Network, ...]:
        self.declare(name, default=default, help=help)
        return self.parsed(name, forms.cidrs, default=forms.cidrs(default))

    def listen(self, name: str, *, default: str, help: str = "") -> Listen:
        """Read a port (on 127.0.0.1), an address with a port, or a Unix socket."""

        def parse(text: str) -> Listen:
            return Listen.parse(text, variable=name)

        self.declare(name, default=default, help=help)
        return self.parsed(name, parse, default=parse(default))

    @overload
    def url(
        self, name: str, *, default: str, schemes: tuple[str, ...] = ..., help: str = ...
    ) -> str: ...
    @overload
    def url(
        self,
        name: str,
        *,
        default: None = None,
        schemes: tuple[str, ...] = ...,
        help: str = ...,
    ) -> str | None: ...
    def url(
        self,
        name: str,
        *,
        default: str | None = None,
        schemes: tuple[str, ...] = ("http", "https"),
        help: str = "",
    ) -> str | None:
        def parse(text: str) -> str:
            return forms.url(text, schemes=schemes)

        return self.parsed(name, parse, default=default, help=help)

    @overload
    def path(self, name: str, *, default: Path, must_read: bool = ..., help: str = ...) -> Path: ...
    @overload
    def path(
        self, name: str, *, default: None = None, must_read: bool = ..., help: str = ...
    ) -> Path | None: ...
    def path(
        self,
        name: str,
        *,
        default: Path | None = None,
        must_read: bool = False,
        help: str = "",
    ) -> Path | None:
        """Read a path; `must_read` makes a set but unreadable file a problem."""
        parse: Callable[[str], Path] = forms.readable_file if must_read else Path
        return self.parsed(name, parse, default=default, help=help)

    @overload
    def secret(self, name: str, *, required: bool, help: str = ...) -> Secret: ...
    @overload
    def secret(self, name: str, *, help: str = ...) -> Secret | None: ...
    def secret(self, name: str, *, required: bool = False, help: str = "") -> Secret | None:
        """Read a secret from NAME, or from the file that NAME_FILE names.

        Both set, a file that cannot be read, and an empty file are problems. The value itself
        never stands in one.
        """
        self.declare(name, help=help, secret=True)
        self.declare(f"{name}_FILE", help=f"A file that holds {name}.")
        value, path = self.raw(name), self.raw(f"{name}_FILE")
        if value is not None and path is not None:
            self.problem(f"{name} and {name}_FILE are both set: keep one of them.")
        elif path is not None:
            value = self._file(f"{name}_FILE", path)
        elif value is None and required:
            self.problem(f"{name} (or {name}_FILE) is not set. {help}".rstrip())
        if value is None:
            return Secret("") if required else None
        return Secret(value)

    def retired(self) -> None:
        """Warn of each set variable that only earlier versions read."""
        for name in self.names():
            said = retired(name)
            if said is not None and name not in self._declared:
                self.warning(said)

    def unknown(self, prefixes: Iterable[str], *, known: Iterable[str] = ()) -> None:
        """Warn of each set variable with one of these prefixes that no service reads.

        What was declared is read, and what `known` names besides.
        """
        read = {*self._declared, *PRODUCT_NAMES, *known}
        for name in self.names():
            if name in read or not name.startswith(tuple(prefixes)) or retired(name):
                continue
            near = difflib.get_close_matches(name, sorted(read), n=1, cutoff=0.75)
            hint = f" Did you mean {near[0]}?" if near else ""
            self.warning(f"{name} is set but nothing reads it.{hint}")

    def finish(self) -> None:
        """End the reading.

        Raises:
            SettingsRefused: With all problems at once, if there is any.
        """
        if self.problems:
            raise SettingsRefused(self.problems, self.warnings)

    def parsed(self, name: str, parse: Callable[[str], T], *, default: T, help: str = "") -> T:
        """Read any form: `parse` raises a `ValueError` that holds the expected form alone."""
        self.declare(name, default=default, help=help)
        value = self.raw(name)
        if value is None:
            return default
        try:
            return parse(value)
        except ValueError as exc:
            self.problem(f"{name} must be {exc}.")
            return default

    def _file(self, name: str, path: str) -> str | None:
        try:
            value = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as exc:
            reason = exc.strerror if isinstance(exc, OSError) else "it is not text"
            self.problem(f"{name} must name a file that can be read ({reason}: {path}).")
            return None
        if not value:
            self.problem(f"{name} names an empty file ({path}).")
        return value or None


def declared(read: Callable[[Env], object]) -> list[Declared]:
    """Run a reader over no variables at all and tell what it asked for, in that order."""
    env = Env({})
    # Required variables are missing here by intent; what was asked for is known by then.
    with contextlib.suppress(SettingsRefused):
        read(env)
    return list(env.declared)


def _shown(default: object) -> str | None:
    """A default as people write it; None where there is none worth telling."""
    match default:
        case None | "" | ():
            return None
        case bool():
            return str(default).lower()
        case float():
            return f"{default:g}"
        case tuple():
            return ",".join(map(str, default))
        case _:
            return str(default)
