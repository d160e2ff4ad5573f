"""The live tail on the page: rows come, wait while somebody reads, and what is missing is said."""

import json
import re
from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.browser.logs_support import ask, at_logs, rows
from tests.browser.support import Person
from tests.support.stack import Stack

TAIL = "**/api/nodes/logs/tail*"
MOST_ROWS = 500
TRIED_AGAIN_MS = 15_000


def test_rows_appear_as_they_are_answered(person: Person, stack: Stack) -> None:
    following(person, "fresh")
    ask(stack, "ns2", "fresh-1.example")
    expect(rows(person)).to_have_count(1)
    ask(stack, "ns1", "fresh-2.example")
    expect(rows(person)).to_have_count(2)

    expect(rows(person).first).to_contain_text("fresh-2.example")
    expect(rows(person).last).to_contain_text("ns2")
    expect(person.page.get_by_text("3 of 3 nodes followed")).to_be_visible()


def test_nothing_moves_under_the_pointer_and_new_rows_wait(person: Person, stack: Stack) -> None:
    following(person, "held")
    ask(stack, "ns1", "held-1.example")
    row = rows(person).filter(has_text="held-1.example")
    row.hover()
    place = row.bounding_box()
    ask(stack, "ns1", "held-2.example", "held-3.example")

    news = person.page.get_by_role("button", name="2 new rows")
    expect(news).to_be_visible()
    assert row.bounding_box() == place
    expect(rows(person)).to_have_count(1)
    news.click()
    expect(rows(person)).to_have_count(3)
    expect(news).to_have_count(0)


def test_rows_come_in_by_themselves_once_nobody_reads(person: Person, stack: Stack) -> None:
    following(person, "later")
    ask(stack, "ns1", "later-1.example")
    person.page.locator(".log-open").focus()
    ask(stack, "ns1", "later-2.example")
    expect(person.page.get_by_role("button", name="1 new row")).to_be_visible()
    person.page.get_by_label("Domain", exact=True).focus()

    expect(rows(person)).to_have_count(2)


def test_switching_it_on_takes_away_what_a_tail_knows_not(person: Person) -> None:
    at_logs(person, "&range=1h&rows=domain&status=blocked")
    with person.page.expect_request(TAIL) as request:
        person.page.get_by_role("button", name="Live").click()
    expect(person.page.get_by_role("button", name="Live")).to_have_attribute("aria-pressed", "true")

    assert "statusFilter=blocked" in request.value.url
    assert "start=" not in request.value.url
    assert "rows=" not in person.page.url
    expect(rows(person).first).to_contain_text("Blocked")
    person.page.get_by_label("Time", exact=True).select_option(label="Last hour")
    expect(person.page.get_by_role("button", name="Live")).to_have_attribute(
        "aria-pressed", "false"
    )


def test_a_node_that_stops_is_named_and_followed_again_without_a_row_lost(
    person: Person, stack: Stack
) -> None:
    following(person, "again")
    stack.stop_node("ns2")
    expect(person.page.get_by_text("ns2: cannot be reached")).to_be_visible()
    expect(person.page.get_by_text("2 of 3 nodes followed")).to_be_visible()
    stack.start_node("ns2")
    expect(person.page.get_by_text("3 of 3 nodes followed")).to_be_visible()
    ask(stack, "ns2", "again-1.example")

    expect(rows(person)).to_have_count(1)


def test_the_list_is_bounded_and_rows_that_are_left_out_are_counted(person: Person) -> None:
    person.page.route(TAIL, _flood)
    person.enters()
    person.page.goto("/?page=logs&live=1")

    expect(person.page.get_by_text("1,204 rows of ns1 left out here")).to_be_visible()
    expect(
        person.page.get_by_text("ns2 dropped rows here; how many, nobody knows.")
    ).to_be_visible()
    expect(rows(person).first).to_contain_text("n599.example")
    # The two notes about what is missing are among them.
    expect(rows(person)).to_have_count(MOST_ROWS - 2)
    expect(person.page.get_by_text(f"the last {MOST_ROWS} rows")).to_be_visible()


