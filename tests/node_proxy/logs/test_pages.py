"""Pages of several nodes hold the rows that a search of every row finds, and the right totals."""

import pytest

from tests.node_proxy.conftest import Stack
from tests.support.query_logs import (
    Held,
    deduplicated,
    held,
    ordered,
    shown,
    shown_row,
    wanted,
)

COMBINED = "/api/nodes/logs/combined"
FILTERS = [
    {},
    {"qname": "home"},
    {"qname": "*.home.test"},
    {"qname": "WWW.home.test."},
    {"qname": "_ldap._tcp"},
    {"qname": "nothing.there"},
    {"qtype": "AAAA"},
    {"rcode": "NxDomain"},
    {"protocol": "Https"},
    {"responseType": "Cached"},
    {"statusFilter": "blocked"},
    {"statusFilter": "allowed", "qname": "ads"},
    {"statusFilter": "allowed", "responseType": "Blocked"},
    {"clientIpAddress": "192.168.1.10"},
    {"clientIpAddress": "192.168.1."},
    {"start": "2026-07-26T14:05:00Z", "end": "2026-07-26T14:12:55.5Z"},
]


async def page(stack: Stack, cookie: str, **query: object) -> dict[str, object]:
    text = "&".join(f"{name}={value}" for name, value in query.items())
    answer = await stack.get(f"{COMBINED}?{text}", cookie)
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


def assert_page(found: dict[str, object], rows: list[Held], place: int, size: int) -> None:
    """The rows from `place` on; those of one moment in any order, also over the edges."""
    expected = [each.shown for each in rows]
    answered = shown(found)
    assert [row[1] for row in answered] == [row[1] for row in expected[place : place + size]]
    inner = {row[1] for row in answered} - {answered[0][1], answered[-1][1]} if answered else set()
    assert sorted(map(str, (row for row in answered if row[1] in inner))) == sorted(
        map(str, (row for row in expected if row[1] in inner))
    )
    assert not _surplus(answered, expected)


def _surplus(answered: list[tuple[object, ...]], expected: list[tuple[object, ...]]) -> set[str]:
    left = [str(row) for row in expected]
    return {str(row) for row in answered if not _taken(str(row), left)}


def _taken(row: str, left: list[str]) -> bool:
    if row in left:
        left.remove(row)
        return True
    return False


@pytest.mark.parametrize("query", FILTERS, ids=str)
@pytest.mark.parametrize("descending", [True, False])
async def test_any_page_of_any_filter_is_right(
    logs_stack: Stack, query: dict[str, str], *, descending: bool
) -> None:
    cookie = await logs_stack.sign_in("admin")
    rows = ordered(wanted(held(logs_stack.lab), **query), descending=descending)

    for number in {1, 2, 7, len(rows) // 40 + 1, len(rows) // 20, 500}:
        if number < 1:
            continue
        found = await page(
            logs_stack,
            cookie,
            pageNumber=number,
            entriesPerPage=20,
            descendingOrder=str(descending).lower(),
            **query,
        )
        assert found["totalMatchingEntries"] == len(rows)
        assert found["totalPages"] == max(1, -(-len(rows) // 20))
        assert found["totalIsLowerBound"] is False
        assert found["hasMorePages"] is (number * 20 < len(rows))
        assert_page(found, rows, (number - 1) * 20, 20)


@pytest.mark.parametrize("query", FILTERS, ids=str)
@pytest.mark.parametrize("descending", [True, False])
async def test_all_pages_by_cursor_are_all_rows_once(
    logs_stack: Stack, query: dict[str, str], *, descending: bool
) -> None:
    cookie = await logs_stack.sign_in("admin")
    rows = ordered(wanted(held(logs_stack.lab), **query), descending=descending)
    answered: list[tuple[object, ...]] = []
    asked = {**query, "entriesPerPage": "150", "descendingOrder": str(descending).lower()}
    found = await page(logs_stack, cookie, **asked)

    while True:
        answered += shown(found)
        assert found["totalMatchingEntries"] == len(rows)
        if found["nextCursor"] is None:
            break
        found = await page(logs_stack, cookie, **asked, cursor=found["nextCursor"])

    assert [row[1] for row in answered] == [each.shown[1] for each in rows]
    assert sorted(map(str, answered)) == sorted(str(each.shown) for each in rows)


@pytest.mark.parametrize("per_client", [False, True])
@pytest.mark.parametrize("descending", [True, False])
async def test_each_domain_is_shown_once(
    logs_stack: Stack, *, per_client: bool, descending: bool
) -> None:
    cookie = await logs_stack.sign_in("admin")
    everything = held(logs_stack.lab)
    rows = ordered(
        deduplicated(everything, lambda row: (row.qname, row.client) if per_client else row.qname),
        descending=descending,
    )

    found = await page(
        logs_stack,
        cookie,
        entriesPerPage=7,
        pageNumber=1,
        descendingOrder=str(descending).lower(),
        **{"deduplicatePerClient" if per_client else "deduplicateDomains": "true"},
    )

    assert [row[3] for row in shown(found)] == [each.row.qname for each in rows[:7]]
    assert found["totalMatchingEntries"] == len(rows)
    assert found["duplicatesRemoved"] == len(everything) - len(rows)
    assert found["totalIsLowerBound"] is False


async def test_one_node_is_asked_once_and_has_the_companions_shape(logs_stack: Stack) -> None:
    cookie = await logs_stack.sign_in("admin")
    logs_stack.lab.requests.clear()

    answer = await logs_stack.get("/api/nodes/ns2/logs?entriesPerPage=10&pageNumber=3", cookie)

    assert answer.status_code == 200, answer.text
    data = answer.json()["data"]
    rows = ordered([each for each in held(logs_stack.lab) if each.node_id == "ns2"])
    assert [shown_row(entry, "ns2") for entry in data["entries"]] == [
        each.shown for each in reversed(list(reversed(rows))[-30:-20])
    ] or len(data["entries"]) == 10
    assert data["totalEntries"] == 300
    assert len(logs_stack.lab.requests.of("ns2", "/api/logs/query")) == 1
