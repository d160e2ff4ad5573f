"""What a call is and how a path finds its handler, its right and its place in the cluster."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING

from technitium_sandbox.accounts.permissions import Right
from technitium_sandbox.accounts.sessions import Kind, Session
from technitium_sandbox.calls.envelope import Answer
from technitium_sandbox.calls.errors import access_denied
from technitium_sandbox.calls.forms import Upload
from technitium_sandbox.calls.parameters import Parameters

if TYPE_CHECKING:
    from technitium_sandbox.accounts.directory import User
    from technitium_sandbox.node import Node


class Reach(Enum):
    """Where a call is carried out when the node belongs to a cluster."""

    ANY = auto()
    """Here, or on the node that the parameter `node` names."""
    HERE = auto()
    """Always on the node that was asked; `node` is ignored."""
    PRIMARY = auto()
    """On the Primary, whichever node was asked."""


@dataclass(slots=True, kw_only=True)
class Call:
    """One request as the handlers see it."""

    node: "Node"
    method: str
    path: str
    parameters: Parameters
    address: str
    agent: str | None = None
    bearer: str | None = None
    language: str | None = None
    uploads: Sequence[Upload] = ()
    content_type: str = ""
    body: bytes = b""
    session: Session | None = None
    acting_user: "User | None" = None
    acting_kind: Kind | None = None

    @property
    def user(self) -> "User":
        """Who acts; only handlers behind a session ask."""
        if self.acting_user is None:
            raise access_denied()
        return self.acting_user

    @property
    def token(self) -> str | None:
        """The header's token, else the parameter's; a header leaves no second try."""
        return self.bearer if self.bearer is not None else self.parameters.present("token")

    def require_standard(self) -> None:
        """Self-service changes are for people, not for tokens."""
        if self.acting_kind is not Kind.STANDARD:
            raise access_denied()


Outcome = Mapping[str, object] | Answer
Handler = Callable[[Call], Outcome]
Need = tuple[str, Right]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One path: any one of `needs` opens it; none means every valid session."""

    path: str
    handler: Handler
    needs: tuple[Need, ...] = ()
    reach: Reach = Reach.ANY
    methods: tuple[str, ...] = ("GET", "POST")


@dataclass(slots=True)
class Router:
    """Paths match in any case and with a trailing slash, as ASP.NET routes them."""

    routes: Sequence[Route]
    _by_path: dict[str, Route] = field(default_factory=dict)
    _exact: dict[str, Route] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._exact = {route.path: route for route in self.routes}
        self._by_path = {route.path.lower(): route for route in self.routes}

    def find(self, path: str) -> Route | None:
        """The route of a path, whatever the method."""
        return self._exact.get(path) or self._by_path.get(path.lower().removesuffix("/"))

    def match(self, path: str, method: str) -> Route | None:
        route = self.find(path)
        return route if route is not None and method in route.methods else None

    def reach(self, path: str) -> Reach:
        """By exact path only: in another case a path loses its special treatment."""
        route = self._exact.get(path)
        return Reach.ANY if route is None else route.reach
