"""The people of a node: users, groups and the rights of the sections.

In a cluster each node has its own copy; the Primary's is the original.
"""

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from technitium_sandbox.accounts.permissions import (
    ADMINISTRATORS,
    DHCP_ADMINISTRATORS,
    DNS_ADMINISTRATORS,
    EVERYONE,
    SECTIONS,
    Grants,
    Right,
    default_sections,
)
from technitium_sandbox.calls.errors import ApiError

DEFAULT_TIMEOUT_S = 1800
SHORTEST_TIMEOUT_S = 60
LONGEST_TIMEOUT_S = 604_800
MAX_NAME_CHARS = 255
_USERNAME = re.compile(r"[A-Za-z0-9@\-_.]+")


@dataclass(slots=True)
class Password:
    """A salted digest, cheap on purpose: what these accounts protect is made up."""

    salt: bytes
    digest: bytes

    @classmethod
    def of(cls, text: str, randomness: Callable[[int], bytes]) -> "Password":
        salt = randomness(16)
        return cls(salt=salt, digest=_digest(text, salt))

    def matches(self, text: str) -> bool:
        return hmac.compare_digest(self.digest, _digest(text, self.salt))


@dataclass(slots=True)
class Login:
    """When and from where somebody signed in; `at` is None for never."""

    at: float | None = None
    address: str = "0.0.0.0"  # noqa: S104 - how a node writes "from nowhere"


@dataclass(slots=True)
class User:
    username: str
    display_name: str
    password: Password
    groups: set[str] = field(default_factory=lambda: {EVERYONE})
    disabled: bool = False
    totp_secret: str | None = None
    totp_enabled: bool = False
    session_timeout_s: int = DEFAULT_TIMEOUT_S
    previous: Login = field(default_factory=Login)
    recent: Login = field(default_factory=Login)

    def signed_in(self, at: float, address: str) -> None:
        self.previous = self.recent
        self.recent = Login(at=at, address=address)

    def set_timeout(self, seconds: int) -> None:
        """Zero means never; anything shorter than a minute is stored as a minute."""
        if not 0 <= seconds <= LONGEST_TIMEOUT_S:
            raise ApiError(
                "Session timeout value must be between 0-604800 seconds."
                " (Parameter 'SessionTimeoutSeconds')"
            )
        self.session_timeout_s = max(seconds, SHORTEST_TIMEOUT_S) if seconds else 0


@dataclass(slots=True)
class Group:
    name: str
    description: str = ""


def built_in_groups() -> dict[str, Group]:
    return {
        ADMINISTRATORS: Group(ADMINISTRATORS, "Super administrators"),
        DHCP_ADMINISTRATORS: Group(DHCP_ADMINISTRATORS, "DHCP service administrators"),
        DNS_ADMINISTRATORS: Group(DNS_ADMINISTRATORS, "DNS service administrators"),
        EVERYONE: Group(EVERYONE, "All users"),
    }


@dataclass(slots=True)
class Directory:
    """Users by lower-case name, groups by name, rows by section."""

    users: dict[str, User] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=built_in_groups)
    sections: dict[str, Grants] = field(default_factory=default_sections)

    def user(self, name: str) -> User:
        found = self.users.get(name.lower())
        if found is None:
            raise ApiError(f"No such user exists: {name}")
        return found

    def group(self, name: str) -> Group:
        found = self.find_group(name)
        if found is None:
            raise ApiError(f"No such group exists: {name}")
        return found

    def find_group(self, name: str) -> Group | None:
        folded = name.lower()
        return next((one for one in self.groups.values() if one.name.lower() == folded), None)

    def add_user(self, user: User) -> None:
        self.users[check_username(user.username)] = user

    def remove_user(self, user: User) -> None:
        """Remove somebody with every row of rights that names him."""
        del self.users[user.username]
        for grants in self.sections.values():
            grants.users.pop(user.username, None)

    def remove_group(self, group: Group) -> None:
        del self.groups[group.name]
        for user in self.users.values():
            user.groups.discard(group.name)
        for grants in self.sections.values():
            grants.groups.pop(group.name, None)

    def members(self, group: str) -> list[str]:
        return sorted(user.username for user in self.users.values() if group in user.groups)

    def bits(self, user: User, section: str) -> int:
        """What `user` may do in `section`."""
        return self.sections[section].bits(user.username, user.groups)

    def all_bits(self, user: User) -> dict[str, int]:
        return {section: self.bits(user, section) for section in SECTIONS}

    def allows(self, user: User, section: str, right: Right) -> bool:
        return self.bits(user, section) & right == right


def check_username(name: str, *, allows_at: bool = True) -> str:
    """The name as it is stored: lower case, of the characters that a node accepts."""
    if not _USERNAME.fullmatch(name) or ("@" in name and not allows_at):
        at = "'@', " if allows_at else ""
        raise ApiError(
            f"Username can contain only alpha numeric, {at}'-', '_', or '.' characters."
            " (Parameter 'Username')"
        )
    if len(name) > MAX_NAME_CHARS:
        raise ApiError("Username length cannot exceed 255 characters. (Parameter 'Username')")
    return name.lower()


def _digest(text: str, salt: bytes) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", text.encode(), salt, 1)
