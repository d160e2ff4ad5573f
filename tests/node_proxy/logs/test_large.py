"""Three nodes with many rows each; `benchmarks.logs` does the same with a hundred thousand."""

import pytest

from tests.node_proxy.conftest import MakeStack
from tests.support.query_logs import BEGIN, fill, held, install, ordered, shown, some_rows, wanted
from tests.support.sandbox import fresh_nodes

COMBINED = "/api/nodes/logs/combined"
ROWS = 40_000


@pytest.mark.timeout(90)
async def test_pages_and_totals_are_right_and_what_was_not_counted_is_said(
    make_stack: MakeStack,
) -> None:
    async with fresh_nodes(names=("ns1", "ns2", "ns3")) as lab, make_stack(lab) as stack:
        install(lab)
        for name, begin, spread_s in (
            ("ns1", BEGIN, 86_400),
            ("ns2", BEGIN - 40_000, 60_000),
            ("ns3", BEGIN + 80_000, 6_000),
        ):
            fill(lab, name, some_rows(name, ROWS, begin=begin, spread_s=spread_s))
        everything = held(lab)
        cookie = await stack.sign_in("admin")

        for query in ({}, {"qname": "home"}, {"statusFilter": "blocked", "qtype": "A"}):
            rows = ordered(wanted(everything, **query))
            text = "&".join(f"{name}={value}" for name, value in query.items())
            for number in (1, 1000):
                lab.requests.clear()
                found = (await stack.get(f"{COMBINED}?pageNumber={number}&{text}", cookie)).json()

                expected = rows[(number - 1) * 50 : number * 50]
                assert found["totalMatchingEntries"] == len(rows)
                assert [row[1] for row in shown(found)] == [each.shown[1] for each in expected]
                assert len({str(row) for row in shown(found)} - {str(e.shown) for e in rows}) == 0
                asked = len(lab.requests.of("ns1", "/api/logs/query"))
                assert asked <= (6 if number > 1 else 1) * (3 if "statusFilter" in query else 1)

        found = (await stack.get(f"{COMBINED}?deduplicateDomains=true", cookie)).json()
        names = {each.row.qname for each in everything}
        if found["totalIsLowerBound"]:
            assert found["totalMatchingEntries"] <= len(names)
        else:
            assert found["totalMatchingEntries"] == len(names)
            assert {row[3] for row in shown(found)} == names
