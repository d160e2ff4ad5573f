"""The query logs on the page: found, filtered, opened, taken along."""

import json
import re
from typing import Any

from playwright.sync_api import Page, Response, Route, expect

from tests.browser.logs_support import ask, at_logs, cells, rows
from tests.browser.support import Person
from tests.support.stack import Stack

QUERY = "/api/logs/query"
SERVER_DEADLINE_MS = 9_000
NODE, DOMAIN, RESPONSE = 2, 4, 6


def test_the_newest_rows_come_first_with_their_total(person: Person) -> None:
    at_logs(person)

    expect(person.page.get_by_text(re.compile(r"^1 to 100 of [\d,]+ rows$"))).to_be_visible()
    expect(person.page.get_by_text("3 of 3 nodes answered")).to_be_visible()
    titles = person.page.locator(".log-open").all_inner_texts()
    assert len(titles) == 100
    assert titles == sorted(titles, reverse=True)


def test_what_is_typed_is_looked_for_and_stands_in_the_address(person: Person) -> None:
    at_logs(person)
    person.page.keyboard.press("/")
    expect(person.page.get_by_label("Domain", exact=True)).to_be_focused()
    person.page.keyboard.type("tracker")
    expect(person.page.get_by_role("button", name="Take away: Domain: tracker")).to_be_visible()
    expect(rows(person).filter(has_not_text="tracker")).to_have_count(0)
    expect(rows(person).first).to_contain_text("tracker")
    assert "domain=tracker" in person.page.url

    person.page.keyboard.press("Escape")
    expect(person.page.get_by_label("Domain", exact=True)).not_to_be_focused()
    person.page.reload()
    expect(person.page.get_by_label("Domain", exact=True)).to_have_value("tracker")
    expect(rows(person).first).to_contain_text("tracker")


def test_a_value_that_is_clicked_becomes_a_filter_and_back_takes_it_away(person: Person) -> None:
    at_logs(person, "&status=blocked")
    node = cells(person, NODE)[0]
    rows(person).first.get_by_role("button", name=node, exact=True).click()
    chip = person.page.get_by_role("button", name=f"Take away: Node: {node}")
    expect(chip).to_be_visible()
    others = {"ns1", "ns2", "ns3"} - {node}
    for other in others:
        expect(rows(person).filter(has_text=other)).to_have_count(0)
    expect(rows(person).first).to_be_visible()
    assert set(cells(person, RESPONSE)) == {"Blocked"}

    person.page.go_back()
    expect(chip).to_have_count(0)
    expect(person.page.get_by_role("button", name="Take away: Status: Blocked")).to_be_visible()
    person.page.go_forward()
    chip.click()
    expect(chip).to_have_count(0)
    person.page.get_by_role("button", name="Take away: Status: Blocked").click()
    expect(person.page.locator(".chip")).to_have_count(0)


CHOICES = (
    ("Node", "ns2", "Node: ns2", "nodes=ns2"),
    ("Query status", "Allowed", "Status: Allowed", "statusFilter=allowed"),
    ("Query response", "Cached", "Response: Cached", "responseType=Cached"),
    ("Query type", "AAAA", "Type: AAAA", "qtype=AAAA"),
    ("Code", "NxDomain", "Code: NxDomain", "rcode=NxDomain"),
    ("Query protocol", "HTTPS", "Protocol: HTTPS", "protocol=Https"),
    ("Time", "Last hour", "Last hour", "start="),
)


def test_each_choice_is_a_filter(person: Person) -> None:
    at_logs(person)
    for label, choice, words, parameter in CHOICES:
        with person.page.expect_request(f"**/api/nodes/logs/combined?*{parameter}*"):
            person.page.get_by_label(label, exact=True).select_option(label=choice)
        chip = person.page.get_by_role("button", name=f"Take away: {words}")
        expect(chip).to_be_visible()
        expect(rows(person).first).to_be_visible()
        chip.click()
        expect(chip).to_have_count(0)


