"""A node that is ended, one that is paused, and the Primary: what everybody gets meanwhile."""

from typing import Any

import pytest

from tests.edge.support import problem_of
from tests.faults.asking import (
    DEADLINE_S,
    OF_SEVERAL,
    ask_all,
    assert_failed,
    in_time,
    told,
)
from tests.faults.outages import OF_THE_PRIMARY, OUTAGES, During, during
from tests.faults.people import ADMINISTRATOR, PLAIN, WITHOUT_LOGS, all_signed_in, signed_in
from tests.faults.stack import NODES, PRIMARY, FaultyStack


@pytest.fixture(scope="module", params=OUTAGES, ids=[one.name for one in OUTAGES])
def meanwhile(running_faulty_stack: FaultyStack, request: pytest.FixtureRequest) -> During:
    """What was answered during one outage."""
    return during(running_faulty_stack, request.param)


def test_no_answer_takes_longer_than_one_deadline(meanwhile: During) -> None:
    # What may take a node longer begins with a second of patience.
    limit_s = DEADLINE_S + 2.0 + 2 * meanwhile.busy_s
    slow = {
        key: round(got.took_s, 1) for key, got in meanwhile.answers.items() if got.took_s > limit_s
    }

    assert slow == {}, f"{meanwhile.busy_s:.1f} s without an outage"


def test_its_own_answers_name_it_and_say_why(meanwhile: During) -> None:
    outage = meanwhile.outage
    answers = meanwhile.of_node(outage.away)

    assert answers
    for answer in answers.values():
        assert_failed(answer, outage.away, f"node_{outage.state}")


def test_answers_of_several_nodes_name_it_and_say_why(meanwhile: During) -> None:
    outage = meanwhile.outage
    for key, answer in meanwhile.of(*OF_SEVERAL).items():
        found = told(answer)
        gone = found.pop(outage.away)
        denied = key[0] == WITHOUT_LOGS and "/logs/" in key[1]

        assert (gone.state, gone.code) == (outage.state, f"node_{outage.state}"), key
        assert gone.why, key
        assert [*found] == outage.others, key
        assert {one.state for one in found.values()} == {"denied" if denied else "ok"}, key


def test_what_the_others_have_is_there(meanwhile: During) -> None:
    for node in meanwhile.outage.others:
        for (name, path), answer in meanwhile.of_node(node).items():
            denied = name == WITHOUT_LOGS and "logs" in path
            assert answer.status_code == (403 if denied else 200), (name, path, answer.text)


def test_sums_say_who_is_missing(meanwhile: During) -> None:
    sums = meanwhile.of("/api/nodes/all/overview", "/api/nodes/all/stats?type=LastHour")
    for answer in sums.values():
        found = answer.json()
        assert found["missing"] == [meanwhile.outage.away]
        assert (found["asked"], found["answered"]) == (3, 2)


def test_logs_of_the_others_are_there_and_their_total_is_a_lower_bound(meanwhile: During) -> None:
    pages = meanwhile.of(*(path for path in OF_SEVERAL if "logs/combined" in path))
    for (name, path), answer in pages.items():
        found = answer.json()
        assert found["totalIsLowerBound"] is True
        if name in {ADMINISTRATOR, PLAIN}:
            nodes = {entry["nodeId"] for entry in found["entries"]}
            assert nodes, path
            assert nodes <= {*meanwhile.outage.others}, path


def test_rights_there_are_not_known_and_none_is_guessed(meanwhile: During) -> None:
    for answer in meanwhile.of("/api/auth/permissions").values():
        for row in answer.json()["features"]:
            unknown = [node for node, may in row["nodes"].items() if may is None]
            assert unknown == [meanwhile.outage.away]


def test_the_whole_is_called_degraded_by_one(meanwhile: During) -> None:
    for answer in meanwhile.of("/api/health/detailed").values():
        found = answer.json()
        assert found["status"] == "degraded"
        assert (found["nodes"]["healthy"], found["nodes"]["unhealthy"]) == (2, 1)


def test_no_other_node_is_called_primary_and_none_stands_alone(meanwhile: During) -> None:
    for answer in meanwhile.of("/api/nodes", "/api/health/detailed").values():
        found: Any = answer.json()
        for row in found if isinstance(found, list) else found["nodes"]["details"]:
            is_there = row["id"] != meanwhile.outage.away
            type_ = ("Primary" if row["id"] == PRIMARY else "Secondary") if is_there else "Unknown"
            assert row["clusterState"]["type"] == type_
            assert row["isPrimary"] is (type_ == "Primary")


def test_a_change_goes_to_the_primary_or_nowhere(meanwhile: During) -> None:
    if meanwhile.outage.away != PRIMARY:
        assert meanwhile.change.status_code == 200, meanwhile.change.text
        assert meanwhile.changed == [PRIMARY]
        return

    problem = problem_of(meanwhile.change)
    assert (problem["status"], problem["code"]) == (503, "primary_unavailable")
    assert problem["nodes"] == [PRIMARY]
    assert int(meanwhile.change.headers["Retry-After"]) > 0
    assert meanwhile.changed == []


def test_what_is_asked_of_the_primary_is_told_by_no_other(meanwhile: During) -> None:
    for answer in meanwhile.of(OF_THE_PRIMARY).values():
        if meanwhile.outage.away == PRIMARY:
            assert problem_of(answer)["code"] == "primary_unavailable"
        else:
            assert answer.json()["server"] == "ns1.home.arpa"


async def test_a_file_of_logs_lacks_a_paused_node_by_name(stack: FaultyStack) -> None:
    async with signed_in(stack, ADMINISTRATOR) as browser:
        stack.pause("ns2")
        async with in_time():
            saved = await browser.get("/api/nodes/logs/export?format=csv&qname=nas")

    lines = saved.text.splitlines()
    assert saved.status_code == 200
    assert any("ns1" in line for line in lines[:-1])
    assert lines[-1].startswith("#incomplete")
    assert "ns2" in lines[-1]


async def test_everything_is_there_again_when_the_nodes_are(stack: FaultyStack) -> None:
    async with all_signed_in(stack) as people:
        stack.take_down("ns3")
        stack.pause("ns2")
        await ask_all(people, ["/api/nodes"])
        for name in NODES:
            stack.bring_back(name)
        answers = await ask_all(people, ["/api/nodes/all/technitium/zones/list"])

    for got in answers.values():
        assert {one.state for one in told(got.answer).values()} == {"ok"}