def test_a_session_that_ends_is_told_and_rows_go_on_after_signing_in_again(
    person: Person, stack: Stack
) -> None:
    following(person, "anew")
    ask(stack, "ns1", "anew-1.example")
    expect(rows(person)).to_have_count(1)
    person.signed_out_elsewhere()
    sheet = person.sheet("Your session has ended")
    expect(sheet).to_be_visible()
    expect(person.page.get_by_text("your session has ended: no more rows come")).to_be_attached()
    expect(rows(person)).to_have_count(1)
    ask(stack, "ns1", "anew-2.example")
    sheet.get_by_label("Password").fill("admin")
    person.page.keyboard.press("Enter")

    expect(sheet).to_have_count(0)
    expect(rows(person)).to_have_count(2)
    expect(rows(person).filter(has_text="anew-1.example")).to_have_count(1)


def test_while_the_tab_is_hidden_there_is_no_stream_and_none_of_its_rows_is_lost(
    person: Person, stack: Stack
) -> None:
    following(person, "hidden")
    ask(stack, "ns1", "hidden-1.example")
    expect(rows(person)).to_have_count(1)
    with person.page.expect_event("requestfailed", lambda one: "/logs/tail" in one.url):
        _show(person.page, state="hidden")
    ask(stack, "ns1", "hidden-2.example")
    with person.page.expect_request(TAIL) as request:
        _show(person.page, state="visible")

    expect(rows(person)).to_have_count(2)
    assert "lastEventId=" in request.value.url


def test_a_stream_that_is_refused_says_why(person: Person) -> None:
    person.enters()
    person.page.goto("/?page=logs&live=1&rcode=quux")

    expect(person.alert()).to_contain_text("“Code” must be one of NoError")


def test_a_connection_that_is_lost_is_made_again(person: Person) -> None:
    person.page.route(TAIL, _too_many)
    person.enters()
    person.page.goto("/?page=logs&live=1")
    expect(person.alert()).to_contain_text("20 streams are open")
    expect(person.page.get_by_text("connection lost, connecting again …")).to_be_visible()
    person.page.unroute(TAIL)

    expect(person.page.get_by_text("3 of 3 nodes followed")).to_be_visible(timeout=TRIED_AGAIN_MS)
    expect(rows(person).first).to_be_visible()


def following(person: Person, part: str) -> None:
    """Signed in, following the queries for names with this part, of which there is none yet."""
    person.enters()
    person.page.goto(f"/?page=logs&live=1&domain={part}-")
    expect(person.page.get_by_text("3 of 3 nodes followed")).to_be_visible()
    expect(person.page.get_by_text(re.compile("^Queries that these filters match"))).to_be_visible()


def _too_many(route: Route) -> None:
    """What the services answer to one stream more than a session may have."""
    problem = {"code": "too_many_streams", "status": 429, "detail": "20 streams are open."}
    route.fulfill(status=429, headers={"Content-Type": "application/problem+json"}, json=problem)


def _flood(route: Route) -> None:
    """A stream with more than the page keeps, and with rows that were left out."""
    entries = [_entry(number) for number in range(600)]
    events = [
        ("open", {"nodeIds": ["ns1", "ns2"], "pollMs": 1000}),
        ("gap", {"nodeId": "ns1", "rows": 1204}),
        ("gap", {"nodeId": "ns2", "rows": None}),
        ("entries", {"nodeId": "ns1", "entries": entries}),
    ]
    lines = [f"event: {kind}\ndata: {json.dumps(data)}\n\n" for kind, data in events]
    body = "retry: 600000\n\n" + "".join(lines)
    route.fulfill(headers={"Content-Type": "text/event-stream"}, body=body)


def _entry(number: int) -> dict[str, Any]:
    return {
        "nodeId": "ns1",
        "rowNumber": number + 1,
        "timestamp": f"2026-01-01T00:{number // 60:02}:{number % 60:02}Z",
        "clientIpAddress": "192.0.2.1",
        "protocol": "Udp",
        "responseType": "Cached",
        "rcode": "NoError",
        "qname": f"n{number}.example",
        "qtype": "A",
        "qclass": "IN",
        "answer": None,
        "baseUrl": "",
    }


def _show(page: Page, *, state: str) -> None:
    page.evaluate(
        """(state) => {
            Object.defineProperty(document, "visibilityState", {value: state, configurable: true});
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        state,
    )