def test_older_rows_follow_without_one_twice_or_left_out(person: Person, stack: Stack) -> None:
    person.enters()
    with person.page.expect_response(_is_page) as first:
        person.page.goto("/?page=logs&range=7d")
    expect(rows(person).first).to_be_visible()
    ask(stack, "ns1", "meanwhile-1.example", "meanwhile-2.example")
    with person.page.expect_response(_is_page) as second:
        person.page.get_by_role("button", name="Older rows").click()
    expect(person.page.get_by_text(re.compile(r"^101 to 200 of [\d,]+ rows$"))).to_be_visible()
    with person.page.expect_response(_is_page) as third:
        person.page.get_by_role("button", name="Older rows").click()
    expect(person.page.get_by_text(re.compile(r"^201 to 300 of [\d,]+ rows$"))).to_be_visible()

    found = [entry for one in (first, second, third) for entry in one.value.json()["entries"]]
    names = [json.dumps(entry, sort_keys=True) for entry in found]
    assert len(set(names)) == 300
    with stack.sign_in("admin") as client:
        span = {"start": found[-1]["timestamp"], "end": found[0]["timestamp"]}
        whole = client.get(
            "/api/nodes/logs/combined", params={**span, "entriesPerPage": 1000}
        ).json()
    assert whole["totalEntries"] == 300

    person.page.get_by_role("button", name="Newer rows").click()
    expect(person.page.get_by_text(re.compile(r"^101 to 200 of"))).to_be_visible()
    person.page.get_by_role("button", name="Newest rows").click()
    expect(person.page.get_by_text(re.compile(r"^1 to 100 of"))).to_be_visible()


def test_a_row_opens_at_the_side_by_keyboard_and_is_shared_by_its_address(person: Person) -> None:
    at_logs(person, "&status=blocked&range=24h")
    person.page.locator(".log-open").first.focus()
    person.page.keyboard.press("ArrowDown")
    second = person.page.locator(".log-open").nth(1)
    expect(second).to_be_focused()
    name = cells(person, DOMAIN)[1]
    person.page.keyboard.press("Enter")
    panel = person.page.get_by_role("complementary", name=name)
    expect(panel).to_contain_text("Blocked")
    expect(panel).to_contain_text("NxDomain")
    expect(panel).to_be_focused()

    person.page.reload()
    expect(panel).to_be_visible()
    # A search that leaves the row out still opens what the link names.
    person.page.goto(person.page.url.replace("status=blocked", "status=allowed"))
    expect(panel).to_contain_text("Blocked")

    panel.get_by_role("button", name=re.compile("^Show only this: Domain")).click()
    expect(person.page.get_by_role("button", name=f"Take away: Domain: {name}")).to_be_visible()


def test_esc_closes_the_row_and_gives_the_focus_back(person: Person) -> None:
    at_logs(person)
    opener = person.page.locator(".log-open").nth(2)
    opener.focus()
    person.page.keyboard.press("Enter")
    expect(person.page.locator(".log-panel")).to_be_focused()
    person.page.keyboard.press("Escape")

    expect(person.page.locator(".log-panel")).to_have_count(0)
    expect(opener).to_be_focused()
    assert "row=" not in person.page.url


def test_a_row_that_is_gone_says_so(person: Person) -> None:
    at_logs(person, "&row=ns1~2020-01-01T00%3A00%3A00Z~abc")

    expect(person.page.get_by_role("complementary", name="No such row")).to_be_visible()


def test_a_row_leads_to_the_lookup_of_its_name(person: Person) -> None:
    at_logs(person, "&domain=ads.tracker.example&type=A&node=ns1")
    person.page.locator(".log-open").first.click()
    person.page.get_by_role("link", name="Look this up now").click()

    expect(person.page.get_by_role("heading", name="Lookup", level=1)).to_be_visible()
    expect(person.page.get_by_label("Name", exact=True)).to_have_value("ads.tracker.example")
    expect(person.card("ns1")).to_contain_text("Blocked by the blocked zone")


def test_of_rows_that_are_alike_one_is_shown(person: Person) -> None:
    at_logs(person, "&range=1h")
    person.page.get_by_label("Rows that are alike").select_option(label="Each domain once")

    expect(person.page.get_by_text(re.compile(r"like them left out$"))).to_be_visible()
    names = cells(person, DOMAIN)
    assert len(set(names)) == len(names)


def test_a_total_that_is_a_lower_bound_is_called_so(person: Person) -> None:
    person.page.route("**/api/nodes/logs/combined*", _as_lower_bound)
    at_logs(person)

    expect(person.page.get_by_text(re.compile(r"of at least [\d,]+ rows$"))).to_be_visible()


