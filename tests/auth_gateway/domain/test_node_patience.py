"""When a node that failed may be asked again."""

from auth_gateway.domain.node_patience import LONGEST_PAUSE_S, NodePatience
from companion.clock import FixedClock


def test_pauses_grow_to_a_limit_and_end_with_an_answer() -> None:
    clock = FixedClock()
    patience = NodePatience(monotonic=clock.monotonic, first_pause_s=1)
    assert patience.may_ask("ns1")

    pauses = []
    for _ in range(40):
        patience.failed("ns1")
        pause_s = 0.0
        while not patience.may_ask("ns1"):
            clock.advance(0.5)
            pause_s += 0.5
        pauses.append(pause_s)

    assert pauses[:6] == [1, 2, 4, 8, 16, LONGEST_PAUSE_S]
    assert set(pauses[5:]) == {LONGEST_PAUSE_S}
    patience.failed("ns1")
    assert patience.may_ask("ns2")
    patience.answered("ns1")
    assert patience.may_ask("ns1")
