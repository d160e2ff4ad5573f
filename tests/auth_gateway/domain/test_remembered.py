"""What is forgotten where room is short, and what no history of forgetting can do."""

from dataclasses import dataclass, field

import pytest
from auth_gateway.domain.caller import site_of
from auth_gateway.domain.regulation import (
    PENDING_S,
    PER_NETWORK,
    REMEMBERED_S,
    Count,
    Judgement,
    counted,
    judged,
    wait_s,
)
from auth_gateway.domain.remembered import (
    Networks,
    has_forgotten,
    keep_judged_network,
    name_count,
    network_count,
    remember_network,
    room_wait_s,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.auth_gateway.domain.node_lock import Lock

NOW = 1_000_000.0
ROOM = 2


@dataclass(slots=True)
class Node:
    """One node with its own locks, before which a group of networks is regulated."""

    networks: Networks = field(default_factory=Networks)
    locks: dict[str, Lock] = field(default_factory=dict)
    tries: int = 0

    def wait_s(self, network: str, *, now: float) -> float:
        count = network_count(self.networks, network, now=now)
        return max(
            wait_s(count, PER_NETWORK, now=now, continuing=False),
            room_wait_s(self.networks, network, now=now, per_group=ROOM),
        )

    def ask(
        self, network: str, *, now: float, right: bool = False, is_lost: bool = False
    ) -> Judgement | None:
        """Try a password; None where it was held back."""
        if self.wait_s(network, now=now) > 0:
            return None
        self.tries += 1
        one = str(self.tries)
        count = network_count(self.networks, network, now=now)
        count = counted(count, one, now=now, continuing=False)
        self.networks = remember_network(self.networks, network, count, now=now, per_group=ROOM)
        answer = self.locks.setdefault(network, Lock()).ask(right=right, now=now)
        if not is_lost:
            count = judged(count, one, answer, PER_NETWORK, now=now)
            self.networks = keep_judged_network(self.networks, network, count, now=now)
        return answer


def full(*, at: float = NOW) -> Node:
    """Room for two, and two that failed, "a" a second before "b"."""
    node = Node()
    node.ask("a", now=at - 1)
    node.ask("b", now=at)
    return node


def test_a_newcomer_waits_until_somebody_may_be_forgotten() -> None:
    node = full()

    assert node.wait_s("c", now=NOW) == PER_NETWORK.pause_s - 1
    assert node.wait_s("c", now=NOW + PER_NETWORK.pause_s - 1) == 0
    assert node.wait_s("a", now=NOW) == 0


def test_the_longest_silent_is_forgotten() -> None:
    node = full()

    node.ask("c", now=NOW + 400)

    assert set(node.networks.counts) == {"b", "c"}


def test_where_somebody_was_forgotten_a_newcomer_has_one_try_for_a_week() -> None:
    node = full()
    now = NOW + 400
    # Nobody had been forgotten when this one came.
    assert network_count(node.networks, "c", now=now) == Count()
    node.ask("c", now=now)

    assert node.ask("d", now=now) is Judgement.COUNTED
    assert node.wait_s("d", now=now) == PER_NETWORK.pause_s
    assert has_forgotten(node.networks, now=now + REMEMBERED_S - 1)
    assert network_count(node.networks, "a", now=now).tries == PER_NETWORK.free - 1
    assert network_count(node.networks, "a", now=now + REMEMBERED_S) == Count()


def test_who_was_remembered_keeps_the_tries_that_were_left() -> None:
    node = full()
    node.ask("c", now=NOW + 400)

    for _ in range(3):
        assert node.ask("b", now=NOW + 400) is Judgement.COUNTED
    assert node.ask("b", now=NOW + 400) is None


def test_who_succeeds_where_others_were_forgotten_has_all_tries_again() -> None:
    node = full()
    now = NOW + 400
    node.ask("c", now=now)

    node.ask("d", now=now, right=True)

    assert network_count(node.networks, "d", now=now).tries == 0
    for _ in range(PER_NETWORK.free):
        assert node.ask("d", now=now) is Judgement.COUNTED
    assert node.ask("d", now=now) is None


def test_a_try_under_way_is_not_forgotten() -> None:
    node = Node()
    for network in ("a", "b"):
        node.ask(network, now=NOW, is_lost=True)

    assert node.wait_s("c", now=NOW) == PENDING_S + PER_NETWORK.pause_s


def test_a_name_is_forgotten_after_a_week_of_silence() -> None:
    counts = {"alice": Count(tries=100, answered=NOW)}

    assert name_count(counts, "alice", now=NOW + REMEMBERED_S - 1).tries == 100
    assert name_count(counts, "alice", now=NOW + REMEMBERED_S) == Count()
    assert name_count(counts, "bob", now=NOW) == Count()


@pytest.mark.parametrize(
    ("network", "site"),
    [
        ("2001:db8:1:2::", "2001:db8:1::"),
        ("2001:db8:1:ffff::", "2001:db8:1::"),
        ("2001:db8:2::", "2001:db8:2::"),
        ("192.0.2.7", "192.0.2.7"),
        ("unix", "unix"),
    ],
)
def test_networks_of_one_ipv6_site_share_their_room(network: str, site: str) -> None:
    assert site_of(network) == site


STEPS = st.lists(
    st.tuples(
        st.sampled_from([0.0, 1.0, 100.0, 299.0, 301.0, 342.0, 1000.0]),
        st.sampled_from("abcd"),
        st.sampled_from([False, False, False, True]),
        st.sampled_from([False, False, False, True]),
    ),
    max_size=80,
)


@given(STEPS)
def test_whoever_is_forgotten_no_lock_of_a_node_ever_closes_on_us(
    steps: list[tuple[float, str, bool, bool]],
) -> None:
    node, now = Node(), NOW
    for pause_s, network, right, is_lost in steps:
        now += pause_s
        node.ask(network, now=now, right=right, is_lost=is_lost)

    assert [lock.refusals for lock in node.locks.values() if lock.refusals] == []
    assert len(node.networks.counts) <= ROOM
