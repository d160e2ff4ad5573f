"""One's own sessions on the page: which there are, and how one or all others are ended."""

import re
from collections.abc import Generator
from contextlib import contextmanager

import httpx
from playwright.sync_api import Locator, Route, expect

from tests.browser.support import Person
from tests.support.stack import Stack

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
CURL = "curl/8.5.0"


def test_every_session_says_where_since_when_and_at_which_nodes(
    person: Person, stack: Stack
) -> None:
    with elsewhere(stack, "viewer", FIREFOX):
        at_sessions(person, "viewer")

        (own, other) = card(person, "This session"), card(person, "Firefox 128 on Windows")
        for one in (own, other):
            expect(one).to_contain_text("127.0.0.1")
            expect(one).to_contain_text("Signed in")
            expect(one).to_contain_text("Last seen")
            expect(one).to_contain_text(re.compile(r"in 2\d h|in 1 day"))
            for node in ("ns1", "ns2", "ns3"):
                expect(one.get_by_role("listitem").filter(has_text=node)).to_contain_text(
                    "signed in"
                )
        expect(person.page.get_by_role("heading", level=2)).to_have_count(2)


def test_a_session_is_ended_after_the_password_once_more(person: Person, stack: Stack) -> None:
    with elsewhere(stack, "viewer", FIREFOX) as other:
        at_sessions(person, "viewer")
        card(person, "Firefox 128 on Windows").get_by_role("button").click()
        sheet = person.sheet("End a session?")
        expect(sheet).to_contain_text("Firefox 128 on Windows at 127.0.0.1")
        expect(sheet).to_contain_text("is signed out of Companion and of ns1, ns2 and ns3")
        sheet.get_by_label("Password").fill("wrong")
        person.page.keyboard.press("Enter")
        expect(sheet.get_by_role("alert")).to_contain_text("not right")
        assert is_signed_in(other)

        sheet.get_by_label("Password").fill("viewer")
        person.page.keyboard.press("Enter")

        expect(person.page.get_by_text("1 session ended.")).to_be_visible()
        expect(person.page.get_by_text("You are signed in nowhere else.")).to_be_visible()
        assert not is_signed_in(other)


def test_all_others_are_ended_at_once(person: Person, stack: Stack) -> None:
    with (
        elsewhere(stack, "viewer", FIREFOX) as one,
        elsewhere(stack, "viewer", CURL, keeps_others=True) as another,
    ):
        at_sessions(person, "viewer")
        expect(card(person, "curl 8.5")).to_be_visible()
        person.page.get_by_role("button", name="End 2 other sessions").click()
        sheet = person.sheet("End 2 other sessions?")
        sheet.get_by_label("Password").fill("viewer")
        sheet.get_by_role("button", name="End 2 other sessions").click()

        expect(person.page.get_by_text("2 sessions ended.")).to_be_visible()
        expect(card(person, "This session")).to_be_visible()
        assert not is_signed_in(one)
        assert not is_signed_in(another)


def test_ending_the_current_session_signs_out(person: Person) -> None:
    at_sessions(person, "viewer")
    person.page.get_by_role("button", name="End this session").click()
    sheet = person.sheet("End this session?")
    expect(sheet).to_contain_text("This browser is signed out of Companion")
    sheet.get_by_label("Password").fill("viewer")
    person.page.keyboard.press("Enter")

    expect(person.page.get_by_text("Signed out.", exact=True)).to_be_visible()
    expect(person.page.get_by_label("User name")).to_be_visible()


def test_who_has_a_second_factor_is_asked_for_the_code(person: Person, stack: Stack) -> None:
    person.opens().types("totp")
    person.page.get_by_label("Code").fill(person.code_now())
    person.page.keyboard.press("Enter")
    expect(person.page.get_by_role("heading", name="Overview")).to_be_visible()
    # The code of the sign-in may count once more, or this test would wait for the next.
    stack.calm()
    person.page.goto("/?page=sessions")
    person.page.get_by_role("button", name="End this session").click()
    sheet = person.sheet("End this session?")
    sheet.get_by_label("Password").fill("totp")
    person.page.keyboard.press("Enter")
    expect(sheet.get_by_label("Code")).to_be_focused()
    sheet.get_by_label("Code").fill(person.code_now())
    person.page.keyboard.press("Enter")

    expect(person.page.get_by_text("Signed out.", exact=True)).to_be_visible()


def test_too_many_tries_say_when_the_next_one_may_be(person: Person) -> None:
    person.page.route("**/api/auth/sessions/*", _throttled)
    at_sessions(person, "viewer")
    person.page.get_by_role("button", name="End this session").click()
    sheet = person.sheet("End this session?")
    sheet.get_by_label("Password").fill("viewer")
    person.page.keyboard.press("Enter")

    expect(sheet.get_by_role("alert")).to_contain_text(re.compile(r"Try again in 1:[23]\d"))
    expect(sheet.get_by_label("Password")).to_have_value("viewer")


def test_a_list_that_cannot_be_refreshed_stays_and_is_dated(person: Person) -> None:
    at_sessions(person, "viewer")
    person.page.route("**/api/auth/sessions", lambda route: route.abort())
    person.refreshes()

    expect(person.page.get_by_text(re.compile(r"What you see is from \d\d:\d\d"))).to_be_visible()
    expect(card(person, "This session")).to_be_visible()


def at_sessions(person: Person, user: str) -> None:
    person.enters(user)
    person.page.goto("/?page=sessions")
    expect(card(person, "This session")).to_be_visible()


def card(person: Person, words: str) -> Locator:
    return person.page.locator(".own-session").filter(has_text=words)


@contextmanager
def elsewhere(
    stack: Stack, user: str, agent: str, *, keeps_others: bool = False
) -> Generator[httpx.Client]:
    """The same person in another browser, whose sessions of earlier tests are over."""
    with stack.client() as client:
        client.headers["User-Agent"] = agent
        credentials = {"username": user, "password": user}
        assert client.post("/api/auth/login", json=credentials).status_code == 201
        if not keeps_others:
            ended = client.post("/api/auth/sessions/end-others", json={"password": user})
            assert ended.status_code == 201, ended.text
        yield client


def is_signed_in(client: httpx.Client) -> bool:
    return bool(client.get("/api/auth/me").json()["authenticated"])


def _throttled(route: Route) -> None:
    """What the gateway answers after too many failures, which would make other tests wait."""
    route.fulfill(
        status=429,
        headers={"Retry-After": "90", "Content-Type": "application/problem+json"},
        json={"code": "throttled", "status": 429, "detail": "Too many tries."},
    )
