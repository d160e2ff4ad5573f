"""Which nodes a living session asks when.

The Primary of each cluster is asked whether the person still is one, and a node that stands alone,
or whose Primary holds no session of the person, is asked itself. Every other token is only kept
from idling out. Nothing here counts as activity of the person.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final

from companion.secret import Secret
from companion.sessions.record import NodeGrant, SessionRecord
from companion.sessions.refusal import speaks_for_cluster, timeout_of

from auth_gateway.domain.upkeep_terms import Question, Rhythm

# A node that ends sessions faster than this is asked no more often all the same.
_SHORTEST_S: Final = 5.0
# A token that was just taken out of use is heard of at once.
_FIRST_WORD_S: Final = 1.0


def of_nodes(record: SessionRecord, node_ids: Collection[str]) -> SessionRecord:
    """The session without what it remembers of nodes that are no longer configured."""
    nodes = {node_id: grant for node_id, grant in record.nodes.items() if node_id in node_ids}
    return replace(record, nodes=nodes)


def tokens(record: SessionRecord) -> list[Question]:
    """Every token of a session, in use or in doubt."""
    return [
        Question(node_id=node_id, token=token, version=grant.version)
        for node_id, grant in record.nodes.items()
        if (token := _held(grant)) is not None
    ]


def questions(
    record: SessionRecord, accepted: Mapping[str, float], *, now: float, rhythm: Rhythm
) -> list[Question]:
    """Whom to ask now; `accepted` tells when each node last took its token, epoch seconds."""
    return [
        question
        for question in tokens(record)
        if _due_in_s(record, question.node_id, accepted, now=now, rhythm=rhythm)
        < rhythm.check_s / 2
    ]


def pause_s(
    record: SessionRecord, accepted: Mapping[str, float], *, now: float, rhythm: Rhythm
) -> float:
    """Seconds until somebody is to be asked again, after everybody who was due has been."""
    pauses = [rhythm.check_s]
    for question in tokens(record):
        node_id = question.node_id
        due_in_s = _due_in_s(record, node_id, accepted, now=now, rhythm=rhythm)
        if record.nodes[node_id].doubt is not None:
            pauses.append(_doubt_pause_s(record.nodes[node_id], now, rhythm))
        else:
            pauses.append(due_in_s if due_in_s > 0 else rhythm.retry_s)
    return max(min(pauses), min(_FIRST_WORD_S, rhythm.check_s))


def _held(grant: NodeGrant) -> Secret | None:
    return grant.token if grant.doubt is None else grant.doubt.token


def _due_in_s(
    record: SessionRecord,
    node_id: str,
    accepted: Mapping[str, float],
    *,
    now: float,
    rhythm: Rhythm,
) -> float:
    """Seconds until a node is to be asked: 0 where it is overdue, infinity where it need not be."""
    if record.nodes[node_id].doubt is not None or node_id not in accepted:
        return 0.0
    return max(0.0, accepted[node_id] + _period_s(record, node_id, rhythm) - now)


def _period_s(record: SessionRecord, node_id: str, rhythm: Rhythm) -> float:
    """How often a token in use is sent to its node: a third of the time after which it idles out.

    More often where the node is the one to say whether the person still is one.
    """
    timeout_s = timeout_of(record.nodes[node_id])
    third_s = float("inf") if timeout_s is None else max(timeout_s / 3, _SHORTEST_S)
    return min(rhythm.check_s, third_s) if _is_checked(record, node_id) else third_s


def _is_checked(record: SessionRecord, node_id: str) -> bool:
    cluster = record.nodes[node_id].cluster
    if cluster is None or speaks_for_cluster(record, node_id):
        return True
    return not any(
        grant.cluster == cluster and speaks_for_cluster(record, other_id)
        for other_id, grant in record.nodes.items()
    )


def _doubt_pause_s(grant: NodeGrant, now: float, rhythm: Rhythm) -> float:
    is_new = grant.doubt is not None and now <= grant.doubt.since
    return min(_FIRST_WORD_S, rhythm.confirm_s) if is_new else rhythm.confirm_s
