"""The end of a session, and what the page does meanwhile."""

import re
import signal

import pytest
from playwright.sync_api import expect

from tests.browser.support import Person
from tests.support.stack import Stack


def test_the_menu_says_who_is_signed_in_and_signs_out(person: Person) -> None:
    person.signs_in("admin").sees_all().opens_menu("admin")
    panel = person.page.locator("#user-panel")
    expect(panel).to_contain_text("Signed in just now")
    expect(panel).to_contain_text("after 8 h without use")
    expect(panel).to_contain_text("ns3")

    person.page.get_by_role("button", name="Sign out").click()

    expect(person.page.get_by_text("Signed out.", exact=True)).to_be_visible()
    expect(person.card("ns1")).to_have_count(0)
    person.page.reload()
    expect(person.page.get_by_label("Password")).to_be_visible()


def test_a_session_that_ended_elsewhere_opens_a_sheet_over_the_page(person: Person) -> None:
    person.signs_in().sees_all()
    person.signed_out_elsewhere()
    person.refreshes()

    sheet = person.sheet("Your session has ended")
    expect(sheet.get_by_label("User name")).to_have_value("admin")
    expect(sheet.get_by_label("Password")).to_be_focused()
    assert person.queries("ns1").count() == 1
    sheet.get_by_label("Password").fill("admin")
    person.page.keyboard.press("Enter")

    expect(sheet).to_have_count(0)
    person.sees_all()


def test_esc_puts_the_sheet_aside_and_a_note_brings_it_back(person: Person) -> None:
    person.signs_in().sees_all()
    person.signed_out_elsewhere()
    person.refreshes()
    sheet = person.sheet("Your session has ended")
    expect(sheet).to_be_visible()

    person.page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    expect(person.queries("ns1")).to_be_visible()
    person.page.get_by_role("button", name="Sign in again").click()

    expect(sheet).to_be_visible()


@pytest.mark.parametrize("wish", ["Refresh", "ns2 up"])
def test_what_needs_a_session_brings_the_sheet_back(person: Person, wish: str) -> None:
    person.signs_in().sees_all()
    person.signed_out_elsewhere()
    person.refreshes()
    sheet = person.sheet("Your session has ended")
    expect(sheet).to_be_visible()
    person.page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    before = len(person.requests)

    person.page.get_by_role("button", name=wish).click()

    expect(sheet).to_be_visible()
    assert len(person.requests) == before
    sheet.get_by_label("Password").fill("admin")
    person.page.keyboard.press("Enter")
    expect(sheet).to_have_count(0)
    person.sees_all()


def test_nothing_of_one_person_stays_when_another_signs_in(person: Person) -> None:
    person.signs_in("admin").sees_all()
    person.signed_out_elsewhere()
    person.refreshes()
    sheet = person.sheet("Your session has ended")
    person.page.route(re.compile("/(overview|stats)"), lambda route: route.abort())
    sheet.get_by_label("User name").fill("viewer")
    sheet.get_by_label("Password").fill("viewer")
    person.page.keyboard.press("Enter")

    expect(person.page.get_by_role("button", name="Account viewer")).to_be_visible()
    expect(person.page.locator(".figures")).to_have_count(0)


def test_a_store_that_is_away_keeps_the_page_and_is_tried_again(
    person: Person, stack: Stack
) -> None:
    person.signs_in().sees_all()
    note = person.page.get_by_text("Companion cannot reach its session store.")
    stack.signal_process("redis", signal.SIGSTOP)
    try:
        person.refreshes()
        expect(note).to_be_visible()
        expect(person.queries("ns1")).to_be_visible()
        expect(person.sheet("Your session has ended")).to_have_count(0)
    finally:
        stack.signal_process("redis", signal.SIGCONT)

    expect(note).to_have_count(0)
    person.sees_all()
