"""How busy the nodes were: ranges, one node or all, who is missing and why, and the lists."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Route, expect

from tests.browser.support import Person

STATS = "**/api/nodes/all/stats?*"
DENIED = {
    "state": "denied",
    "code": "node_permission_denied",
    "section": "Dashboard",
    "permission": "View",
}


def test_all_nodes_stand_above_each_of_them(person: Person) -> None:
    with person.page.expect_response(STATS) as response:
        person.signs_in()
    totals = response.value.json()["sum"]["totals"]

    expect(busy(person)).to_contain_text(f"{totals['totalQueries']:,}")
    expect(busy(person)).to_contain_text(f"blocked ({totals['totalBlocked']:,})")
    expect(busy(person)).to_contain_text(re.compile(r"at least ≥ \d+"))
    expect(busy(person)).not_to_contain_text("Without")


RANGES = {
    "last hour": "LastHour",
    "last week": "LastWeek",
    "last month": "LastMonth",
    "last year": "LastYear",
}


def test_a_range_is_chosen_and_stands_in_the_address(person: Person) -> None:
    person.signs_in().sees_all()
    for name, type_ in RANGES.items():
        with person.page.expect_response(f"**/api/nodes/all/stats?type={type_}") as response:
            person.page.get_by_label("Range").select_option(label=name)
        queries = response.value.json()["sum"]["totals"]["totalQueries"]

        expect(busy(person)).to_contain_text(f"{queries:,}")
        expect(busy(person).locator("header")).to_contain_text(name)
        expect(person.card("ns1")).to_contain_text(f"queries, {name}")
        assert person.page.url.endswith(f"/?range={name.removeprefix('last ')}")

    person.page.go_back()
    expect(person.page.get_by_label("Range")).to_have_value("month")
    expect(person.card("ns1")).to_contain_text("queries, last month")


def test_a_range_of_ones_own_can_be_shared(person: Person) -> None:
    person.signs_in().sees_all()
    person.page.get_by_label("Range").select_option("custom")
    person.page.get_by_label("From").fill("2026-03-01T10:00")
    person.page.get_by_label("To", exact=True).fill("2026-03-01T09:00")
    person.page.get_by_role("button", name="Show this range").click()
    expect(person.alert()).to_have_text("The end has to be after the beginning.")

    person.page.get_by_label("To", exact=True).fill("2026-03-02T09:00")
    person.page.get_by_role("button", name="Show this range").click()
    expect(busy(person).locator("header")).to_contain_text("1 Mar, 10:00 to 2 Mar, 09:00")
    expect(busy(person)).to_contain_text("No queries in this range")
    expect(person.card("ns1").get_by_role("listitem").first).to_have_text("0 clients")

    # The viewer is one hour ahead of UTC.
    with person.page.expect_request(STATS) as request:
        person.page.goto("/?range=custom&from=2026-03-01T09:00Z&to=2026-03-02T08:00Z")
    assert "start=2026-03-01T09:00Z&end=2026-03-02T08:00Z" in request.value.url
    expect(person.page.get_by_label("From")).to_have_value("2026-03-01T10:00")


def test_one_node_can_be_chosen(person: Person) -> None:
    with person.page.expect_response(STATS) as response:
        person.signs_in()
    entry = next(one for one in response.value.json()["nodes"] if one["nodeId"] == "ns2")
    person.sees_all().page.get_by_label("Node", exact=True).select_option("ns2")

    expect(busy(person).get_by_role("heading")).to_have_text("ns2")
    expect(busy(person)).to_contain_text(f"{entry['stats']['totals']['totalQueries']:,}")
    # The numbers stand above it, in large.
    expect(person.card("ns2")).to_contain_text("Secondary · 15.2")
    expect(person.queries("ns2")).to_have_count(0)
    expect(person.card("ns1")).to_have_count(0)
    assert person.page.url.endswith("/?node=ns2")
    person.page.reload()
    expect(busy(person).get_by_role("heading")).to_have_text("ns2")


def test_where_there_is_one_node_it_is_chosen(person: Person) -> None:
    person.page.route("**/api/auth/me", _with_one_node)
    person.signs_in()

    expect(busy(person).get_by_role("heading")).to_have_text("ns1")
    expect(person.page.get_by_label("Node", exact=True)).to_have_count(0)
    expect(person.queries("ns1")).to_have_count(0)
    expect(person.card("ns1")).to_contain_text("Primary · 15.2")


def test_what_rights_keep_back_is_named_with_the_right(person: Person) -> None:
    person.page.route(STATS, _changed(lambda answer: _deny(answer, "ns2")))
    person.signs_in()

    expect(busy(person)).to_contain_text(
        "Your account may not see statistics on ns2 (needs Dashboard: View). "
        "An administrator of ns2 can change that."
    )
    expect(busy(person).locator("canvas")).to_be_visible()


def test_nothing_but_refusals_is_said_in_place_of_the_numbers(person: Person) -> None:
    def nobody(answer: dict[str, Any]) -> None:
        for node in ("ns1", "ns2", "ns3"):
            _deny(answer, node)
        answer["sum"] = None

    person.page.route(STATS, _changed(nobody))
    person.signs_in()

    expect(busy(person)).to_contain_text("Denied")
    expect(busy(person)).to_contain_text("may not see statistics on ns3")
    expect(person.page.get_by_role("heading", name="Top clients")).to_have_count(0)


def test_an_answer_that_fails_leaves_the_last_one_dated(person: Person) -> None:
    person.signs_in().sees_all()
    expect(busy(person).locator("canvas")).to_be_visible()
    problem = {"code": "internal_error", "detail": "It went wrong.", "requestId": "r-1"}
    person.page.route(STATS, lambda route: route.fulfill(status=500, json=problem))
    person.refreshes()

    expect(busy(person)).to_contain_text("It went wrong.")
    expect(busy(person)).to_contain_text(re.compile(r"The figures below are from \d\d:\d\d"))
    expect(busy(person)).to_contain_text("request r-1")
    expect(busy(person).locator("canvas")).to_be_visible()


def test_the_lists_lead_to_the_log(person: Person) -> None:
    with person.page.expect_response(STATS) as response:
        person.signs_in()
    top = response.value.json()["sum"]["topBlockedDomains"][0]
    row = lists(person, "Top blocked").get_by_role("listitem").first

    expect(row).to_contain_text(top["name"])
    expect(row).to_contain_text(f"{top['hits']:,}")
    expect(lists(person, "Top domains").get_by_role("listitem")).to_have_count(10)
    row.get_by_role("link").click()
    expect(person.page.get_by_role("heading", name="Logs")).to_be_visible()
    assert person.page.url.endswith(f"/?page=logs&domain={top['name']}")


def test_a_sum_that_may_lack_hits_says_at_least(person: Person) -> None:
    def unsure(answer: dict[str, Any]) -> None:
        answer["sum"]["topClients"][0] |= {"atLeast": True, "rateLimited": True}

    person.page.route(STATS, _changed(unsure))
    person.signs_in()

    row = lists(person, "Top clients").get_by_role("listitem").first
    expect(row).to_contain_text(re.compile(r"rate limited.*at least [\d,]+"))


def busy(person: Person) -> Locator:
    return person.page.locator(".busy")


def lists(person: Person, title: str) -> Locator:
    return person.page.get_by_role("region", name=title)


def _deny(answer: dict[str, Any], node: str) -> None:
    """As the services answer when a right is missing at one node."""
    entry = next(one for one in answer["nodes"] if one["nodeId"] == node)
    entry.pop("stats", None)
    entry |= DENIED


def _with_one_node(route: Route) -> None:
    """What the gateway says, as it is where one node is configured."""
    answer = route.fetch()
    said = answer.json()
    route.fulfill(response=answer, json={**said, "nodes": said.get("nodes", [])[:1]})


def _changed(change: Callable[[dict[str, Any]], None]) -> Callable[[Route], None]:
    """The services' own answer with one thing changed."""

    def handle(route: Route) -> None:
        response = route.fetch()
        answer = response.json()
        change(answer)
        route.fulfill(response=response, json=answer)

    return handle
