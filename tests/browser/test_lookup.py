"""Lookups on the page: the question, the nodes' answers side by side, and what went wrong."""

import re
from typing import Any

from playwright.sync_api import Locator, Route, expect

from tests.browser.support import Person
from tests.support.stack import Stack

LOOKUP = "**/api/nodes/all/lookup?*"
# As the services answer when the server that was named stays silent.
SILENCE = {
    "nodeId": "ns1",
    "tookMs": 20_012,
    "question": {"name": "nas.home.arpa", "type": "A", "server": "192.0.2.53", "dnssec": False},
    "reply": None,
    "failure": {"kind": "timed_out", "message": "Request timed out for name server: 192.0.2.53"},
}


def test_all_nodes_answer_side_by_side_and_agree(person: Person) -> None:
    at_lookup(person)
    name(person).fill("nas.home.arpa")
    person.page.keyboard.press("Enter")

    for node in ("ns1", "ns2", "ns3"):
        records = person.card(node).get_by_role("table", name="Answer").get_by_role("row")
        expect(records).to_have_text(["TypeDataTTL", "nas.home.arpa", "A192.168.10.401 h"])
    expect(person.page.get_by_text("All 3 nodes say the same.")).to_be_visible()
    assert person.page.url.endswith("/?page=lookup&name=nas.home.arpa")


def test_the_question_stands_in_the_address(person: Person) -> None:
    person.enters()
    with person.page.expect_request("**/api/nodes/ns2/lookup?*") as request:
        person.page.goto(
            "/?page=lookup&name=mail.example.net&type=MX&node=ns2&dnssec=1&protocol=Tcp"
        )

    expect(name(person)).to_have_value("mail.example.net")
    expect(person.page.get_by_label("Type")).to_have_value("MX")
    expect(person.page.get_by_label("Node", exact=True)).to_have_value("ns2")
    expect(person.page.get_by_label("Validate by DNSSEC")).to_be_checked()
    expect(person.card("ns2").get_by_role("row").filter(has_text="MX")).to_be_visible()
    expect(person.card("ns2")).to_contain_text("validated by DNSSEC")
    expect(person.card("ns1")).to_have_count(0)
    for part in ("type=MX", "protocol=Tcp", "dnssec=true"):
        assert part in request.value.url

    person.page.get_by_label("Node", exact=True).select_option(label="All nodes")
    person.page.get_by_role("button", name="Look up").click()
    expect(person.card("ns1")).to_be_visible()
    person.page.go_back()
    expect(person.card("ns1")).to_have_count(0)
    expect(person.page.get_by_label("Node", exact=True)).to_have_value("ns2")


def test_a_blocked_name_says_by_what(person: Person) -> None:
    at_lookup(person, "&name=ads.tracker.example")

    expect(person.card("ns1")).to_contain_text("NxDomain")
    expect(person.card("ns1")).to_contain_text("Blocked by the blocked zone, ads.tracker.example")
    expect(person.card("ns1")).not_to_contain_text("was blocked by")


def test_a_name_that_does_not_exist_is_an_answer(person: Person) -> None:
    at_lookup(person, "&name=oldservice.example.org")

    expect(person.card("ns1")).to_contain_text("There is no such name.")
    expect(person.page.get_by_text("All 3 nodes say the same.")).to_be_visible()


def test_nodes_that_differ_are_told_apart(person: Person) -> None:
    person.page.route(LOOKUP, _with_another_answer)
    at_lookup(person, "&name=nas.home.arpa")

    expect(
        person.page.get_by_text(
            "The nodes differ: ns1 and ns2: NoError, 1 record; ns3: NxDomain, no record."
        )
    ).to_be_visible()
    expect(person.card("ns3")).to_contain_text("differs")
    expect(person.card("ns1")).not_to_contain_text("differs")


def test_a_server_that_is_silent_is_said_to_be(person: Person) -> None:
    at_lookup(person)
    name(person).fill("nas.home.arpa")
    person.page.get_by_label("Asks").select_option(label="Another server …")
    person.page.get_by_label("Node", exact=True).select_option(label="ns1")
    person.page.get_by_role("button", name="Look up").click()
    expect(error(person, "Server")).to_have_text(re.compile("^Enter the server.s address"))
    expect(person.page.get_by_label("Server")).to_be_focused()
    person.page.keyboard.type("192.0.2.53")
    asked: list[Route] = []
    person.page.route("**/api/nodes/ns1/lookup?*", lambda route: asked.append(route))  # noqa: PLW0108 - playwright marks its handlers, and a bound builtin takes no mark
    person.page.keyboard.press("Enter")

    expect(person.page.get_by_text("waiting for ns1 …")).to_be_visible()
    asked[0].fulfill(json=SILENCE)
    expect(person.card("ns1")).to_contain_text("No answer from 192.0.2.53 after 20 s")
    assert "server=192.0.2.53" in person.page.url


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(person: Person) -> None:
    at_lookup(person)
    person.page.get_by_role("button", name="Look up").click()
    expect(error(person, "Name")).to_contain_text("Enter a domain name")
    name(person).fill("a..b")
    person.page.keyboard.press("Enter")
    expect(error(person, "Name")).to_contain_text("This must be labels of 1 to 63 characters")
    expect(name(person)).to_have_value("a..b")
    name(person).fill("nas.home.arpa")
    person.page.get_by_label("Type").fill("quux")
    person.page.keyboard.press("Enter")

    expect(error(person, "Type")).to_contain_text("This must be a record type such as A")
    expect(error(person, "Name")).to_have_count(0)


