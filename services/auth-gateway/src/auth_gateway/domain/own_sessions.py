"""Which sessions are one person's own.

A user name is a name at a node or at a cluster: the "admin" of one node is not the "admin" of
another. So a session is one's own where the same cluster or node confirmed the same name to both.
Which nodes are one cluster is not what each says of itself: a node that lies would make its people
those of another. `one_cluster` are the nodes of the identity node's cluster, of which both sides
say so; every other node stands for itself.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from companion.sessions.record import SessionRecord
from companion.sessions.store import OpenSession, folded


@dataclass(frozen=True, slots=True)
class Person:
    """A folded user name where it means one person: at a node, or (None) at the one cluster."""

    node_id: str | None
    name: str


def persons(record: SessionRecord, one_cluster: Collection[str]) -> dict[Person, list[str]]:
    """Who is signed in, with the nodes that say so now; a Primary comes first.

    Different nodes may know different people by one session; a node counts while it is signed in.
    """
    found: dict[Person, list[str]] = {}
    confirmed = [(node_id, grant) for node_id, grant in record.nodes.items() if grant.token]
    for node_id, _ in sorted(confirmed, key=lambda one: not one[1].is_primary):
        domain = None if node_id in one_cluster else node_id
        person = Person(node_id=domain, name=folded(name_at(record, node_id)))
        found.setdefault(person, []).append(node_id)
    return found


def own_sessions(
    session: OpenSession, named_alike: Sequence[OpenSession], one_cluster: Collection[str]
) -> list[OpenSession]:
    """The sessions of the same person, itself included, oldest first.

    `named_alike` are sessions of the same user name. A session that every node signed out still
    sees itself, and nothing else.
    """
    own = persons(session.record, one_cluster).keys()
    others = [
        one
        for one in named_alike
        if one.key != session.key
        and folded(one.record.user) == folded(session.record.user)
        and not own.isdisjoint(persons(one.record, one_cluster))
    ]
    return sorted([session, *others], key=lambda one: one.record.created)


def confirming(
    session: OpenSession, targets: Sequence[OpenSession], one_cluster: Collection[str]
) -> list[str]:
    """The nodes that can confirm the person once more, before any of `targets` is ended.

    Those that know the person whom most of the targets share come first, and of these a Primary.
    Empty when no node is signed in.
    """
    own = persons(session.record, one_cluster)
    shared = Counter(
        person for one in targets for person in persons(one.record, one_cluster) if person in own
    )
    # Sorting keeps the order of those that are alike, which is that of the settings.
    by_share = sorted(own, key=lambda person: -shared[person])
    wanted = [person for person in by_share if shared[person]] or by_share
    return [node_id for person in wanted for node_id in own[person]]


def spoken_for(
    session: OpenSession,
    node_id: str,
    targets: Sequence[OpenSession],
    one_cluster: Collection[str],
) -> list[OpenSession]:
    """Those of `targets` that are of the person whom a node has just confirmed."""
    own = persons(session.record, one_cluster)
    (confirmed,) = (person for person, node_ids in own.items() if node_id in node_ids)
    return [
        one
        for one in targets
        if one.key == session.key or confirmed in persons(one.record, one_cluster)
    ]


def name_at(record: SessionRecord, node_id: str) -> str:
    """The user name of a session's person as the node spells it."""
    grant = record.nodes.get(node_id)
    told = None if grant is None else grant.username
    return record.user if told is None else told
