"""Totals of query logs are those of all rows that the nodes hold, whoever asked what before."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.faults.people import ADMINISTRATOR, PLAIN, signed_in
from tests.faults.stack import NODES, FaultyStack

COMBINED = "/api/nodes/logs/combined"
# More than the newest that the Companion looked at.
LATER_ROWS = 600
RARE_CLIENT = "10.9.9.9"
RARE_NAMES = ("old.home.test", "rare.example", "Part-Of-A-Name.example")
BLOCKED = {"Blocked", "UpstreamBlocked", "UpstreamBlockedCached"}
ALLOWED = {"Authoritative", "Recursive", "Cached"}

Row = Mapping[str, Any]
Rows = Mapping[str, Sequence[Row]]


class Held:
    """Every row up to a moment, as the nodes themselves tell them to an administrator."""

    def __init__(self, stack: FaultyStack) -> None:
        rows = {node: _all_rows(stack, node) for node in NODES}
        newest = min(max(_moment(row) for row in found) for found in rows.values())
        until = newest.replace(microsecond=0) - timedelta(seconds=1)
        self.until = until.strftime("%Y-%m-%dT%H:%M:%SZ")
        self.rows: Rows = {
            node: [row for row in found if _moment(row) <= until] for node, found in rows.items()
        }

    def count(self, is_meant: Callable[[Row], bool], *nodes: str) -> int:
        return len(self.which(is_meant, *nodes))

    def which(self, is_meant: Callable[[Row], bool], *nodes: str) -> list[Row]:
        return [row for node in nodes or NODES for row in self.rows[node] if is_meant(row)]


@pytest.fixture(scope="module")
def held(running_faulty_stack: FaultyStack) -> Held:
    """The nodes' rows, after a rare client asked and many others did."""
    stack = running_faulty_stack
    stack.calm()
    asked = [_query("ns1", RARE_CLIENT, name) for name in RARE_NAMES]
    later = [_query("ns1", f"10.8.0.{n % 50 + 1}", "www.example.com") for n in range(LATER_ROWS)]
    for queries in (asked, later):
        stack.control.post("/queries", json={"queries": queries}).raise_for_status()
        stack.control.post("/advance", json={"seconds": 3}).raise_for_status()
    last = [_query(node, "10.8.0.1", "end.example") for node in NODES]
    stack.control.post("/queries", json={"queries": last}).raise_for_status()
    return Held(stack)


@pytest.fixture
async def browser(stack: FaultyStack) -> AsyncGenerator[httpx.AsyncClient]:
    async with signed_in(stack, PLAIN) as browser:
        yield browser


async def test_the_total_is_that_of_all_rows(browser: httpx.AsyncClient, held: Held) -> None:
    found = await _found(browser, COMBINED, end=held.until)

    assert found["totalEntries"] == found["totalMatchingEntries"] == held.count(lambda _: True)
    assert found["hasMorePages"] is True
    assert found["totalPages"] == -(-found["totalEntries"] // 50)


async def test_a_filter_counts_though_the_same_was_just_asked_without_it(
    browser: httpx.AsyncClient, held: Held
) -> None:
    totals = {
        status: (await _found(browser, COMBINED, end=held.until, **fields))["totalEntries"]
        for status, fields in _in_turn("", "blocked", "allowed").items()
    }

    assert totals["blocked"] == held.count(lambda row: row["responseType"] in BLOCKED)
    assert totals["allowed"] == held.count(lambda row: row["responseType"] in ALLOWED)
    assert 0 < totals["blocked"] < totals[""]


@pytest.mark.parametrize("path", [COMBINED, "/api/nodes/ns1/logs"])
async def test_a_client_is_found_beyond_the_newest_rows(
    browser: httpx.AsyncClient, held: Held, path: str
) -> None:
    found = await _found(browser, path, end=held.until, clientIpAddress=RARE_CLIENT)

    assert found["totalEntries"] == len(RARE_NAMES)
    assert {entry["clientIpAddress"] for entry in found["entries"]} == {RARE_CLIENT}


@pytest.mark.parametrize("path", [COMBINED, "/api/nodes/ns1/logs"])
@pytest.mark.parametrize("part", ["home", "rare", "rt-of-a-NA", ".example"])
async def test_a_part_of_a_name_finds_every_row(
    browser: httpx.AsyncClient, held: Held, path: str, part: str
) -> None:
    nodes = () if path == COMBINED else ("ns1",)

    found = await _found(browser, path, end=held.until, qname=part)

    expected = held.count(lambda row: part.lower() in (row["qname"] or "").lower(), *nodes)
    assert found["totalEntries"] == found["totalMatchingEntries"] == expected > 0


async def test_a_pattern_finds_what_it_says(browser: httpx.AsyncClient, held: Held) -> None:
    found = await _found(browser, COMBINED, end=held.until, qname="*.home.test")

    expected = held.count(lambda row: (row["qname"] or "").endswith(".home.test"))
    assert found["totalMatchingEntries"] == expected > 0


async def test_each_pair_of_domain_and_client_is_shown_once(
    browser: httpx.AsyncClient, held: Held
) -> None:
    wanted = {"end": held.until, "qname": "example"}
    pairs = {(_name(row), row["clientIpAddress"]) for row in held.which(_has("example"))}
    names = {name for name, _ in pairs}

    plain = await _found(browser, COMBINED, **wanted)
    per_client = await _found(browser, COMBINED, **wanted, deduplicatePerClient="true")
    per_domain = await _found(browser, COMBINED, **wanted, deduplicateDomains="true")

    assert per_client["totalIsLowerBound"] is False
    assert per_client["totalMatchingEntries"] == len(pairs)
    assert per_domain["totalMatchingEntries"] == len(names)
    assert plain["totalMatchingEntries"] > len(pairs) > len(names)
    assert per_client["duplicatesRemoved"] == plain["totalMatchingEntries"] - len(pairs)


def _in_turn(*statuses: str) -> dict[str, dict[str, str]]:
    return {status: {"statusFilter": status} if status else {} for status in statuses}


def _has(part: str) -> Callable[[Row], bool]:
    return lambda row: part in _name(row)


def _name(row: Row) -> str:
    return (row["qname"] or "").lower()


def _moment(row: Row) -> datetime:
    return datetime.fromisoformat(row["timestamp"])


def _query(node: str, client: str, name: str) -> dict[str, str]:
    return {"to": node, "client": client, "qname": name, "qtype": "A"}


async def _found(browser: httpx.AsyncClient, path: str, **params: str) -> dict[str, Any]:
    answer = await browser.get(path, params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    data: dict[str, Any] = found.get("data", found)
    return data | {"duplicatesRemoved": found.get("duplicatesRemoved")}


def _all_rows(stack: FaultyStack, node: str) -> list[Row]:
    url = stack.control.get("/nodes").json()[node]
    with httpx.Client(base_url=url, timeout=30) as client:
        form = {"user": ADMINISTRATOR, "pass": ADMINISTRATOR}
        token = client.post("/api/user/login", data=form).json()["token"]
        fields = {
            "token": token,
            "name": "Query Logs (Sqlite)",
            "classPath": "QueryLogsSqlite.App",
            "entriesPerPage": "1000000",
        }
        rows: list[Row] = client.post("/api/logs/query", data=fields).json()["response"]["entries"]
        client.post("/api/user/logout", data={"token": token})
    return rows
