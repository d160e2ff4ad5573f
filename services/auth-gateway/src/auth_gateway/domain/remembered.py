"""Whose tries are remembered where there are more than there is room for.

Counts share room in groups. Which group is drawn by lot (a keyed digest), except that all networks
of one IPv6 /48 are in one, so that whoever has a large block fills one group and no other. Where a
group is full, the count that has been silent longest is forgotten.

A node forgets nothing, and at five failures of a network locks it. So a network is forgotten only
when the pause after its last answer is over, and from then on, for as long as it would have been
remembered, whoever the group does not know is taken for one that has a single try left. It may
then set the node's lock, which is open again before its next try is sent. As long as nobody can be
forgotten, newcomers wait.

Names are forgotten without such care: no lock depends on them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from auth_gateway.domain.regulation import (
    PER_NETWORK,
    REMEMBERED_S,
    Count,
    settled_by_time,
)

# At each node 61,440 networks, as many names, and as many names in networks. Redis keeps hashes of
# up to 128 fields in a quarter of the memory of larger ones.
GROUPS: Final = 512
PER_GROUP: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Networks:
    """The networks of one group at one node.

    Attributes:
        counts: Those that are remembered.
        forgot_at: When one last was forgotten for want of room; None if that never was.
    """

    counts: Mapping[str, Count] = field(default_factory=dict)
    forgot_at: float | None = None


def silent_since(count: Count) -> float:
    """When something last happened to a count, or will have happened at the latest."""
    return max(count.answered, count.code_asked_at, *count.pending.values(), 0.0)


def longest_silent(moments: Mapping[str, float]) -> str:
    """Whose moment is the earliest."""
    return min(moments, key=lambda one: moments[one])


def has_forgotten(networks: Networks, *, now: float) -> bool:
    """Whether a network that is not remembered may be one whose failures a node still counts."""
    return networks.forgot_at is not None and networks.forgot_at + REMEMBERED_S > now


def network_count(networks: Networks, network: str, *, now: float) -> Count:
    """The count of a network; if it may have been forgotten, one that leaves a single try."""
    if network in networks.counts:
        return networks.counts[network]
    return Count(tries=PER_NETWORK.free - 1) if has_forgotten(networks, now=now) else Count()


def room_wait_s(networks: Networks, network: str, *, now: float, per_group: int) -> float:
    """Seconds until there is room to remember a network; 0 where there is."""
    if network in networks.counts or len(networks.counts) < per_group:
        return 0.0
    moments = {one: silent_since(count) for one, count in networks.counts.items()}
    return max(0.0, min(moments.values()) + PER_NETWORK.pause_s - now)


def remember_network(
    networks: Networks, network: str, count: Count, *, now: float, per_group: int
) -> Networks:
    """Keep a network's count; whoever is silent longest makes room for a new one."""
    counts, forgot_at = dict(networks.counts), networks.forgot_at
    if network not in counts and len(counts) >= per_group:
        del counts[longest_silent({one: silent_since(each) for one, each in counts.items()})]
        forgot_at = now
    return Networks(counts={**counts, network: count}, forgot_at=forgot_at)


def keep_judged_network(networks: Networks, network: str, count: Count, *, now: float) -> Networks:
    """Keep what an answer has made of a network's count, unless it says nothing any more.

    That a network has all its tries says much where others were forgotten.
    """
    if not is_blank(count):
        return replace(networks, counts={**networks.counts, network: count})
    if count.tries == 0 and has_forgotten(networks, now=now):
        clean = replace(count, answered=now)
        return replace(networks, counts={**networks.counts, network: clean})
    others = {one: each for one, each in networks.counts.items() if one != network}
    return replace(networks, counts=others)


def name_count(counts: Mapping[str, Count], name: str, *, now: float) -> Count:
    """The count of a name, which a week of silence ends."""
    count = settled_by_time(counts.get(name, Count()), now=now)
    over = not count.pending and silent_since(count) + REMEMBERED_S <= now
    return Count() if over else count


def is_blank(count: Count) -> bool:
    """Whether a count says no more than that nothing is known."""
    nothing_happened = count.answered == 0 and count.code_asked_at == 0
    return not count.pending and (count.tries == 0 or nothing_happened)
