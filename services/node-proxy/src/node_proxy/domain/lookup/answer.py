"""What the lookups answer: one node's reply, or all nodes' side by side."""

from collections.abc import Mapping, Sequence

import msgspec

from node_proxy.domain.fan_out import Reply
from node_proxy.domain.instant import format_instant
from node_proxy.domain.lookup.agreement import SameAnswer, agree, same_answers
from node_proxy.domain.lookup.question import Question
from node_proxy.domain.lookup.reply import LookupFailure, LookupOutcome, LookupReply
from node_proxy.domain.node_entry import NodeEntry, entry_of


class Asked(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The question as it was understood."""

    name: str
    type: str
    protocol: str
    dnssec: bool
    server: str
    subnet: str | None


class NodeLookup(NodeEntry, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """One node: the reply it got, or why it got none; neither where the node did not answer."""

    reply: LookupReply | None = None
    failure: LookupFailure | None = None


class Lookup(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What `GET /api/nodes/{id}/lookup` answers: a reply or a failure."""

    node_id: str
    fetched_at: str
    took_ms: int
    question: Asked
    reply: LookupReply | None
    failure: LookupFailure | None


class ClusterLookup(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What `GET /api/nodes/all/lookup` answers.

    `agree` is null while fewer than two nodes have a reply; `answers` are the different ones.
    """

    fetched_at: str
    took_ms: int
    question: Asked
    agree: bool | None
    answers: Sequence[SameAnswer]
    nodes: Sequence[NodeLookup]


def lookup_answer(
    node_id: str, question: Question, outcome: LookupOutcome, *, now: float, took_ms: int
) -> Lookup:
    """One node's answer; `now` in epoch seconds."""
    return Lookup(
        node_id=node_id,
        fetched_at=format_instant(now),
        took_ms=took_ms,
        question=_asked(question),
        reply=outcome if isinstance(outcome, LookupReply) else None,
        failure=outcome if isinstance(outcome, LookupFailure) else None,
    )


def cluster_lookup(
    question: Question,
    replies: Mapping[str, Reply[LookupOutcome]],
    *,
    now: float,
    took_ms: int,
) -> ClusterLookup:
    """All nodes' answers and whether they agree; `now` in epoch seconds."""
    outcomes = {
        node_id: reply.value
        for node_id, reply in replies.items()
        if isinstance(reply.value, LookupReply | LookupFailure)
    }
    answers = same_answers(outcomes)
    return ClusterLookup(
        fetched_at=format_instant(now),
        took_ms=took_ms,
        question=_asked(question),
        agree=agree(answers),
        answers=answers,
        nodes=[_entry(node_id, reply) for node_id, reply in replies.items()],
    )


def _entry(node_id: str, reply: Reply[LookupOutcome]) -> NodeLookup:
    outcome = reply.value
    if isinstance(outcome, LookupReply):
        return entry_of(NodeLookup, node_id, reply, reply=outcome)
    if isinstance(outcome, LookupFailure):
        return entry_of(NodeLookup, node_id, reply, failure=outcome)
    return entry_of(NodeLookup, node_id, reply)


def _asked(question: Question) -> Asked:
    return msgspec.convert(question, Asked, from_attributes=True)
