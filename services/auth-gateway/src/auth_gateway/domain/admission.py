"""Turns passwords into sessions: the sign-in as a whole, and the sign-in to one node again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from companion.sessions.record import SessionRecord
from companion.sessions.store import OpenSession, SessionStore
from companion.technitium.login import LoginAnswer

from auth_gateway.domain.after_sign_in import AfterSignIn
from auth_gateway.domain.caller import Caller
from auth_gateway.domain.credentials import Credentials
from auth_gateway.domain.endings import Custody, Endings
from auth_gateway.domain.password_check import PasswordCheck
from auth_gateway.domain.ports import Spawn
from auth_gateway.domain.replies import Replies, grant_of, token_in
from auth_gateway.domain.sign_in import Accepted, Refused, verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Somebody is signed in; `cookie` is the value that proves it and exists nowhere else."""

    user: str
    cookie: str
    replies: Replies


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSignedIn:
    """Nobody is: why, and what each node said."""

    refused: Refused
    replies: Replies


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedInToNode:
    """The session holds a token of the node again."""

    replies: Replies


class Admission:
    """Signs people in. No token that a node gave is ever left without an owner."""

    def __init__(
        self,
        *,
        node_ids: Sequence[str],
        check: PasswordCheck,
        sessions: SessionStore,
        endings: Endings,
        after: AfterSignIn,
        spawn: Spawn,
        new_id: Callable[[], str],
    ) -> None:
        self._node_ids = node_ids
        self._check = check
        self._sessions = sessions
        self._endings = endings
        self._after = after
        self._spawn = spawn
        self._new_id = new_id

    async def sign_in(
        self, credentials: Credentials, caller: Caller, *, replaces: str | None
    ) -> SignedIn | NotSignedIn:
        """Ask every node; one acceptance makes a session, which replaces that browser's old one.

        Raises:
            StoreUnavailable: Nobody is signed in, and tokens that were given are being ended.
        """
        async with self._endings.custody() as custody:
            replies = await self._ask(self._node_ids, credentials, caller, custody)
            decision = verdict(replies, typed_name=credentials.username)
            if isinstance(decision, Refused):
                return NotSignedIn(refused=decision, replies=replies)
            record_of = self._record_of(decision, replies, caller)
            cookie, session = await self._sessions.create(record_of, replaces=replaces)
            tokens = custody.hand_over()
        self._spawn(self._after.learn(session, tokens, caller))
        return SignedIn(user=decision.user, cookie=cookie, replies=replies)

    async def sign_in_to_node(
        self, session: OpenSession, node_id: str, credentials: Credentials, caller: Caller
    ) -> SignedInToNode | NotSignedIn:
        """Ask one node again for a session that lives; its old token there is ended.

        Raises:
            SessionInvalid: The session was ended meanwhile; the new token is being ended.
            SessionKeyUnknown: It was sealed anew meanwhile; the new token is being ended.
            StoreUnavailable: The session is as it was; the new token is being ended.
        """
        async with self._endings.custody() as custody:
            replies = await self._ask([node_id], credentials, caller, custody)
            decision = verdict(replies, typed_name=credentials.username)
            if isinstance(decision, Refused):
                return NotSignedIn(refused=decision, replies=replies)
            grant = grant_of(replies[node_id])
            changed = await self._sessions.rewrite(
                session, lambda record: record.with_node(node_id, grant)
            )
            tokens = custody.hand_over()
        self._spawn(self._after.learn(changed, tokens, caller))
        return SignedInToNode(replies=replies)

    async def _ask(
        self, node_ids: Sequence[str], credentials: Credentials, caller: Caller, custody: Custody
    ) -> Replies:
        return await self._check.ask(
            node_ids, credentials, caller, on_token=custody.take, on_late=self._end_late
        )

    def _record_of(
        self, decision: Accepted, replies: Replies, caller: Caller
    ) -> Callable[[float], SessionRecord]:
        return lambda now: SessionRecord(
            public_id=self._new_id(),
            user=decision.user,
            created=now,
            client=caller.ip,
            agent=caller.agent,
            nodes={node_id: grant_of(reply) for node_id, reply in replies.items()},
        )

    async def _end_late(self, node_id: str, answer: LoginAnswer) -> None:
        """End the token of an answer that came after the person had been answered."""
        token = token_in(node_id, answer)
        if token is not None:
            await self._endings.end([token])