def test_a_node_that_is_down_or_denies_costs_its_own_answer(person: Person, stack: Stack) -> None:
    stack.stop_node("ns3")
    person.page.route(LOOKUP, _denied_at_ns2)
    person.enters()
    person.page.goto("/?page=lookup&name=nas.home.arpa")

    expect(person.card("ns2")).to_contain_text(
        "Your account may not look names up on ns2 (needs DnsClient: View). "
        "An administrator of ns2 can change that."
    )
    expect(person.card("ns1")).to_contain_text("192.168.10.40")
    expect(person.card("ns3")).to_contain_text("Signed out")
    expect(person.card("ns3").get_by_role("button", name="Sign in to ns3")).to_be_visible()


def test_one_node_that_is_down_says_so_and_is_asked_again(person: Person, stack: Stack) -> None:
    person.enters()
    stack.stop_node("ns2")
    person.page.goto("/?page=lookup&name=nas.home.arpa&node=ns2")
    expect(person.card("ns2")).to_contain_text("Cannot be reached")
    person.page.get_by_label("Node", exact=True).select_option(label="All nodes")
    person.page.get_by_role("button", name="Look up").click()
    expect(person.page.get_by_text("ns1 and ns3 say the same; no answer from ns2.")).to_be_visible()
    stack.start_node("ns2")
    person.page.get_by_role("button", name="Ask again").click()

    expect(person.card("ns2")).to_contain_text("192.168.10.40")


def test_what_was_typed_survives_a_reload_and_the_end_of_the_session(person: Person) -> None:
    at_lookup(person)
    name(person).fill("half.a.na")
    person.page.reload()
    expect(name(person)).to_have_value("half.a.na")

    person.signed_out_elsewhere()
    name(person).fill("nas.home.arpa")
    person.page.keyboard.press("Enter")
    sheet = person.sheet("Your session has ended")
    sheet.get_by_label("Password").fill("admin")
    person.page.keyboard.press("Enter")

    expect(sheet).to_have_count(0)
    expect(name(person)).to_have_value("nas.home.arpa")
    expect(person.card("ns1")).to_contain_text("192.168.10.40")


def test_what_one_person_typed_is_not_shown_to_another(person: Person) -> None:
    at_lookup(person)
    name(person).fill("private.example")
    person.opens_menu().page.get_by_role("button", name="Sign out").click()
    expect(person.page.get_by_label("User name")).to_be_visible()
    person.types("viewer")
    expect(person.page.get_by_role("button", name="Account viewer")).to_be_visible()
    person.page.goto("/?page=lookup")

    expect(name(person)).to_have_value("")


def test_the_root_is_asked_for_by_a_dot(person: Person) -> None:
    at_lookup(person, "&name=.&type=NS&node=ns1")

    expect(person.card("ns1")).to_be_visible()


def at_lookup(person: Person, address: str = "") -> None:
    person.enters()
    person.page.goto(f"/?page=lookup{address}")
    expect(name(person)).to_be_visible()


def name(person: Person) -> Locator:
    return person.page.get_by_label("Name", exact=True)


def error(person: Person, label: str) -> Locator:
    field = person.page.locator(".field").filter(has=person.page.get_by_label(label, exact=True))
    return field.get_by_role("alert")


def _with_another_answer(route: Route) -> None:
    """The nodes' answer, as it is when one of them knows nothing of the name."""
    answer = route.fetch()
    said: dict[str, Any] = answer.json()
    (same,) = said["answers"]
    said["agree"] = False
    said["answers"] = [
        {**same, "nodeIds": ["ns1", "ns2"]},
        {"nodeIds": ["ns3"], "rcode": "NxDomain", "records": []},
    ]
    for node in said["nodes"]:
        if node["nodeId"] == "ns3":
            node["reply"] |= {"rcode": "NxDomain", "answer": []}
    route.fulfill(response=answer, json=said)


def _denied_at_ns2(route: Route) -> None:
    """The nodes' answer, as it is without the right at one."""
    answer = route.fetch()
    said: dict[str, Any] = answer.json()
    said["nodes"] = [
        {
            "nodeId": "ns2",
            "state": "denied",
            "tookMs": 3,
            "section": "DnsClient",
            "permission": "View",
        }
        if node["nodeId"] == "ns2"
        else node
        for node in said["nodes"]
    ]
    route.fulfill(response=answer, json=said)
