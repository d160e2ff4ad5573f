"""What a session holds: who signed in, and what each node said to that."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from companion.secret import Secret

Permissions = Mapping[str, tuple[bool, bool, bool]]
"""Section of Technitium's rights to (view, modify, delete)."""


class NodeState(StrEnum):
    """Where a person stands with one node."""

    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"  # no token, or the node refused the one we had
    UNREACHABLE = "unreachable"  # the node did not answer when it was asked
    DENIED = "denied"  # the node answered, and said no


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A token that is used no more and not yet ended, since its node has still to be heard.

    Attributes:
        token: The token.
        since: Epoch seconds, by the time of Redis, at which it was taken out of use.
    """

    token: Secret
    since: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeGrant:
    """What one node granted to the person of a session.

    Attributes:
        state: Where the person stands with the node.
        reason: The same in words, for people; None when signed in.
        code: The same for programs; None when signed in.
        token: The node's session token; None unless signed in.
        version: The node's version as it tells it, such as "15.2".
        username: The name as the node spells it.
        permissions: The rights at sign-in. A hint for pages; the node decides each call.
        timeout_s: Seconds without a call after which the node ends the token; 0 is never,
            None is not known.
        cluster: The cluster the node said it belongs to; None where it stands alone.
        is_primary: Whether it called itself the Primary, or stands alone.
        refused: Whether the node itself said that it knows the token no more.
        doubt: The token that the node gave, once the Primary of its cluster refused its own.
    """

    state: NodeState
    reason: str | None = None
    code: str | None = None
    token: Secret | None = None
    version: str | None = None
    username: str | None = None
    permissions: Permissions = field(default_factory=dict)
    timeout_s: int | None = None
    cluster: str | None = None
    is_primary: bool = False
    refused: bool = False
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRecord:
    """One session, as it is sealed in Redis.

    Attributes:
        public_id: Names the session in lists; cannot authenticate.
        user: The name that was typed at sign-in.
        created: Epoch seconds of the sign-in, by the time of Redis.
        client: Address of the client at sign-in.
        agent: User-Agent at sign-in.
        nodes: Node id to what that node granted.
        origin: Of the effective URL at sign-in, in its normal spelling; None is not known.
    """

    public_id: str
    user: str
    created: float
    client: str
    agent: str
    nodes: Mapping[str, NodeGrant]
    origin: str | None = None

    def with_node(self, node_id: str, grant: NodeGrant) -> "SessionRecord":
        """The same session with another grant for one node."""
        return replace(self, nodes={**self.nodes, node_id: grant})


@dataclass(frozen=True, slots=True, kw_only=True)
class DoomedToken:
    """A Technitium token that must be ended at its node.

    Attributes:
        node_id: The node that issued it.
        token: The token.
        version: The node's version when it did: it decides how the token is sent.
    """

    node_id: str
    token: Secret
    version: str | None


def tokens_of(record: SessionRecord) -> tuple[DoomedToken, ...]:
    """Every token that a session holds, in use or in doubt."""
    return tuple(
        DoomedToken(node_id=node_id, token=token, version=grant.version)
        for node_id, grant in record.nodes.items()
        for token in (grant.token, grant.doubt.token if grant.doubt else None)
        if token is not None
    )


def tokens_lost(before: SessionRecord, after: SessionRecord) -> tuple[DoomedToken, ...]:
    """The tokens that `before` holds and `after` does not."""
    kept = [(doomed.node_id, doomed.token) for doomed in tokens_of(after)]
    return tuple(
        doomed for doomed in tokens_of(before) if (doomed.node_id, doomed.token) not in kept
    )
