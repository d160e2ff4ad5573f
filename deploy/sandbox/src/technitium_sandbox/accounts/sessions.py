"""Sessions and tokens of one node, by their token of 64 hexadecimal characters."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from technitium_sandbox.clock import timestamp

TOKEN_BYTES = 32
PARTIAL_CHARS = 16
MAX_AGENT_CHARS = 255


class Kind(StrEnum):
    STANDARD = "Standard"
    API_TOKEN = "ApiToken"  # noqa: S105 - a kind of token, no token
    CLUSTER = "ClusterApiToken"
    SINGLE_USE = "SingleUse"


SPREADING = (Kind.API_TOKEN, Kind.CLUSTER)


@dataclass(slots=True)
class Session:
    """One token and when, from where and by what program it was used last."""

    token: str
    kind: Kind
    username: str
    last_seen: float
    token_name: str | None = None
    address: str = "127.0.0.1"
    agent: str | None = None

    @property
    def partial(self) -> str:
        return self.token[:PARTIAL_CHARS]

    def seen(self, now: float, address: str, agent: str | None) -> None:
        self.last_seen = now
        self.address = address
        self.agent = agent[:MAX_AGENT_CHARS] if agent else None

    def is_expired(self, timeout_s: int, now: float) -> bool:
        """Only Standard sessions end by themselves; a timeout of zero means never."""
        sliding = self.kind is Kind.STANDARD and timeout_s > 0
        return sliding and now > self.last_seen + timeout_s

    def row(self, *, is_current: bool) -> dict[str, object]:
        return {
            "username": self.username,
            "isCurrentSession": is_current,
            "partialToken": self.partial,
            "type": self.kind.value,
            "tokenName": self.token_name,
            "lastSeen": timestamp(self.last_seen),
            "lastSeenRemoteAddress": self.address,
            "lastSeenUserAgent": self.agent,
        }


class SessionTable:
    """Every session that a node knows; `changes` counts what would have to be saved."""

    def __init__(self, randomness: Callable[[int], bytes]) -> None:
        self._randomness = randomness
        self._by_token: dict[str, Session] = {}
        self.changes = 0

    def __iter__(self) -> Iterator[Session]:
        return iter(tuple(self._by_token.values()))

    def __len__(self) -> int:
        return len(self._by_token)

    def open(
        self,
        kind: Kind,
        username: str,
        *,
        now: float,
        address: str,
        agent: str | None,
        token_name: str | None = None,
    ) -> Session:
        """A new session with a new token."""
        token = self._randomness(TOKEN_BYTES).hex()
        session = Session(token, kind, username, now, token_name)
        session.seen(now, address, agent)
        self.add(session)
        return session

    def add(self, session: Session) -> None:
        self._by_token[session.token] = session
        self.changes += 1

    def find(self, token: str) -> Session | None:
        return self._by_token.get(token)

    def find_partial(self, partial: str) -> Session | None:
        """The first session whose token begins so; single-use tokens are never found."""
        for session in self._by_token.values():
            if session.kind is not Kind.SINGLE_USE and session.token.startswith(partial):
                return session
        return None

    def end(self, token: str) -> bool:
        self.changes += 1
        return self._by_token.pop(token, None) is not None

    def end_where(self, condition: Callable[[Session], bool]) -> None:
        for session in self:
            if condition(session):
                self.end(session.token)
