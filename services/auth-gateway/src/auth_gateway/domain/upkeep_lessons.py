"""What a living session learns from what its nodes said of its tokens."""

from collections.abc import Collection
from dataclasses import replace

from companion.sessions.record import SessionRecord
from companion.sessions.refusal import Refusal, holds, with_refusal
from companion.technitium.session_info import SessionInfo
from companion.technitium.topology import place_of

from auth_gateway.domain.upkeep_terms import Heard, Question, Refused, Rhythm


def after(
    record: SessionRecord, heard: Collection[Heard], *, now: float, rhythm: Rhythm
) -> SessionRecord:
    """The session after what its nodes said; the same one if that changes nothing.

    Who is Primary now is learnt first, since it decides what a refusal means.
    """
    for one in heard:
        if isinstance(one.word, SessionInfo):
            record = _accepted(record, one.question, one.word, now=now, rhythm=rhythm)
    for one in heard:
        if one.word is Refused.REFUSED:
            refusal = Refusal(
                node_id=one.question.node_id,
                token=one.question.token,
                accepted_at=one.accepted_at,
                now=now,
            )
            record = with_refusal(record, refusal)
    return record


def _accepted(
    record: SessionRecord, question: Question, info: SessionInfo, *, now: float, rhythm: Rhythm
) -> SessionRecord:
    if not holds(record, question.node_id, question.token):
        return record
    grant = record.nodes[question.node_id]
    if grant.doubt is not None:
        if now - grant.doubt.since < rhythm.doubt_s:
            return record
        return record.with_node(question.node_id, replace(grant, doubt=None))
    place = place_of(info)
    return record.with_node(
        question.node_id, replace(grant, cluster=place.cluster, is_primary=place.is_primary)
    )
