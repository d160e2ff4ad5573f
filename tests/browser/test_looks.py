"""What everybody can use: on phones and wide screens, light and dark, by keyboard, by ear."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.scenes import (
    SCENES_OF_VIEWS,
    at_a_lookup,
    at_filtered_logs,
    at_the_row_of_a_log,
)
from tests.browser.support import Person
from tests.support.stack import Stack

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
THEMES: tuple[Literal["light", "dark"], ...] = ("dark", "light")
WEIGHTY = ("serious", "critical")
# Rows of logs are alike: the first three stand for a hundred, each of which takes its time.
ROWS_ENOUGH = [".log-row ~ .log-row ~ .log-row ~ .log-row", ".log-cards li ~ li ~ li ~ li"]
LEAST_TARGET_PX = 44


def at_the_door(person: Person) -> None:
    person.opens()
    expect(person.page.get_by_label("Password")).to_be_visible()


def at_a_failed_sign_in(person: Person) -> None:
    person.opens().types("totp")
    person.page.get_by_label("Code").fill("1")
    person.page.keyboard.press("Enter")
    expect(person.alert()).to_be_visible()


def at_the_overview(person: Person) -> None:
    person.signs_in().sees_all()


def at_an_overview_in_trouble(person: Person) -> None:
    person.stack.stop_node("ns3")
    person.signs_in()
    expect(person.page.get_by_text("2 of 3 nodes answered")).to_be_visible()
    person.stack.stop_node("ns2")
    person.refreshes()
    expect(person.card("ns2")).to_contain_text("Cannot be reached")
    expect(person.card("ns3")).to_contain_text("Not signed in at ns3")


def at_an_overview_as_a_table(person: Person) -> None:
    person.signs_in().sees_all()
    person.page.keyboard.press("t")
    expect(person.page.get_by_role("table")).to_be_visible()


def at_a_range_of_ones_own(person: Person) -> None:
    person.signs_in().sees_all()
    person.page.get_by_label("Range").select_option("custom")
    expect(person.page.get_by_label("From")).to_be_visible()


def at_the_keys(person: Person) -> None:
    person.signs_in().sees_all()
    person.page.keyboard.press("?")
    expect(person.sheet("Keys")).to_be_visible()


def at_the_menu(person: Person) -> None:
    person.signs_in().sees_all().opens_menu()
    expect(person.page.get_by_role("button", name="Sign out")).to_be_visible()


def at_the_sheet_of_a_node(person: Person) -> None:
    person.signs_in().sees_all()
    person.page.get_by_role("button", name="ns2").first.click()
    expect(person.sheet("ns2")).to_be_visible()


def at_the_end_of_a_session(person: Person) -> None:
    person.signs_in().sees_all().signed_out_elsewhere()
    person.refreshes()
    expect(person.sheet("Your session has ended")).to_be_visible()


SCENES = (
    at_the_door,
    at_a_failed_sign_in,
    at_the_overview,
    at_an_overview_in_trouble,
    at_an_overview_as_a_table,
    at_a_range_of_ones_own,
    at_the_keys,
    at_the_menu,
    at_the_sheet_of_a_node,
    at_the_end_of_a_session,
    *SCENES_OF_VIEWS,
)


@pytest.mark.parametrize("scene", SCENES)
def test_nothing_is_hard_to_use_on_any_screen_in_any_theme(
    person: Person, scene: Callable[[Person], None]
) -> None:
    scene(person)

    for width in (360, 390, 700, 1280, 2000):
        person.page.set_viewport_size({"width": width, "height": 800})
        assert _scrolled(person.page, at_most=width) <= width
    for width, theme in zip((390, 1280), THEMES, strict=True):
        person.page.set_viewport_size({"width": width, "height": 800})
        person.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        assert _weighty(person.page) == [], f"{width} px, {theme}"


def _scrolled(page: Page, *, at_most: int) -> int:
    """How wide the page is, once it has been drawn for its new width or a few seconds have gone."""
    deadline = time.monotonic() + 5
    while True:
        width = int(page.evaluate("document.documentElement.scrollWidth"))
        if width <= at_most or time.monotonic() > deadline:
            return width
        page.wait_for_timeout(50)


def test_fingers_find_everything(chromium: Browser, stack: Stack) -> None:
    """No control is lower than a finger is wide, whatever it looks like."""
    context = chromium.new_context(
        base_url=stack.base_url,
        viewport={"width": 390, "height": 844},
        ignore_https_errors=True,
        has_touch=True,
        is_mobile=True,
    )
    person = Person(context, stack)
    for scene in (at_the_menu, at_filtered_logs, at_the_row_of_a_log, at_a_lookup):
        context.clear_cookies()
        scene(person)
        assert person.page.evaluate(_LOW, LEAST_TARGET_PX) == [], scene.__name__
    context.close()


# A control is what answers to a finger: with a label around it, that one.
_LOW = """(least) => [...document.querySelectorAll("a[href]:not(.skip), button, input, select")]
    .map((one) => one.closest("label") ?? one)
    .filter((one) => one.checkVisibility({ visibilityProperty: true }))
    .filter((one) => Math.round(one.getBoundingClientRect().height) < least - 1)
    .map((one) => one.outerHTML.slice(0, 80))
