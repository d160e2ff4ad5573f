"""What it means for a session that a node says `invalid-token`.

A token that idled out is one node's matter. One that was refused sooner was ended by somebody:
when the Primary of a cluster says so, its user may be gone, and the tokens of the whole cluster are
used no more. Each of those nodes is then heard itself, since a restart of the Primary alone looks
the same; what they say decides whether the session ends.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from companion.secret import Secret
from companion.sessions.record import Doubt, NodeGrant, NodeState, SessionRecord

# What Technitium sets for a user unless somebody changes it.
USUAL_TIMEOUT_S: Final = 1800

_CODE: Final = "node_session_expired"
_EXPIRED: Final = "The session at this node is over. Sign in to it again."
_DOUBTED: Final = (
    "The Primary of this node's cluster no longer knows your session, so the one at this node was "
    "given up, too. Sign in to it again."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A node said `invalid-token`.

    Attributes:
        node_id: The node.
        token: The very token that it refused.
        accepted_at: When it last took that token, epoch seconds; None where that was not noted,
            as of a token that is new.
        now: When it refused, by the same clock: that of Redis.
    """

    node_id: str
    token: Secret
    accepted_at: float | None
    now: float


def with_refusal(record: SessionRecord, refusal: Refusal) -> SessionRecord:
    """The session after a refusal; the same one if it holds another token by now."""
    if not holds(record, refusal.node_id, refusal.token):
        return record
    grant = record.nodes[refusal.node_id]
    if grant.token != refusal.token:
        return record.with_node(refusal.node_id, replace(grant, refused=True, doubt=None))
    changed = record.with_node(refusal.node_id, _signed_out(grant, _EXPIRED, refused=True))
    if is_unexplained(grant, refusal) and speaks_for_cluster(record, refusal.node_id):
        for node_id, other in _others_of_cluster(record, refusal.node_id):
            changed = changed.with_node(node_id, _doubted(other, refusal.now))
    return changed


def holds(record: SessionRecord, node_id: str, token: Secret) -> bool:
    """Whether a session still has that very token of a node, in use or in doubt."""
    grant = record.nodes.get(node_id)
    if grant is None:
        return False
    return grant.token == token or (grant.doubt is not None and grant.doubt.token == token)


def is_unexplained(grant: NodeGrant, refusal: Refusal) -> bool:
    """Whether the token cannot have idled out: it was taken too short a time ago."""
    timeout_s = timeout_of(grant)
    if timeout_s is None or refusal.accepted_at is None:
        return True
    return refusal.now - refusal.accepted_at < timeout_s


def timeout_of(grant: NodeGrant) -> float | None:
    """Seconds without a call after which the node ends the token; None where it never does."""
    timeout_s = USUAL_TIMEOUT_S if grant.timeout_s is None else grant.timeout_s
    return timeout_s or None


def speaks_for_cluster(record: SessionRecord, node_id: str) -> bool:
    """Whether a node is the one Primary of a cluster, by its own word, that holds a token.

    Where two call themselves so, one of them is wrong, and neither speaks for others.
    """
    grant = record.nodes[node_id]
    if grant.cluster is None or not grant.is_primary or grant.token is None:
        return False
    return not any(other.is_primary for _, other in _others_of_cluster(record, node_id))


def is_over(record: SessionRecord) -> bool:
    """Whether every node that the person was signed in to has itself refused the token.

    A node that was spared at the sign-in, since too many had been tried there, is signed out too,
    and never knew the person: it has nothing to say.
    """
    known = [grant for grant in record.nodes.values() if _was_signed_in(grant)]
    return bool(known) and all(
        grant.refused and grant.token is None and grant.doubt is None for grant in known
    )


def _was_signed_in(grant: NodeGrant) -> bool:
    is_out = grant.state is NodeState.SIGNED_OUT and grant.code == _CODE
    return grant.state is NodeState.SIGNED_IN or is_out


def _others_of_cluster(record: SessionRecord, node_id: str) -> Iterator[tuple[str, NodeGrant]]:
    """The other nodes of its cluster that hold a token."""
    cluster = record.nodes[node_id].cluster
    for other_id, other in record.nodes.items():
        if other_id != node_id and other.cluster == cluster and other.token is not None:
            yield other_id, other


def _signed_out(grant: NodeGrant, reason: str, *, refused: bool) -> NodeGrant:
    return replace(
        grant,
        state=NodeState.SIGNED_OUT,
        reason=reason,
        code=_CODE,
        token=None,
        refused=refused,
    )


def _doubted(grant: NodeGrant, now: float) -> NodeGrant:
    doubt = None if grant.token is None else Doubt(token=grant.token, since=now)
    return replace(_signed_out(grant, _DOUBTED, refused=False), doubt=doubt)
