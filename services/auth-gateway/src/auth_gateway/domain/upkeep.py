"""Looks after one living session: keeps its node tokens from idling out, and notices its end.

Disabled and deleted users lose their sessions within a minute. A node that is down, hangs or talks
nonsense signs nobody out: only its own `invalid-token` counts.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from typing import Protocol

import structlog
from companion.sessions.due import Claim, DueSessions
from companion.sessions.errors import SessionInvalid, SessionKeyUnknown
from companion.sessions.record import NodeState, SessionRecord
from companion.sessions.refusal import is_over
from companion.sessions.store import OpenSession, SessionStore
from companion.technitium.errors import NodeError, NodeSessionExpired
from companion.technitium.session_info import SessionInfo

from auth_gateway.domain.node_gate import NodeGate
from auth_gateway.domain.ports import Kick, Tally
from auth_gateway.domain.upkeep_lessons import after
from auth_gateway.domain.upkeep_plan import of_nodes, pause_s, questions, tokens
from auth_gateway.domain.upkeep_terms import Heard, Question, Refused, Rhythm, Silence, Word

log = structlog.get_logger(__name__)


class NodeSessions(Protocol):
    """The one call to nodes that upkeep is made of."""

    async def ask(self, question: Question, record: SessionRecord) -> SessionInfo:
        """What a node says to a token of a session; raises NodeError."""
        ...


TellEnded = Callable[[SessionRecord], None]


class Upkeep:
    """Takes turns at sessions; each may be taken by any replica, and twice."""

    def __init__(
        self,
        *,
        sessions: SessionStore,
        due: DueSessions,
        nodes: NodeSessions,
        node_ids: Collection[str],
        gate: NodeGate,
        tally: Tally,
        tell_ended: TellEnded,
        kick: Kick,
        jitter: Callable[[], float],
        rhythm: Rhythm,
    ) -> None:
        self._sessions = sessions
        self._due = due
        self._nodes = nodes
        self._node_ids = frozenset(node_ids)
        self._gate = gate
        self._tally = tally
        self._tell_ended = tell_ended
        self._kick = kick
        self._jitter = jitter
        self._rhythm = rhythm

    async def turn(self, claim: Claim) -> None:
        """Ask whoever is to be asked for one session, and keep what that teaches.

        Raises:
            StoreUnavailable: The session falls due again when the claim ends.
        """
        try:
            session = await self._sessions.open_key(claim.key)
            outcome = await self._look_after(session, claim)
        except SessionInvalid:
            await self._due.forget(claim)
            outcome = "gone"
        except SessionKeyUnknown:
            # Said by the store; another process may have the key.
            outcome = "key_unknown"
        self._tally.upkeep_turn(outcome)

    async def _look_after(self, session: OpenSession, claim: Claim) -> str:
        record, now = of_nodes(session.record, self._node_ids), session.now
        known = [(one.node_id, one.token) for one in tokens(record)]
        accepted = await self._due.accepted(session, known)
        asked = questions(record, accepted, now=now, rhythm=self._rhythm)
        words = await asyncio.gather(*(self._ask(question, record) for question in asked))
        heard = [
            Heard(question=question, word=word, accepted_at=accepted.get(question.node_id))
            for question, word in zip(asked, words, strict=True)
        ]
        session = await self._keep(session, heard, now=now)
        record = of_nodes(session.record, self._node_ids)
        if is_over(record):
            await self._end(session)
            return "ended"
        fresh = {
            one.question.node_id: one.question.token
            for one in heard
            if isinstance(one.word, SessionInfo)
        }
        accepted |= dict.fromkeys(fresh, now)
        pause = pause_s(record, accepted, now=now, rhythm=self._rhythm)
        await self._due.settle(claim, again_in_s=pause * self._jitter(), accepted=fresh)
        return "kept"

    async def _ask(self, question: Question, record: SessionRecord) -> Word:
        async with self._gate.passage(question.node_id) as is_open:
            word = await self._word(question, record) if is_open else Silence.NOT_ASKED
        outcome = "accepted" if isinstance(word, SessionInfo) else word.value
        self._tally.node_session_checked(outcome)
        return word

    async def _word(self, question: Question, record: SessionRecord) -> Word:
        try:
            word: Word = await self._nodes.ask(question, record)
        except NodeSessionExpired:
            word = Refused.REFUSED
        except NodeError as exc:
            self._gate.failed(question.node_id)
            log.debug("a node said nothing of a session", node=exc.node_id, reason=exc.message)
            return Silence.UNPROVEN
        self._gate.answered(question.node_id)
        return word

    async def _keep(
        self, session: OpenSession, heard: Sequence[Heard], *, now: float
    ) -> OpenSession:
        """Write down what was learnt, if anything; tokens that are used no more are ended."""

        def learnt(record: SessionRecord) -> SessionRecord:
            return after(record, heard, now=now, rhythm=self._rhythm)

        before = session.record
        if learnt(before) == before:
            return session
        session = await self._sessions.rewrite(session, learnt)
        if lost := _signed_out(before, session.record):
            log.info("node sessions are over", nodes=lost, session=before.public_id)
        self._kick()
        return session

    async def _end(self, session: OpenSession) -> None:
        if await self._sessions.end_key(session.key):
            self._tell_ended(session.record)
            self._kick()


def _signed_out(before: SessionRecord, now: SessionRecord) -> list[str]:
    return [
        node_id
        for node_id, grant in now.nodes.items()
        if grant.state is NodeState.SIGNED_OUT
        and node_id in before.nodes
        and before.nodes[node_id].state is NodeState.SIGNED_IN
    ]
