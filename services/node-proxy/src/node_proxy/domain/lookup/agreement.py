"""Whether several nodes say the same of a name.

Equal is what a client would see: the code and the records of the answer, in any order, whatever
their remaining time to live. Names are compared without regard to case.
"""

from collections.abc import Mapping

import msgspec

from node_proxy.domain.lookup.reply import LookupOutcome, LookupReply

_Said = tuple[str, tuple[tuple[str, str, str], ...]]


class SameAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The nodes that said the same: the code, and each record as `NAME TYPE DATA`."""

    node_ids: list[str]
    rcode: str
    records: list[str]


def same_answers(outcomes: Mapping[str, LookupOutcome]) -> list[SameAnswer]:
    """The different answers, most nodes first; nodes without a reply are in none."""
    groups: dict[_Said, list[str]] = {}
    for node_id, outcome in outcomes.items():
        if isinstance(outcome, LookupReply):
            groups.setdefault(_said(outcome), []).append(node_id)
    rows = [
        SameAnswer(node_ids=node_ids, rcode=rcode, records=[" ".join(one) for one in records])
        for (rcode, records), node_ids in groups.items()
    ]
    return sorted(rows, key=lambda row: -len(row.node_ids))


def agree(answers: list[SameAnswer]) -> bool | None:
    """Whether all that replied said the same; None while fewer than two did."""
    if sum(len(one.node_ids) for one in answers) <= 1:
        return None
    return len(answers) == 1


def _said(reply: LookupReply) -> _Said:
    # A signature differs from one signing to the next and says nothing of its own.
    records = {
        (one.name.casefold(), one.type, one.data) for one in reply.answer if one.type != "RRSIG"
    }
    return reply.rcode, tuple(sorted(records))
