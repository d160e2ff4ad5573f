"""What the gateway's decisions need from the world, each as small as its use."""

from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    Awaitable,
    Callable,
    Coroutine,
    Mapping,
    Sequence,
)
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from companion.secret import Secret
from companion.sessions.record import DoomedToken
from companion.sessions.store import OpenSession
from companion.technitium.login import LoginAnswer
from companion.technitium.session_info import SessionInfo

from auth_gateway.domain.caller import Caller
from auth_gateway.domain.credentials import Credentials
from auth_gateway.domain.intents import Intent, OpenIntents
from auth_gateway.domain.outlook import Outlook
from auth_gateway.domain.regulation import Judgement

# Starts work that nobody waits for; it must not raise.
Spawn = Callable[[Coroutine[Any, Any, None]], None]
# Wakes whoever works on the outbox.
Kick = Callable[[], None]
OnLate = Callable[[str, LoginAnswer], Awaitable[None]]
# A token that a node gave, and the intent that is open until somebody holds the token.
OnToken = Callable[[DoomedToken, Intent], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One try of a password: from which network, with which name (folded), with a code or not.

    `id` makes it one try, however often it is written.
    """

    id: str
    network: str
    name: str
    with_code: bool


class Regulation(Protocol):
    """The counts of tries, shared by all replicas. Raises StoreUnavailable."""

    async def admit(
        self, one: Try, node_ids: Sequence[str], *, known: bool = False, patient: bool = False
    ) -> Mapping[str, Outlook]:
        """Count the try at each node whose budgets have room, in one step.

        A name that is `known` in the try's network is not held back for what was tried with it
        from others; its tries count all the same. With `patient` it is counted nowhere as long as
        one node is in doubt.

        Returns:
            Node id to what the try has before it there; where it was counted and may be sent, that
            is no wait.
        """
        ...

    async def judge(self, one: Try, judgements: Mapping[str, Judgement]) -> None:
        """Take the answers to a counted try into the counts."""
        ...

    async def learn_real_ip(self, node_id: str, *, honoured: bool) -> None:
        """Remember whether a node counts by the address we tell it, or by ours."""
        ...


class LiveSessions(Protocol):
    """The sessions of a user name. Raises StoreUnavailable."""

    async def of_user(self, user: str) -> Sequence[OpenSession]:
        """Those that live now; none of them is touched."""
        ...


class Intents(Protocol):
    """What was sent and is not settled, shared by all replicas. Raises StoreUnavailable."""

    async def open(self, one: Try, node_ids: Sequence[str]) -> Mapping[str, Intent]:
        """Write down, before a password is sent, to which nodes it goes; one intent for each."""
        ...

    async def close(self, intents: Sequence[Intent]) -> None:
        """Say that whatever these began is held by a session, in the outbox, or ended."""
        ...

    async def of(self, name: str) -> OpenIntents:
        """The open intents of a user name, as of now."""
        ...

    async def learn_timeout(self, name: str, node_id: str, timeout_s: int) -> None:
        """Remember when a node ends that user's sessions by itself; 0 is never."""
        ...


class UsedCodes(Protocol):
    """The one-time codes that are in use or were judged. Raises StoreUnavailable."""

    async def reserve(self, name: str, code: Secret, sign_in_id: str) -> bool:
        """Take a code for one sign-in; False if another one has it or had it judged."""
        ...

    async def release(self, name: str, code: Secret, sign_in_id: str) -> None:
        """Give a code back that no node has judged."""
        ...


class SingleSignOn(Protocol):
    """What nodes tell anybody of single sign-on; never raises."""

    async def enabled_at(self, node_ids: Sequence[str]) -> tuple[str, ...]:
        """Those of the nodes where it is on, as of the last few minutes."""
        ...


class NodeLogins(Protocol):
    """The calls to nodes that signing in and out is made of."""

    async def login(
        self,
        node_id: str,
        credentials: Credentials,
        caller: Caller,
        *,
        sign_in_id: str,
        on_late: OnLate,
    ) -> LoginAnswer:
        """Ask one node, within the deadline of a sign-in; never raises for what a node does."""
        ...

    async def logout(self, doomed: DoomedToken) -> None:
        """End a token; returns only when the node confirmed it, else raises NodeError."""
        ...

    async def profile(self, doomed: DoomedToken, caller: Caller) -> Mapping[str, Any]:
        """What the node knows of the token's user and sessions; raises NodeError."""
        ...

    async def end_session(self, asker: DoomedToken, partial_token: str, caller: Caller) -> None:
        """End another session of the token's user; returns when it is gone, else NodeError."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """A service behind the door: its name for people, its address without a slash at the end."""

    name: str
    base_url: str


class UpstreamDown(Exception):  # noqa: N818 - it states an outcome, not a fault
    """The service whose name is the message does not answer."""


class UpstreamSlow(Exception):  # noqa: N818 - it states an outcome, not a fault
    """The service whose name is the message took the request and fell silent."""


class UpstreamAnswer(Protocol):
    """The beginning of a service's answer; its body is taken once, by one of the two."""

    status: int
    headers: list[tuple[bytes, bytes]]

    async def read(self) -> bytes: ...

    def chunks(self) -> AsyncGenerator[bytes]: ...


class Upstreams(Protocol):
    """The way to the services behind the door."""

    def send(
        self,
        upstream: Upstream,
        *,
        method: str,
        target: bytes,
        headers: list[tuple[bytes, bytes]],
        body: bytes | AsyncIterable[bytes] | None,
    ) -> AbstractAsyncContextManager[UpstreamAnswer]:
        """Send one request, `target` as it stands, and give the answer as soon as it begins.

        Raises:
            UpstreamDown: There is no connection, or it was lost.
            UpstreamSlow: There is one, and nothing comes.
        """
        ...


class TokenBin(Protocol):
    """Where tokens go that no session holds. Raises StoreUnavailable."""

    async def discard(self, tokens: Sequence[DoomedToken]) -> None: ...


class NodeRights(Protocol):
    """What a node says of a person's rights at this moment."""

    async def session_info(self, token: DoomedToken, caller: Caller) -> SessionInfo:
        """Ask with this token, within a deadline; raises NodeError."""
        ...


class IdentityMembers(Protocol):
    """Which nodes the identity node called members of its cluster. Raises StoreUnavailable."""

    async def remember(self, node_id: str, members: tuple[str, ...]) -> None: ...

    async def known(self, node_id: str) -> tuple[str, ...]:
        """As that very node said last, itself left out; empty when nobody remembers."""
        ...


class ClusterTokenUse(Protocol):
    """What depends on the cluster token where nobody signs in."""

    async def node_ids(self) -> Sequence[str]:
        """The nodes it is used for, in order. Raises StoreUnavailable."""
        ...


class BackgroundState(Protocol):
    """The state of the background token; None when ptr-worker has not written for a minute.

    Raises StoreUnavailable.
    """

    async def recent(self) -> Mapping[str, Any] | None:
        """As of at most a second ago."""
        ...

    async def now(self) -> Mapping[str, Any] | None:
        """As of this moment."""
        ...


class Tally(Protocol):
    """Counts outcomes for the operator."""

    def signed_in(self, outcome: str) -> None: ...

    def tokens_ended(self, count: int) -> None: ...

    def ghost_sessions(self, depth: int) -> None: ...

    def sessions_swept(self, count: int) -> None: ...

    def upkeep_turn(self, outcome: str) -> None: ...

    def node_session_checked(self, outcome: str) -> None: ...

    def sealed_blobs(self, kind: str, by_key_id: Mapping[str, int]) -> None: ...
