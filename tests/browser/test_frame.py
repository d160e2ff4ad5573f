"""The frame: the way to the other pages, by rail, bar, key and address."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.support import Person

PAGES = ("logs", "lookup", "sessions")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_an_address_that_can_be_shared(person: Person, page: str) -> None:
    title = page.capitalize()
    person.enters().opens(f"/?page={page}")

    expect(person.page.get_by_role("heading", name=title, level=1)).to_be_visible()
    assert person.page.title() == f"{title} · Companion"
    expect(_nav(person.page, title)).to_have_attribute("aria-current", "page")


def test_an_address_that_names_no_page_is_the_overview(person: Person) -> None:
    person.enters().opens("/?page=nonsense")

    expect(person.page.get_by_role("heading", name="Overview")).to_be_visible()


def test_the_rail_changes_the_page_without_loading_it_anew_and_back_works(person: Person) -> None:
    person.signs_in().sees_all()
    person.page.evaluate("window.stillHere = true")
    for title in ("Logs", "Lookup", "Sessions"):
        _nav(person.page, title).click()
        expect(person.page.get_by_role("heading", name=title, level=1)).to_be_visible()
    person.page.go_back()
    expect(person.page.get_by_role("heading", name="Lookup", level=1)).to_be_visible()
    _nav(person.page, "Overview").click()

    person.sees_all()
    assert person.page.evaluate("window.stillHere")
    assert person.page.url.endswith("/")


def test_a_page_is_fetched_only_when_somebody_goes_there(person: Person) -> None:
    person.signs_in().sees_all()
    assert not [one for one in person.requests if one.url.endswith("/js/views/lookup.js")]

    _nav(person.page, "Lookup").click()

    expect(person.page.get_by_role("heading", name="Lookup", level=1)).to_be_visible()
    assert [one for one in person.requests if one.url.endswith("/js/views/lookup.js")]


def test_a_page_that_cannot_be_fetched_says_so(person: Person) -> None:
    person.signs_in().sees_all()
    person.page.route("**/js/views/lookup.js", lambda route: route.abort())
    _nav(person.page, "Lookup").click()

    expect(person.alert()).to_contain_text("This page could not be fetched from Companion.")
    person.page.unroute("**/js/views/lookup.js")
    person.page.get_by_role("button", name="Load the page again").click()
    expect(person.page.get_by_role("heading", name="Lookup", level=1)).to_be_visible()
    expect(person.alert()).to_have_count(0)


def test_keys_change_the_page_and_are_listed(person: Person) -> None:
    person.signs_in().sees_all()
    keyboard = person.page.keyboard
    keyboard.press("?")
    sheet = person.sheet("Keys")
    expect(sheet).to_contain_text("Go to Logs")
    expect(sheet).to_contain_text("Chart or table")
    keyboard.press("g")
    keyboard.press("l")
    expect(sheet).to_be_visible()
    keyboard.press("Escape")
    expect(sheet).to_have_count(0)

    keyboard.press("g")
    keyboard.press("s")
    expect(person.page.get_by_role("heading", name="Sessions", level=1)).to_be_visible()
    keyboard.press("g")
    keyboard.press("o")
    expect(person.page.get_by_role("heading", name="Overview")).to_be_visible()
    keyboard.press("s")
    expect(person.page.get_by_role("heading", name="Overview")).to_be_visible()


def test_keys_are_letters_where_somebody_types(person: Person) -> None:
    person.signs_in().sees_all()
    person.page.get_by_label("Range").select_option("custom")
    person.page.get_by_label("From").focus()
    for key in ("t", "?", "g", "s"):
        person.page.keyboard.press(key)

    expect(person.page.get_by_role("heading", name="Overview")).to_be_visible()
    expect(person.sheet("Keys")).to_have_count(0)
    expect(person.page.get_by_role("button", name="As a table")).to_be_visible()
    for key in ("Escape", "g", "s"):
        person.page.keyboard.press(key)
    expect(person.page.get_by_role("heading", name="Sessions", level=1)).to_be_visible()


def test_a_phone_has_a_bar_at_the_bottom_with_the_rest_behind_more(person: Person) -> None:
    person.page.set_viewport_size({"width": 390, "height": 844})
    person.signs_in().sees_all()
    bar = person.page.get_by_role("navigation", name="Pages")
    box = bar.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] == pytest.approx(844, abs=1)
    expect(_nav(person.page, "Sessions")).to_have_count(0)

    bar.get_by_role("button", name="More").click()
    person.sheet("More").get_by_role("link", name="Sessions").click()

    expect(person.page.get_by_role("heading", name="Sessions", level=1)).to_be_visible()
    expect(person.sheet("More")).to_have_count(0)


def test_a_wide_screen_has_a_rail_at_the_left_and_content_of_1280_px_at_most(
    person: Person,
) -> None:
    person.page.set_viewport_size({"width": 2200, "height": 900})
    person.signs_in().sees_all()
    rail = person.page.get_by_role("navigation", name="Pages").bounding_box()
    card = person.page.locator(".busy").bounding_box()

    assert rail is not None
    assert card is not None
    assert rail["x"] + rail["width"] <= card["x"]
    assert card["width"] == pytest.approx(1280, abs=1)
    expect(person.page.get_by_role("button", name="More")).to_have_count(0)


def test_whoever_goes_to_another_page_begins_at_its_top(person: Person) -> None:
    person.signs_in().sees_all()
    person.page.evaluate("scrollTo(0, 600)")
    person.page.keyboard.press("g")
    person.page.keyboard.press("s")

    expect(person.page.get_by_role("heading", name="Sessions", level=1)).to_be_in_viewport()
    expect(person.page.locator("main")).to_be_focused()


def test_the_menu_leads_to_the_sessions(person: Person) -> None:
    person.signs_in().sees_all().opens_menu()
    person.page.get_by_role("link", name="Sessions of this account").click()

    expect(person.page.get_by_role("heading", name="Sessions", level=1)).to_be_visible()
    expect(person.page).to_have_url(re.compile(r"/\?page=sessions$"))
    expect(person.page.get_by_role("button", name="Sign out", exact=True)).to_have_count(0)


def _nav(page: Page, name: str) -> Locator:
    return page.get_by_role("navigation", name="Pages").get_by_role("link", name=name)
