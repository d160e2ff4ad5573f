"""Who may do what on which node, by each node's own answer at this moment.

A right counts only on the node that gave it: what a node did not say is null, never what another
node said, nor what was true at sign-in.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from companion.nodes import NodeConfig
from companion.sessions.record import DoomedToken, NodeGrant, SessionRecord
from companion.technitium.errors import NodeError, NodeSessionExpired, NodeSignedOut
from companion.technitium.node_word import NodeWord, node_word
from companion.technitium.session_info import SessionInfo
from companion.technitium.topology import place_of
from msgspec import UNSET, UnsetType

from auth_gateway.domain.caller import Caller
from auth_gateway.domain.features import FEATURES, Feature
from auth_gateway.domain.ports import NodeRights


class AskedNode(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Whether one node said what the person may do there, and if not, why."""

    id: str
    name: str
    state: NodeWord
    code: str | UnsetType = UNSET
    reason: str | UnsetType = UNSET
    took_ms: int


class FeatureRow(msgspec.Struct, frozen=True, kw_only=True):
    """One feature by node; null where the node could not say."""

    id: str
    title: str
    section: str
    permission: str
    nodes: dict[str, bool | None]


class PermissionsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What `GET /api/auth/permissions` answers."""

    user: str
    nodes: list[AskedNode]
    features: list[FeatureRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One node's answer, or why there is none, and how long that took."""

    answer: SessionInfo | NodeError
    took_ms: int

    @property
    def is_refused(self) -> bool:
        """Whether the node no longer knows the token that it was asked with."""
        return isinstance(self.answer, NodeSessionExpired)


class Rights:
    """Asks the configured nodes what somebody may do there."""

    def __init__(
        self,
        nodes: NodeRights,
        *,
        configs: Sequence[NodeConfig],
        monotonic: Callable[[], float],
    ) -> None:
        self._nodes = nodes
        self._configs = configs
        self._monotonic = monotonic

    async def ask(
        self, record: SessionRecord, caller: Caller, *, only: str | None = None
    ) -> dict[str, Said]:
        """Ask all at once, or `only` one, with the person's own token; takes one deadline."""
        ids = [config.id for config in self._configs] if only is None else [only]
        said = await asyncio.gather(*(self._ask(node_id, record, caller) for node_id in ids))
        return dict(zip(ids, said, strict=True))

    async def _ask(self, node_id: str, record: SessionRecord, caller: Caller) -> Said:
        began = self._monotonic()
        try:
            token = _token(node_id, record.nodes.get(node_id))
            answer: SessionInfo | NodeError = await self._nodes.session_info(token, caller)
        except NodeError as error:
            answer = error
        return Said(answer=answer, took_ms=round((self._monotonic() - began) * 1000))


def permissions_answer(
    user: str, configs: Sequence[NodeConfig], said: Mapping[str, Said]
) -> PermissionsAnswer:
    """The answer out of what the nodes said."""
    return PermissionsAnswer(
        user=user,
        nodes=[_asked(config, said[config.id]) for config in configs],
        features=[
            FeatureRow(
                id=feature.id,
                title=feature.title,
                section=feature.section,
                permission=feature.permission.value,
                nodes={config.id: _may(feature, said[config.id].answer) for config in configs},
            )
            for feature in FEATURES
        ],
    )


def _may(feature: Feature, answer: SessionInfo | NodeError) -> bool | None:
    if isinstance(answer, NodeError):
        return None
    return feature.allowed_by(answer.permissions, is_primary=place_of(answer).is_primary)


def _asked(config: NodeConfig, said: Said) -> AskedNode:
    row = AskedNode(id=config.id, name=config.name, state="ok", took_ms=said.took_ms)
    if not isinstance(said.answer, NodeError):
        return row
    return msgspec.structs.replace(
        row, state=node_word(said.answer), code=said.answer.code, reason=said.answer.message
    )


def _token(node_id: str, grant: NodeGrant | None) -> DoomedToken:
    if grant is None or grant.token is None:
        reason = "You are not signed in to this node." if grant is None else grant.reason
        raise NodeSignedOut(node_id, reason or "You are not signed in to this node.")
    return DoomedToken(node_id=node_id, token=grant.token, version=grant.version)
