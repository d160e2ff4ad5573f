"""Which name a session proves to other applications: the one that a single cluster confirmed.

A user name is a name at a node or cluster. Whoever administers some other configured node can
make any user there, so only the identity node speaks, and for it the members that it names
itself; what another node says of its cluster counts for nothing here.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import structlog
from companion.nodes import NodeConfig
from companion.sessions.record import NodeState, SessionRecord
from companion.store import StoreUnavailable
from companion.technitium.members import SELF, MemberName, could_be, own_entry
from companion.technitium.session_info import SessionInfo

from auth_gateway.domain.ports import IdentityMembers
from auth_gateway.domain.replies import Replies

log = structlog.get_logger(__name__)


class Identity:
    """Answers who somebody is for one cluster, and learns which nodes are of it.

    The operator names at least one node; the first is the one whose word on members counts.
    """

    def __init__(
        self, node_ids: Sequence[str], *, configs: Sequence[NodeConfig], members: IdentityMembers
    ) -> None:
        self._node_ids = node_ids
        self._first = node_ids[0]
        self._configs = configs
        self._members = members

    async def confirmed(self, record: SessionRecord) -> str | None:
        """The name as the cluster spells it; None unless one of its nodes has this person in.

        Raises:
            StoreUnavailable: The members are not known while Redis does not answer.
        """
        own = _first_name(record, self._node_ids)
        if own is not None:
            return own
        return _first_name(record, await self._members.known(self._first))

    async def nodes(self) -> frozenset[str]:
        """The nodes that know the same people: those the operator named, and the members.

        Raises:
            StoreUnavailable: The members are not known while Redis does not answer.
        """
        return frozenset(self._node_ids) | frozenset(await self._members.known(self._first))

    async def learn(self, replies: Replies) -> None:
        """Remember the members that the identity node has just named, if it was asked.

        Nothing depends on it: when it fails, the next sign-in learns the same.
        """
        infos = _infos(replies)
        if self._first not in infos:
            return
        try:
            known = await self._members.known(self._first)
            members = members_of(self._first, infos, self._configs, known=known)
            await self._members.remember(self._first, members)
        except StoreUnavailable as exc:
            log.info("the members of the identity node's cluster were not kept", reason=str(exc))


def members_of(
    node_id: str,
    infos: Mapping[str, SessionInfo],
    configs: Sequence[NodeConfig],
    *,
    known: Collection[str],
) -> tuple[str, ...]:
    """The configured nodes that `node_id` names as other members of its cluster.

    Each must stand at the address of a member it names, and call itself that member as no other
    does. One that did not answer stays if it was `known` before.
    """
    own = infos[node_id]
    claims = {each: _claim(info) for each, info in infos.items()}
    count = Counter(claims.values())

    def is_member(config: NodeConfig) -> bool:
        fitting = [
            MemberName(own.cluster_domain or "", member.name)
            for member in own.cluster_nodes
            if member.state != SELF and could_be(config, member)
        ]
        claim = claims.get(config.id)
        if config.id not in infos:
            return bool(fitting) and config.id in known
        return claim in fitting and count[claim] == 1

    return tuple(config.id for config in configs if config.id != node_id and is_member(config))


def _claim(info: SessionInfo) -> MemberName | None:
    entry = own_entry(info)
    return None if entry is None else MemberName(info.cluster_domain or "", entry.name)


def _infos(replies: Replies) -> dict[str, SessionInfo]:
    return {
        node_id: reply.answer.info
        for node_id, reply in replies.items()
        if reply.accepted and reply.answer is not None and reply.answer.info is not None
    }


def _first_name(record: SessionRecord, node_ids: Sequence[str]) -> str | None:
    names = (_name_at(record, node_id) for node_id in node_ids)
    return next((name for name in names if name is not None), None)


def _name_at(record: SessionRecord, node_id: str) -> str | None:
    grant = record.nodes.get(node_id)
    if grant is None or grant.state is not NodeState.SIGNED_IN or grant.token is None:
        return None
    return grant.username
