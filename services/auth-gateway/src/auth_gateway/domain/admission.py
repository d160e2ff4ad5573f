"""Turns passwords into sessions: the sign-in as a whole, and the sign-in to some nodes again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from companion.sessions.record import DoomedToken, SessionRecord
from companion.sessions.store import OpenSession, SessionStore
from companion.technitium.login import LoginAnswer

from auth_gateway.domain.after_sign_in import AfterSignIn
from auth_gateway.domain.caller import Caller
from auth_gateway.domain.credentials import Credentials
from auth_gateway.domain.endings import Custody, Endings
from auth_gateway.domain.identity import Identity
from auth_gateway.domain.password_check import PasswordCheck
from auth_gateway.domain.ports import SingleSignOn, Spawn
from auth_gateway.domain.replies import Replies, ReplyCode, grant_of, token_in
from auth_gateway.domain.sign_in import Accepted, Refused, verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Somebody is signed in.

    `cookie` is the value that proves it and exists nowhere else; `session_id` is what lists and
    the audit call the session.
    """

    user: str
    cookie: str
    session_id: str
    replies: Replies


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSignedIn:
    """Nobody is: why, and what each node said.

    `sso_node_ids` are nodes that refused the name and password and have single sign-on on, whose
    accounts have no password.
    """

    refused: Refused
    replies: Replies
    sso_node_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedInToNodes:
    """The session holds a token of each node that accepted."""

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
        identity: Identity,
        single_sign_on: SingleSignOn,
        spawn: Spawn,
        new_id: Callable[[], str],
    ) -> None:
        self._node_ids = node_ids
        self._check = check
        self._sessions = sessions
        self._endings = endings
        self._after = after
        self._identity = identity
        self._single_sign_on = single_sign_on
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
                return await self._not_signed_in(decision, replies)
            record_of = self._record_of(decision, replies, caller)
            cookie, session = await self._sessions.create(record_of, replaces=replaces)
            tokens = custody.hand_over()
        self._learn(session, tokens, caller, credentials)
        self._spawn(self._identity.learn(replies))
        return SignedIn(
            user=decision.user,
            cookie=cookie,
            session_id=session.record.public_id,
            replies=replies,
        )

    async def sign_in_to_nodes(
        self,
        session: OpenSession,
        node_ids: Sequence[str],
        credentials: Credentials,
        caller: Caller,
    ) -> SignedInToNodes | NotSignedIn:
        """Ask some nodes again for a session that lives.

        Where a node accepts, its old token is ended; where it does not, nothing changes.

        Raises:
            SessionInvalid: The session was ended meanwhile; the new tokens are being ended.
            SessionKeyUnknown: It was sealed anew meanwhile; the new tokens are being ended.
            StoreUnavailable: The session is as it was; the new tokens are being ended.
        """
        async with self._endings.custody() as custody:
            replies = await self._ask(node_ids, credentials, caller, custody)
            decision = verdict(replies, typed_name=credentials.username)
            if isinstance(decision, Refused):
                return await self._not_signed_in(decision, replies)
            changed = await self._sessions.rewrite(session, partial(_with_grants, replies=replies))
            tokens = custody.hand_over()
        self._learn(changed, tokens, caller, credentials)
        self._spawn(self._identity.learn(replies))
        return SignedInToNodes(replies=replies)

    async def _ask(
        self, node_ids: Sequence[str], credentials: Credentials, caller: Caller, custody: Custody
    ) -> Replies:
        return await self._check.ask(
            node_ids, credentials, caller, on_token=custody.take, on_late=self._end_late
        )

    async def _not_signed_in(self, refused: Refused, replies: Replies) -> NotSignedIn:
        """The refusal; it depends on the nodes' settings and on nothing else of the account."""
        refusing = [
            node_id
            for node_id, reply in replies.items()
            if refused.code == reply.code == ReplyCode.INVALID_CREDENTIALS
        ]
        sso = await self._single_sign_on.enabled_at(refusing)
        return NotSignedIn(refused=refused, replies=replies, sso_node_ids=sso)

    def _learn(
        self,
        session: OpenSession,
        tokens: tuple[DoomedToken, ...],
        caller: Caller,
        credentials: Credentials,
    ) -> None:
        self._spawn(self._after.learn(session, tokens, caller, name=credentials.folded_name))

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
            origin=caller.origin,
        )

    async def _end_late(self, node_id: str, answer: LoginAnswer) -> None:
        """End the token of an answer that came after the person had been answered."""
        token = token_in(node_id, answer)
        if token is not None:
            await self._endings.end([token])


def _with_grants(record: SessionRecord, *, replies: Replies) -> SessionRecord:
    for node_id, reply in replies.items():
        if reply.accepted:
            record = record.with_node(node_id, grant_of(reply))
    return record
