"""Statistics and query logs of the demonstration tell of the same queries, and go on."""

from collections import Counter

from technitium_sandbox.apps.table import QUERY_LOGS
from technitium_sandbox.clock import SandboxClock
from technitium_sandbox.dns import codes
from technitium_sandbox.logs.query_log import Filter, Row
from technitium_sandbox.node import Node
from technitium_sandbox.resolver.answering import PURGE_EVERY_S, Query

from tests.support.sandbox import fresh_nodes, sandbox

NOW = 1_795_324_460.0


def rows(node: Node) -> list[Row]:
    log = node.answering.log()
    return [log.row(number) for number in log.find(Filter())]


def test_the_log_and_the_counts_of_a_minute_are_of_the_same_queries() -> None:
    node = sandbox(clock=SandboxClock(lambda: NOW)).nodes["ns1"].node
    minute = int(NOW) // 60 - 10

    counted = node.statistics.minute(minute)
    logged = [row for row in rows(node) if int(row.at) // 60 == minute]

    assert Counter(row.client for row in logged) == counted.clients
    assert Counter(codes.TYPE_NAMES[row.qtype] for row in logged) == counted.types
    assert Counter(codes.RCODE_NAMES[row.rcode] for row in logged) == counted.rcodes


def test_the_log_goes_on_with_the_clock() -> None:
    lab = sandbox(clock=SandboxClock(lambda: NOW))
    node = lab.nodes["ns2"].node
    before = rows(node)

    lab.clock.advance(600)

    after = rows(node)
    assert after[: len(before)] == before
    assert before[-1].at <= NOW < after[-1].at <= NOW + 600


def test_what_is_asked_stands_among_what_was_made_up() -> None:
    lab = sandbox(clock=SandboxClock(lambda: NOW))
    node = lab.nodes["ns1"].node
    node.asked(Query(to="ns1", client="192.0.2.9", qname="Only.Here.example.", times=3))
    lab.clock.advance(60)

    logged = rows(node)

    assert [row.at for row in logged] == sorted(row.at for row in logged)
    mine = [row for row in logged if row.qname == "only.here.example"]
    assert [codes.RESPONSE_TYPE_NAMES[row.response_type] for row in mine] == [
        "Recursive",
        "Cached",
        "Cached",
    ]


def test_without_the_app_nothing_is_kept() -> None:
    node = fresh_nodes().nodes["ns1"].node
    query = Query(to="ns1", client="192.0.2.9", qname="localhost", times=5)
    node.apps.install(QUERY_LOGS)
    node.asked(query)
    node.apps.uninstall(QUERY_LOGS)
    node.asked(query)
    node.apps.install(QUERY_LOGS)

    assert rows(node) == []


def test_the_app_drops_what_is_more_than_it_may_keep() -> None:
    lab = fresh_nodes(clock=SandboxClock(lambda: NOW))
    node = lab.nodes["ns1"].node
    node.apps.install(QUERY_LOGS)
    node.asked(Query(to="ns1", client="192.0.2.9", qname="localhost", times=100_000))

    assert len(rows(node)) == 100_000
    lab.clock.advance(PURGE_EVERY_S)
    assert len(rows(node)) == 10_000
