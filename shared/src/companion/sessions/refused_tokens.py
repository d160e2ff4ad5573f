"""Takes a token that its node refused out of a session, whichever service met the refusal."""

from companion.secret import Secret
from companion.sessions.due import DueSessions
from companion.sessions.refusal import Refusal, holds, with_refusal
from companion.sessions.store import OpenSession, SessionStore


class RefusedTokens:
    """Writes down what `refusal` says that a refusal means."""

    def __init__(self, sessions: SessionStore, due: DueSessions) -> None:
        self._sessions = sessions
        self._due = due

    async def take_out(self, session: OpenSession, node_id: str, token: Secret) -> OpenSession:
        """The session without that very token, which is ended; a newer one of the node stays.

        The gateways look after such a session at once: they hear the other nodes of the cluster,
        and end the session if all have refused.

        Raises:
            SessionInvalid: The session was ended meanwhile.
            SessionKeyUnknown: It was sealed anew with a key that this process lacks.
            StoreUnavailable: Nothing may have been changed; the next call meets the same refusal.
        """
        if not holds(session.record, node_id, token):
            return session
        accepted = await self._due.accepted(session, [(node_id, token)])
        refusal = Refusal(
            node_id=node_id, token=token, accepted_at=accepted.get(node_id), now=session.now
        )
        changed = await self._sessions.rewrite(
            session, lambda record: with_refusal(record, refusal)
        )
        await self._due.pull(changed)
        return changed
