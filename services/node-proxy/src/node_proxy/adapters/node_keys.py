"""What opens a node for one caller, whoever that is: the port between calls and their tokens."""

from dataclasses import dataclass
from typing import Protocol

from companion.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeKey:
    """A token and how it travels: by the node's version, None while nobody knows it."""

    token: Secret
    version: str | None


class NodeKeys(Protocol):
    """The tokens that one caller's requests are made with, one for each node."""

    @property
    def owner(self) -> str:
        """Whose they are: the key of what is kept for this caller; never shown."""
        ...

    @property
    def generation(self) -> int:
        """Raised by whatever makes kept answers stale."""
        ...

    async def of(self, node_id: str, path: str) -> NodeKey:
        """The token for a node; `path` is the API path that it is wanted for.

        Raises:
            NodeError: There is none, or the node could not even say what version it is.
        """
        ...

    async def refused(self, node_id: str, key: NodeKey) -> None:
        """Take note that the node does not know this token.

        Raises:
            NodeTokenRefused: No person can mend it by signing in, so it is another error.
        """
        ...

    async def changing(self) -> None:
        """Take note that what this caller reads changes now, so that no cache goes on with it.

        Said before and after each change: what was read in between is of the time before.

        Raises:
            StoreUnavailable: It cannot be told to the other replicas.
            SessionInvalid: The session ended in the meantime.
        """
        ...
