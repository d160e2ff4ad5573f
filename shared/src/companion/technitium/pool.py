"""The clients of all configured nodes, opened and closed together."""

from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from typing import Final, Self

from companion.nodes import NodeConfig
from companion.technitium.client import NodeClient
from companion.technitium.late import LATE_S, LateLogins
from companion.technitium.request import USER_AGENT
from companion.technitium.transport import NodeConnections

CONNECTIONS_PER_NODE: Final = 64


class NodePool:
    """One client per configured node, by id; an async context manager.

    `late_s` bounds how long a login that nobody waits for is still awaited.
    """

    def __init__(
        self,
        configs: Sequence[NodeConfig],
        *,
        connections: int = CONNECTIONS_PER_NODE,
        late_s: float = LATE_S,
    ) -> None:
        self.configs = tuple(configs)
        self._connections = connections
        self._late = LateLogins(late_s=late_s)
        self._clients: dict[str, NodeClient] = {}
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            for config in self.configs:
                connections = NodeConnections(
                    config, limit=self._connections, user_agent=USER_AGENT
                )
                await stack.enter_async_context(connections)
                self._clients[config.id] = NodeClient(config, connections, self._late)
            # Entered last, so left first: late logins end before their connections do.
            stack.push_async_callback(self._late.aclose)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._clients = {}
        await self._stack.aclose()

    @property
    def late_logins(self) -> int:
        """How many logins are still awaited though nobody waits for their answer."""
        return len(self._late)

    def __getitem__(self, node_id: str) -> NodeClient:
        return self._clients[node_id]

    def __iter__(self) -> Iterator[NodeClient]:
        return iter(self._clients.values())

    def __len__(self) -> int:
        return len(self._clients)
