"""What the decisions of this service need from outside, as protocols.

The adapters implement them; the routes hand them in.
"""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from companion.sessions.store import OpenSession
from companion.technitium.bodies import Body
from companion.technitium.calls import Call
from companion.technitium.forwarded import Forwarded

from node_proxy.domain.health import Part
from node_proxy.domain.technitium_paths import ApiPath


class PersonsNodes(Protocol):
    """The nodes as one signed-in person reaches them: each with that person's own token there.

    No other person's token, and no other node's, is ever tried instead.
    """

    @property
    def owner(self) -> str:
        """Whose view this is: the key of what is kept for this caller; never shown."""
        ...

    async def call(
        self,
        node_id: str,
        call: Call,
        params: Mapping[str, str] | None = None,
        *,
        max_age_s: float | None = None,
    ) -> dict[str, Any]:
        """The answer's content, without its envelope; its fields are not checked yet.

        Ends within the deadline per node. What this very person was answered a moment ago may be
        answered again, as `domain.freshness` says; `max_age_s` says otherwise. It is shared, so it
        must not be changed.

        Raises:
            NodeError: For whatever the node did or did not do, and when the person is not signed
                in there.
        """
        ...


class ForwardingNodes(PersonsNodes, Protocol):
    """The same, for whoever passes calls on as they are."""

    def forward(
        self, node_id: str, path: ApiPath, body: Body
    ) -> AbstractAsyncContextManager[Forwarded]:
        """One call of the table, passed on as it is; a file comes while the context is open.

        Caches of this caller end before a change and after it.

        Raises:
            NodeError: As for `call`.
            StoreUnavailable: No change was made, since caches could not be ended.
        """
        ...


class Parts(Protocol):
    """The parts of this product, by name; never raises."""

    async def conditions(self) -> dict[str, Part]:
        """How each is at this moment, as far as this service can tell."""
        ...


class PersonsNodesOf(Protocol):
    """Makes the view of one session, or of everybody where nobody signs in."""

    def __call__(
        self, session: OpenSession | None, client_ip: str, *, asks_now: bool = False
    ) -> ForwardingNodes:
        """The nodes for one request.

        `client_ip` is the caller's verified address, told to the nodes; `asks_now` says that the
        caller wants to see what is so now, not what was so seconds ago.
        """
        ...
