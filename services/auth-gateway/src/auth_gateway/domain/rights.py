"""Whether a person has a right on the one node that it protects, by that node's own word.

Where the node is not named, it is the only Primary. A node that does not answer may be one, so it
counts as what it last said of itself to this session, and where it never said anything there is no
answer: a node that stands alone must not speak for a cluster whose Primary is down.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from companion.sessions.record import SessionRecord
from companion.technitium.calls import Permission
from companion.technitium.errors import NodeError
from companion.technitium.session_info import Rights, SessionInfo
from companion.technitium.topology import place_of

Answers = Mapping[str, SessionInfo | NodeError]

_NONE: Rights = (False, False, False)
_ORDER = (Permission.VIEW, Permission.MODIFY, Permission.DELETE)


class PrimaryAmbiguous(Exception):  # noqa: N818 - it states an outcome, not a fault
    """Several nodes are Primaries; `node_ids` names them."""

    def __init__(self, node_ids: tuple[str, ...]) -> None:
        super().__init__(f"Several nodes are Primaries: {', '.join(node_ids)}.")
        self.node_ids = node_ids


class PrimaryUnknown(Exception):  # noqa: N818 - it states an outcome, not a fault
    """No node calls itself Primary."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RightAt:
    """What one node says of one right of one person, at this moment."""

    node_id: str
    granted: bool


def right_at(answers: Answers, node_id: str, section: str, permission: Permission) -> RightAt:
    """The word of one node.

    Raises:
        NodeError: It did not give one.
    """
    answer = answers[node_id]
    if isinstance(answer, NodeError):
        raise answer
    flags = answer.permissions.get(section, _NONE)
    return RightAt(node_id=node_id, granted=flags[_ORDER.index(permission)])


def only_primary(record: SessionRecord, answers: Answers) -> str:
    """The one configured node that is Primary, or stands alone.

    Raises:
        PrimaryAmbiguous: There are several.
        PrimaryUnknown: There is none.
        NodeError: One that did not answer may be another; it is that node's own error.
    """
    primaries = tuple(
        node_id for node_id, answer in answers.items() if _is_primary(record, node_id, answer)
    )
    if len(primaries) > 1:
        raise PrimaryAmbiguous(primaries)
    for node_id, answer in answers.items():
        if isinstance(answer, NodeError) and not _has_told(record, node_id):
            raise answer
    if not primaries:
        raise PrimaryUnknown("No node calls itself Primary.")
    return primaries[0]


def _is_primary(record: SessionRecord, node_id: str, answer: SessionInfo | NodeError) -> bool:
    if isinstance(answer, SessionInfo):
        return place_of(answer).is_primary
    grant = record.nodes.get(node_id)
    return grant is not None and grant.is_primary


def _has_told(record: SessionRecord, node_id: str) -> bool:
    """Whether a node ever said to this session where it stands."""
    grant = record.nodes.get(node_id)
    return grant is not None and (grant.is_primary or grant.cluster is not None)