"""


@pytest.mark.parametrize("width", [390, 1280])
def test_answers_move_nothing_that_is_already_there(person: Person, width: int) -> None:
    person.page.set_viewport_size({"width": width, "height": 800})
    person.signs_in().sees_all()
    person.page.reload()
    person.sees_all()
    expect(person.page.locator(".chart canvas")).to_have_count(4)

    assert _layout_shift(person.page) < 0.01


def test_everything_is_reached_and_left_by_keyboard(person: Person) -> None:
    page = person.page
    person.opens()
    expect(page.get_by_label("User name")).to_be_focused()
    page.keyboard.type("admin")
    page.keyboard.press("Tab")
    page.keyboard.type("admin")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    person.sees_all()

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="To the page")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    node = page.get_by_role("button", name="ns1 Primary up")
    expect(node).to_be_focused()
    page.keyboard.press("Enter")
    expect(person.sheet("ns1")).to_be_visible()
    page.keyboard.press("Escape")
    expect(person.sheet("ns1")).to_have_count(0)
    expect(node).to_be_focused()


def test_a_chosen_theme_holds_and_survives_a_reload(person: Person) -> None:
    person.opens()
    light = _background(person.page)
    person.page.get_by_label("Dark").check(force=True)
    dark = _background(person.page)
    person.page.reload()

    assert light != dark
    assert _background(person.page) == dark
    expect(person.page.get_by_label("Dark")).to_be_checked()


def test_nothing_moves_for_whoever_wants_no_motion(person: Person) -> None:
    person.page.emulate_media(reduced_motion="reduce")
    person.opens()

    button = person.page.get_by_role("button", name="Sign in")
    seconds = button.evaluate("(one) => getComputedStyle(one).transitionDuration")
    assert seconds == "0s"


def test_a_browser_without_scripts_says_what_is_missing(chromium: Browser, stack: Stack) -> None:
    context = chromium.new_context(
        base_url=stack.base_url, java_script_enabled=False, ignore_https_errors=True
    )
    page = context.new_page()
    page.goto("/")

    expect(page.locator("noscript p")).to_contain_text("This page needs JavaScript")
    context.close()


def _weighty(page: Page) -> list[str]:
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate("(rows) => axe.run({ exclude: rows })", ROWS_ENOUGH)
    return [
        f"{violation['id']}: {[node['html'] for node in violation['nodes']]}"
        for violation in found["violations"]
        if violation["impact"] in WEIGHTY
    ]


def _layout_shift(page: Page) -> float:
    """The sum of unasked-for shifts since the page was loaded."""
    sum_of_shifts: float = page.evaluate(
        """() => new Promise((done) => {
            let sum = 0;
            new PerformanceObserver((list) => {
                for (const one of list.getEntries()) if (!one.hadRecentInput) sum += one.value;
            }).observe({type: "layout-shift", buffered: true});
            setTimeout(() => done(sum), 100);
        })"""
    )
    return sum_of_shifts


def _background(page: Page) -> str:
    colour: str = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return colour
