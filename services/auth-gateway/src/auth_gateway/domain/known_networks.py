"""Where a user name is known: the networks in which it is signed in at this moment.

Who fails with a name from everywhere must not lock out its owner, who sits where a session of that
name lives.
"""

from companion.sessions.store import folded

from auth_gateway.domain.caller import network_of
from auth_gateway.domain.ports import LiveSessions


class KnownNetworks:
    """Asks the sessions; nothing is remembered, so it ends with the last of them."""

    def __init__(self, sessions: LiveSessions) -> None:
        self._sessions = sessions

    async def at(self, name: str, network: str) -> frozenset[str]:
        """The nodes that confirmed the name to a session which lives in the network.

        A name is one at its node: whoever is called the same elsewhere is nobody here.

        Raises:
            StoreUnavailable: Nobody can say.
        """
        return frozenset(
            node_id
            for session in await self._sessions.of_user(name)
            if network_of(session.record.client) == network
            for node_id, grant in session.record.nodes.items()
            # Whoever signed in with this name at one node may be somebody else at another.
            if grant.token is not None and folded(grant.username or "") == name
        )