def test_two_moments_bound_the_rows_and_have_to_be_in_order(person: Person) -> None:
    at_logs(person)
    person.page.get_by_label("Time", exact=True).select_option(label="Between …")
    begin, end = person.page.get_by_label("From"), person.page.get_by_label("To", exact=True)
    begin.fill("2026-01-02T00:00:00")
    end.fill("2026-01-01T00:00:00")
    show = person.page.get_by_role("button", name="Show this time")
    show.click()
    expect(person.alert()).to_contain_text("The end has to be after the beginning.")
    end.fill("2026-01-03T00:00:00")
    show.click()

    expect(person.page.get_by_text("No query in the logs matches these filters.")).to_be_visible()
    assert "from=2026-01-01T23%3A00%3A00.000Z" in person.page.url
    person.page.get_by_role("button", name="Take all filters away").click()
    expect(rows(person).first).to_be_visible()


def test_a_node_that_hangs_costs_its_own_rows_and_is_asked_again(
    person: Person, stack: Stack
) -> None:
    stack.fault("ns3", "hang", path=QUERY)
    person.enters()
    person.page.goto("/?page=logs")
    expect(person.page.get_by_text("waiting for ns1, ns2, ns3 …")).to_be_visible()
    expect(person.page.get_by_text("2 of 3 nodes answered")).to_be_visible(
        timeout=SERVER_DEADLINE_MS
    )
    expect(person.page.get_by_text("ns3: no answer after 5 s")).to_be_visible()
    expect(rows(person).first).to_be_visible()
    expect(person.page.get_by_text(re.compile(r"of at least [\d,]+ rows$"))).to_be_visible()

    stack.calm()
    person.page.get_by_role("button", name="retry").click()
    expect(person.page.get_by_text("3 of 3 nodes answered")).to_be_visible()


def test_a_search_that_another_one_replaces_is_given_up(person: Person, stack: Stack) -> None:
    at_logs(person)
    stack.fault("ns3", "hang", path=QUERY)
    person.page.get_by_label("Domain", exact=True).fill("tracker")
    expect(person.page.get_by_text("waiting for ns1, ns2, ns3 …")).to_be_visible()

    with person.page.expect_event("requestfailed", lambda one: "tracker" in one.url) as lost:
        person.page.get_by_label("Domain", exact=True).fill("video")

    assert lost.value.failure == "net::ERR_ABORTED"


def test_what_rights_keep_back_and_apps_that_are_missing_are_said_with_what_to_do(
    person: Person,
) -> None:
    person.page.route("**/api/nodes/logs/combined*", _without_two_nodes)
    at_logs(person)

    expect(person.page.get_by_text("1 of 3 nodes answered")).to_be_visible()
    expect(person.page.locator(".note").first).to_have_text(
        "Your account may not see query logs on ns2 (needs Logs: View). "
        "An administrator of ns2 can change that."
    )
    expect(person.page.locator(".note").last).to_contain_text(
        "ns3 keeps no query logs. Install the app “Query Logs (Sqlite)” on it"
    )


def test_signed_out_at_a_node_offers_to_sign_in_there(person: Person, stack: Stack) -> None:
    at_logs(person)
    stack.fault("ns2", "lose-sessions")
    person.refreshes()
    expect(person.page.get_by_text("ns2: signed out")).to_be_visible()
    person.page.get_by_role("button", name="sign in to ns2").click()
    sheet = person.sheet("Sign in to ns2")
    sheet.get_by_label("Password").fill("admin")
    person.page.keyboard.press("Enter")
    expect(sheet).to_have_count(0)
    person.refreshes()

    expect(person.page.get_by_text("3 of 3 nodes answered")).to_be_visible()


def test_a_filter_that_means_nothing_is_named(person: Person) -> None:
    person.enters()
    person.page.goto("/?page=logs&rcode=quux")

    expect(person.alert()).to_contain_text("“Code” must be one of NoError")
    person.page.get_by_role("button", name="Take away: Code: quux").click()
    expect(rows(person).first).to_be_visible()
    person.page.get_by_label("Domain", exact=True).fill("**")
    person.page.keyboard.press("Enter")
    expect(person.alert()).to_contain_text("“Domain” must be a domain name or part of one")
    expect(person.page.get_by_label("Domain", exact=True)).to_have_attribute("aria-invalid", "true")


