"""Exports hold every row once, say when they do not, and run in no spreadsheet."""

import csv
import io
import json

import httpx
import pytest
from technitium_sandbox.logs.query_log import Row

from tests.node_proxy.conftest import FORWARDED, Stack
from tests.support.event_stream import served
from tests.support.query_logs import BEGIN, fill, held, ordered, shown_row, wanted

EXPORT = "/api/nodes/logs/export"


@pytest.mark.parametrize("query", [{}, {"statusFilter": "blocked"}, {"qname": "_ldap"}])
@pytest.mark.parametrize("descending", ["true", "false"])
async def test_lines_are_all_rows_in_order(
    logs_stack: Stack, query: dict[str, str], descending: str
) -> None:
    cookie = await logs_stack.sign_in("admin")
    text = "&".join(f"{name}={value}" for name, value in query.items())

    answer = await logs_stack.get(
        f"{EXPORT}?format=jsonl&descendingOrder={descending}&{text}", cookie
    )

    rows = [shown_row(json.loads(line)) for line in answer.text.splitlines()]
    expected = ordered(wanted(held(logs_stack.lab), **query), descending=descending == "true")
    assert [row[1] for row in rows] == [each.shown[1] for each in expected]
    assert sorted(map(str, rows)) == sorted(str(each.shown) for each in expected)


async def test_csv_has_a_name_and_a_head_and_runs_nothing(logs_stack: Stack) -> None:
    cookie = await logs_stack.sign_in("admin")
    row = Row(
        at=BEGIN + 10_000,
        client="192.0.2.1",
        protocol=0,
        response_type=2,
        rcode=0,
        qname="=cmd|calc.example",
        qtype=16,
        answer='-2+3, TXT "a,b"\n@x',
    )
    fill(logs_stack.lab, "ns1", [row])

    answer = await logs_stack.get(f"{EXPORT}?nodes=ns1&start=2026-07-26T15:00:00Z", cookie)

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="query-logs-')
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["qname"] for row in rows] == ["'=cmd|calc.example"]
    assert rows[0]["answer"] == '\'-2+3, TXT "a,b"\n@x'
    assert rows[0]["nodeId"] == "ns1"


@pytest.mark.parametrize("form", ["csv", "jsonl"])
async def test_a_file_that_lacks_a_node_says_so_at_its_end(logs_stack: Stack, form: str) -> None:
    cookie = await logs_stack.sign_in("admin")
    await logs_stack.lab.stop("ns2")

    answer = await logs_stack.get(f"{EXPORT}?format={form}", cookie)

    last = answer.text.splitlines()[-1]
    if form == "csv":
        assert last.startswith("#incomplete,ns2,node_unreachable,")
    else:
        assert json.loads(last)["incomplete"] is True
        assert json.loads(last)["nodeId"] == "ns2"


async def test_nothing_at_all_is_a_problem_and_no_file(logs_stack: Stack) -> None:
    cookie = await logs_stack.sign_in("admin")
    for name in logs_stack.lab.nodes:
        await logs_stack.lab.stop(name)

    answer = await logs_stack.get(EXPORT, cookie)

    assert answer.status_code == 502
    assert answer.json()["code"] == "node_unreachable"


async def test_a_head_request_gets_no_rows(logs_stack: Stack) -> None:
    cookie = await logs_stack.sign_in("admin")
    async with served(logs_stack.apps.public) as server, httpx.AsyncClient() as http:
        answer = await http.head(
            f"{server.url}{EXPORT}",
            headers={**FORWARDED, "Cookie": f"__Host-tdc_session={cookie}"},
        )

    assert answer.status_code == 200
    assert answer.content == b""
