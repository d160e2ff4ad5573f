"""What the decisions of this service need from outside, as protocols.

The adapters implement them; the routes hand them in.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from companion.sessions.store import OpenSession
from companion.technitium.calls import Call


class PersonsNodes(Protocol):
    """The nodes as one signed-in person reaches them: each with that person's own token there.

    No other person's token, and no other node's, is ever tried instead.
    """

    async def call(
        self, node_id: str, call: Call, params: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """The answer's content, without its envelope; its fields are not checked yet.

        Ends within the deadline per node.

        Raises:
            NodeError: For whatever the node did or did not do, and when the person is not signed
                in there.
        """
        ...


PersonsNodesOf = Callable[[OpenSession, str], PersonsNodes]
"""Makes the view of one session; the text is the person's verified address, told to the nodes."""
