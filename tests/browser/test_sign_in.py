"""Signing in, and the words for each way in which it fails."""

import re
import signal

from playwright.sync_api import expect

from tests.browser.support import Person
from tests.support.stack import Stack

# The page asks every 5 s, and the gateway may need a moment until Redis answers it again.
STORE_NOTICED_MS = 15_000


def test_a_person_signs_in_with_enter_and_sees_every_node(person: Person) -> None:
    person.opens().types("admin").sees_all()

    for node in ("ns1", "ns2", "ns3"):
        expect(person.queries(node)).to_be_visible()
    expect(person.card("ns1")).to_contain_text("Primary · 15.2")
    expect(person.card("ns2")).to_contain_text("Secondary · 15.2")
    assert person.page.title() == "Overview · Companion"


def test_the_form_names_the_sandbox_accounts(person: Person) -> None:
    person.opens()

    expect(person.page.get_by_label("Sandbox accounts")).to_contain_text("JBSWY3DPEHPK3PXP")
    expect(person.page.get_by_label("User name")).to_be_focused()
    assert person.page.title() == "Sign in · Companion"


def test_a_wrong_password_is_said_and_the_name_stays(person: Person) -> None:
    person.opens().types("admin", "wrong")

    expect(person.alert()).to_have_text("User name or password is not right.")
    expect(person.page.get_by_label("User name")).to_have_value("admin")
    expect(person.page.get_by_label("Password")).to_be_focused()


def test_empty_fields_are_named_before_anything_is_sent(person: Person) -> None:
    person.opens().page.get_by_role("button", name="Sign in").click()

    expect(person.alert()).to_have_text("Enter your user name.")
    assert not [one for one in person.requests if one.url.endswith("/api/auth/login")]


def test_the_code_is_asked_for_only_when_a_node_wants_it(person: Person) -> None:
    person.opens()
    expect(person.page.get_by_label("Code")).to_have_count(0)

    person.types("totp")
    code = person.page.get_by_label("Code")
    expect(code).to_be_focused()
    expect(code).to_have_attribute("autocomplete", "one-time-code")
    expect(code).to_have_attribute("inputmode", "numeric")
    code.fill(person.code_now())
    person.page.keyboard.press("Enter")

    person.sees_all()


def test_a_wrong_code_is_said_at_the_field(person: Person) -> None:
    person.opens().types("totp")
    right = person.code_now()
    wrong = "000000" if right != "000000" else "111111"
    person.page.get_by_label("Code").fill(wrong)
    person.page.keyboard.press("Enter")

    expect(person.alert()).to_contain_text("This code is not right.")
    expect(person.page.get_by_label("Code")).to_be_focused()
    expect(person.page.get_by_label("Password")).to_have_value("totp")


def test_a_code_of_another_form_is_said_before_it_is_sent(person: Person) -> None:
    person.opens().types("totp")
    code = person.page.get_by_label("Code")
    expect(code).to_be_focused()
    before = len(person.requests)
    for typed, said in (("12 34", "The code has six digits."), (" ", "Enter the code.")):
        code.fill(typed)
        person.page.keyboard.press("Enter")
        expect(person.alert()).to_have_text(said)

    assert len(person.requests) == before


def test_too_many_tries_count_down_to_the_next(person: Person) -> None:
    person.opens().types("nobody", "wrong")
    expect(person.alert()).to_contain_text("not right")
    person.types("nobody", "wrong again")
    expect(person.alert()).to_contain_text("not right")

    person.types("nobody", "and again")

    expect(person.alert()).to_contain_text(re.compile(r"Try again in \d+:\d\d\."))


def test_nodes_that_cannot_be_reached_are_each_named(person: Person, stack: Stack) -> None:
    for node in ("ns1", "ns2", "ns3"):
        stack.stop_node(node)
    person.opens().types("admin")

    for node in ("ns1", "ns2", "ns3"):
        expect(person.alert()).to_contain_text(f"{node}: ")


def test_a_store_that_is_away_is_said_once_until_it_is_back(person: Person, stack: Stack) -> None:
    notes = person.page.locator(".note")
    person.opens()
    stack.signal_process("redis", signal.SIGSTOP)
    try:
        person.types("admin")
        expect(notes).to_have_text(re.compile("cannot reach its session store"))
        expect(person.page.get_by_role("button", name="Sign in")).to_be_visible()
        expect(notes).to_have_count(1)
    finally:
        stack.signal_process("redis", signal.SIGCONT)

    expect(notes).to_have_count(0, timeout=STORE_NOTICED_MS)
    expect(person.page.get_by_label("Password")).to_have_value("admin")
    person.page.get_by_role("button", name="Sign in").click()
    person.sees_all()


def test_a_lost_network_keeps_what_was_typed(person: Person) -> None:
    person.opens()
    person.context.set_offline(True)
    person.types("admin")
    expect(person.alert()).to_contain_text("Companion cannot be reached.")
    expect(person.page.get_by_label("Password")).to_have_value("admin")

    person.context.set_offline(False)
    person.page.get_by_role("button", name="Sign in").click()

    person.sees_all()


def test_the_name_survives_a_reload_and_the_password_does_not(person: Person) -> None:
    person.opens().types("admin", "wrong")
    expect(person.alert()).to_be_visible()

    person.page.reload()

    expect(person.page.get_by_label("User name")).to_have_value("admin")
    expect(person.page.get_by_label("Password")).to_have_value("")