def test_a_failed_refresh_leaves_the_rows_dated(person: Person) -> None:
    at_logs(person)
    person.page.route("**/api/nodes/logs/combined*", lambda route: route.abort())
    person.refreshes()

    expect(person.alert()).to_contain_text(re.compile(r"The rows below are from \d\d:\d\d"))
    expect(rows(person)).to_have_count(100)


def test_all_rows_of_a_search_are_taken_along_as_a_file(person: Person) -> None:
    at_logs(person, "&domain=tracker&range=1h")
    for word, ending in (("CSV", "csv"), ("JSON lines", "jsonl")):
        with person.page.expect_download() as download:
            person.page.get_by_role("link", name=word).click()

        assert download.value.suggested_filename.endswith(f".{ending}")
        lines = download.value.path().read_text().splitlines()
        rows_of_file = lines[1:] if ending == "csv" else lines
        assert rows_of_file
        assert all("tracker" in line for line in rows_of_file)


def test_a_session_that_ended_brings_the_sheet_and_keeps_the_page(person: Person) -> None:
    at_logs(person, "&status=blocked")
    person.signed_out_elsewhere()
    person.refreshes()
    sheet = person.sheet("Your session has ended")
    expect(sheet).to_be_visible()
    expect(rows(person).first).to_be_attached()
    sheet.get_by_label("Password").fill("admin")
    person.page.keyboard.press("Enter")

    expect(sheet).to_have_count(0)
    expect(person.page.get_by_text("3 of 3 nodes answered")).to_be_visible()
    assert "status=blocked" in person.page.url


def test_nothing_of_one_person_stays_when_another_signs_in(person: Person) -> None:
    at_logs(person)
    person.signed_out_elsewhere()
    person.refreshes()
    sheet = person.sheet("Your session has ended")
    person.page.route("**/api/nodes/logs/combined*", lambda route: route.abort())
    sheet.get_by_label("User name").fill("viewer")
    sheet.get_by_label("Password").fill("viewer")
    person.page.keyboard.press("Enter")

    expect(person.page.get_by_role("button", name="Account viewer")).to_be_visible()
    expect(rows(person)).to_have_count(0)


def test_on_a_phone_rows_are_cards_and_open_in_a_sheet(person: Person) -> None:
    person.page.set_viewport_size({"width": 390, "height": 844})
    at_logs(person, "&domain=tracker")
    expect(person.page.get_by_role("table")).to_have_count(0)
    expect(person.page.get_by_label("Node", exact=True)).to_be_hidden()
    person.page.get_by_role("button", name="Filters", exact=True).click()
    expect(person.page.get_by_label("Node", exact=True)).to_be_visible()
    rows(person).first.click()
    sheet = person.page.get_by_role("dialog")
    expect(sheet).to_contain_text("tracker.example")
    expect(sheet).to_contain_text("Upstream" if _is_recursive(person.page) else "Response")

    person.page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)


def _is_recursive(page: Page) -> bool:
    return page.get_by_role("dialog").get_by_text("Recursive", exact=True).count() > 0


def _is_page(response: Response) -> bool:
    return "/api/nodes/logs/combined" in response.url


def _as_lower_bound(route: Route) -> None:
    """The nodes' answer, as it is when one of them was too slow for the whole search."""
    answer = route.fetch()
    route.fulfill(response=answer, json={**answer.json(), "totalIsLowerBound": True})


def _without_two_nodes(route: Route) -> None:
    """The nodes' answer, as it is without a right at one and without the app at another."""
    answer = route.fetch()
    page: dict[str, Any] = answer.json()
    changes = {
        "ns2": {"state": "denied", "section": "Logs", "permission": "View"},
        "ns3": {"state": "no_query_logs", "message": "No app on this node keeps query logs."},
    }
    page["nodes"] = [{**node, **changes.get(node["nodeId"], {})} for node in page["nodes"]]
    page["entries"] = [entry for entry in page["entries"] if entry["nodeId"] == "ns1"]
    route.fulfill(response=answer, json=page)
