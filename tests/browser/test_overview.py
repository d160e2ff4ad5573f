"""The cards: each node on its own, whatever the others do."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import Page, Route, expect

from tests.browser.support import Person
from tests.support.stack import Stack

SERVER_DEADLINE_MS = 9_000


def test_a_hanging_node_does_not_delay_the_others(person: Person, stack: Stack) -> None:
    person.signs_in().sees_all()
    stack.fault("ns3", "hang")
    person.page.reload()

    expect(person.queries("ns1")).to_be_visible()
    expect(person.queries("ns2")).to_be_visible()
    expect(person.card("ns3")).to_contain_text("waiting for ns3 …")
    busy = person.page.locator(".busy")
    expect(busy).to_contain_text("waiting for ns3 …")
    expect(person.card("ns3")).to_contain_text("No answer after 5 s", timeout=SERVER_DEADLINE_MS)
    expect(person.card("ns3")).not_to_contain_text("did not answer")
    expect(person.page.get_by_text("2 of 3 nodes answered")).to_be_visible()
    expect(person.page.get_by_text("ns3: no answer after 5 s")).to_be_visible()
    expect(busy).to_contain_text("Without ns3 (no answer after 5 s)")

    stack.calm()
    busy.get_by_role("button", name="retry").click()
    expect(busy).not_to_contain_text("Without")


def test_a_node_that_stopped_says_so_and_its_last_figures_stay_dated(
    person: Person, stack: Stack
) -> None:
    person.signs_in().sees_all()
    card = person.card("ns2")
    stack.stop_node("ns2")
    with person.page.expect_response("**/api/nodes"):
        person.refreshes()

    expect(card).to_contain_text("Cannot be reached")
    expect(card).not_to_contain_text("Secondary")
    expect(card).not_to_contain_text("Unknown")
    expect(card).to_contain_text(re.compile(r"The figures below are from \d\d:\d\d"))
    expect(card).to_contain_text("last answer")
    expect(card).not_to_contain_text("over http://")
    expect(person.queries("ns2")).to_be_visible()
    expect(person.page.get_by_role("button", name="ns2 down")).to_be_visible()

    stack.start_node("ns2")
    card.get_by_role("button", name="Retry ns2").click()
    person.sees_all()
    expect(card).to_contain_text("Secondary · 15.2")


def test_a_poll_tells_a_node_that_is_gone_from_one_that_answered_a_minute_ago(
    person: Person,
) -> None:
    person.signs_in().sees_all()
    person.page.route("**/api/nodes/ns2/overview", _without_reaching_it)
    person.refreshes()

    expect(person.card("ns2")).to_contain_text("Cannot be reached")
    expect(person.card("ns2")).to_contain_text("The node refuses connections.")
    expect(person.page.get_by_text("2 of 3 nodes answered")).to_be_visible()


def test_a_part_that_failed_costs_that_part_alone(person: Person, stack: Stack) -> None:
    person.signs_in().sees_all()
    stack.fault("ns2", "status", path="/api/dashboard/stats/get", status=500)
    person.refreshes()

    expect(person.card("ns2")).to_contain_text("No statistics:")
    expect(person.card("ns2")).to_contain_text("2 apps")
    expect(person.queries("ns1")).to_be_visible()


def test_what_rights_keep_back_is_named_with_the_right(person: Person) -> None:
    person.page.route("**/api/nodes/ns2/overview", _without_statistics)
    person.signs_in("viewer").sees_all()

    expect(person.card("ns2")).to_contain_text(
        "Your account may not see statistics on ns2 (needs Dashboard: View)."
    )
    expect(person.queries("ns2")).to_have_count(0)
    expect(person.queries("ns1")).to_be_visible()


def test_signing_in_again_to_one_node_leaves_the_session_alone(
    person: Person, stack: Stack
) -> None:
    person.signs_in().sees_all()
    stack.fault("ns2", "lose-sessions")
    person.refreshes()
    card = person.card("ns2")
    expect(card).to_contain_text("Signed out at ns2")
    expect(person.queries("ns1")).to_be_visible()

    card.get_by_role("button", name="Sign in to ns2").click()
    sheet = person.sheet("Sign in to ns2")
    expect(sheet.get_by_label("Password")).to_be_focused()
    sheet.get_by_label("Password").fill("wrong")
    person.page.keyboard.press("Enter")
    expect(sheet.get_by_role("alert")).to_contain_text("not right")
    sheet.get_by_label("Password").fill("admin")
    person.page.keyboard.press("Enter")

    expect(sheet).to_have_count(0)
    person.sees_all()


def test_a_node_that_was_down_at_sign_in_is_signed_in_to_later(
    person: Person, stack: Stack
) -> None:
    stack.stop_node("ns3")
    person.signs_in()
    card = person.card("ns3")
    expect(card).to_contain_text("Not signed in at ns3")
    expect(card).to_contain_text("When you signed in: the node refuses connections")
    expect(person.page.get_by_text("ns3: not signed in")).to_be_visible()
    expect(person.page.get_by_role("button", name="ns3 not signed in")).to_have_attribute(
        "title", re.compile(r"^Not signed in\. When you signed in: the node refuses")
    )

    stack.start_node("ns3")
    card.get_by_role("button", name="Sign in to ns3").click()
    person.page.get_by_label("Password").fill("admin")
    person.page.keyboard.press("Enter")

    person.sees_all()
    expect(card).to_contain_text("Secondary · 15.2")


def test_a_node_that_was_spared_a_try_says_when_it_can_be_tried(
    person: Person, stack: Stack
) -> None:
    for node in ("ns1", "ns2"):
        stack.stop_node(node)
    person.opens()
    for wrong in ("wrong", "wrong again"):
        with person.page.expect_response("**/api/auth/login"):
            person.types("viewer", wrong)
        expect(person.alert()).to_contain_text("not right")
    for node in ("ns1", "ns2"):
        stack.start_node(node)
    person.types("viewer")

    expect(person.queries("ns1")).to_be_visible()
    expect(person.card("ns3")).to_contain_text("Not signed in at ns3")
    expect(person.card("ns3")).to_contain_text(
        re.compile(
            r"When you signed in at \d\d:\d\d: too many sign-ins were tried\. Try again in \d+ min"
        )
    )


def test_another_name_at_a_node_is_shown_where_one_is_signed_in(person: Person) -> None:
    person.page.route("**/api/auth/me", _as_root_at_ns2)
    person.signs_in().sees_all()

    expect(person.card("ns2")).to_contain_text("signed in as root")
    expect(person.card("ns1")).not_to_contain_text("as admin")
    person.opens_menu()
    expect(person.page.locator("#user-panel")).to_contain_text("up · as root")
    expect(person.page.locator("#user-panel")).not_to_contain_text("as admin")


def test_the_sheet_of_a_node_stands_in_the_address(person: Person) -> None:
    person.signs_in().sees_all()
    person.page.get_by_role("button", name="ns1 Primary up").click()
    sheet = person.sheet("ns1")
    expect(sheet).to_contain_text("ns1.home.arpa")
    assert person.page.url.endswith("/?about=ns1")

    person.page.go_back()
    expect(sheet).to_have_count(0)
    person.page.go_forward()
    expect(sheet).to_be_visible()
    person.page.reload()
    expect(sheet).to_be_visible()


def test_the_page_asks_for_each_thing_once_at_its_start(person: Person) -> None:
    person.signs_in().sees_all()
    _when_idle(person.page)
    person.requests.clear()
    person.page.reload()
    person.sees_all()
    _when_idle(person.page)

    paths = [urlsplit(one.url).path for one in person.requests]
    assert sorted(path for path in paths if path.startswith("/api/")) == [
        "/api/auth/me",
        "/api/nodes",
        "/api/nodes/all/stats",
        *(f"/api/nodes/{node}/overview" for node in ("ns1", "ns2", "ns3")),
    ]


def test_polls_are_marked_and_a_refresh_by_hand_is_not(person: Person) -> None:
    person.page.clock.install()
    person.signs_in().sees_all()

    with (
        person.page.expect_request("**/api/nodes/ns1/overview") as by_itself,
        person.page.expect_request("**/api/nodes/all/stats?*") as statistics,
    ):
        person.page.clock.fast_forward(31_000)
    with person.page.expect_request("**/api/nodes/ns1/overview") as by_hand:
        _when_idle(person.page)
        person.refreshes()

    for poll in (by_itself, statistics):
        assert poll.value.headers.get("x-companion-poll") == "1"
    assert "x-companion-poll" not in by_hand.value.headers


def test_nothing_is_polled_while_the_tab_is_hidden(person: Person) -> None:
    person.page.clock.install()
    person.signs_in().sees_all()
    _when_idle(person.page)
    _show(person.page, state="hidden")
    before = len(person.requests)
    person.page.clock.fast_forward(600_000)

    assert len(person.requests) == before

    with person.page.expect_request("**/api/nodes/ns1/overview") as on_return:
        _show(person.page, state="visible")
    assert on_return.value.headers.get("x-companion-poll") == "1"


def _without_statistics(route: Route) -> None:
    """The node's own answer, as it is for somebody who may not see the dashboard."""
    answer = route.fetch()
    overview = answer.json()
    overview["sections"]["stats"] = {
        "state": "denied",
        "code": "node_permission_denied",
        "section": "Dashboard",
        "permission": "View",
    }
    for name in ("totalQueries", "totalBlockedQueries", "totalClients", "totalZones"):
        overview[name] = None
    route.fulfill(response=answer, json=overview)


def _without_reaching_it(route: Route) -> None:
    """The node's own answer, as it is when all but the day's numbers is remembered."""
    answer = route.fetch()
    overview = answer.json()
    overview["sections"]["stats"] = {
        "state": "error",
        "code": "node_unreachable",
        "message": "The node refuses connections.",
    }
    route.fulfill(response=answer, json=overview)


def _as_root_at_ns2(route: Route) -> None:
    """What the gateway says, as it is when the nodes know the person by two names."""
    answer = route.fetch()
    said = answer.json()
    for node in said.get("nodes", []):
        node["user"] = "root" if node["id"] == "ns2" else "admin"
    route.fulfill(response=answer, json=said)


def _when_idle(page: Page) -> None:
    expect(page.get_by_role("button", name="Refresh", exact=True)).to_be_visible()


def _show(page: Page, *, state: str) -> None:
    page.evaluate(
        """(state) => {
            Object.defineProperty(document, "visibilityState", {value: state, configurable: true});
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        state,
    )
