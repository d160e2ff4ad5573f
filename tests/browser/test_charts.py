"""The charts: drawn on a canvas, told in words, and the same numbers as a table one key away."""

import re
from typing import Literal

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.support import Person

CACHED = {"light": (0, 114, 178), "dark": (31, 131, 187)}
# A spike of one value would colour a handful.
DRAWN_PIXELS = 200

_COUNT_PIXELS = """(canvas, [red, green, blue, last]) => {
    const copy = new OffscreenCanvas(canvas.width, canvas.height);
    const context = copy.getContext("2d", { willReadFrequently: true });
    context.drawImage(canvas, 0, 0);
    const width = last ?? canvas.width;
    const { data } = context.getImageData(canvas.width - width, 0, width, canvas.height);
    let found = 0;
    for (let at = 0; at < data.length; at += 4)
        if (data[at] === red && data[at + 1] === green && data[at + 2] === blue) found += 1;
    return found;
}"""
_COUNT_IN_BIG = f"""([colour, least]) => {{
    const canvas = document.querySelector(".busy canvas");
    return canvas !== null && ({_COUNT_PIXELS})(canvas, colour) > least;
}}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_card_draws_its_course_in_the_colours_of_the_theme(
    person: Person, theme: Literal["light", "dark"]
) -> None:
    person.page.emulate_media(color_scheme=theme)
    person.signs_in().sees_all()

    charts = person.page.locator(".chart canvas")
    expect(charts).to_have_count(4)
    for chart in charts.all():
        assert _pixels(chart, CACHED[theme]) > DRAWN_PIXELS


def test_an_hour_that_still_runs_is_drawn_pale(person: Person) -> None:
    person.page.emulate_media(color_scheme="light")
    person.signs_in().sees_all()
    chart = person.card("ns1").locator("canvas")
    expect(chart).to_have_count(1)
    of_an_hour = int(chart.evaluate("(canvas) => canvas.width")) // 24

    assert _pixels(chart, CACHED["light"], last=of_an_hour - 2) == 0
    assert _pixels(chart, CACHED["light"], last=3 * of_an_hour) > 0


def test_a_change_of_theme_draws_the_charts_anew(person: Person) -> None:
    person.page.emulate_media(color_scheme="light")
    person.signs_in().sees_all()
    chart = _big(person.page).locator("canvas")
    expect(chart).to_have_count(1)

    person.page.emulate_media(color_scheme="dark")
    person.page.wait_for_function(_COUNT_IN_BIG, arg=[CACHED["dark"], DRAWN_PIXELS])

    assert _pixels(chart, CACHED["light"]) == 0


def test_the_chart_is_told_in_words(person: Person) -> None:
    person.signs_in().sees_all()

    expect(_big(person.page)).to_have_attribute(
        "aria-label", re.compile(r"^Queries, last 24 h: [\d,]+ queries, \d+\.\d % blocked$")
    )


def test_the_values_under_the_pointer_stand_beside_their_names(person: Person) -> None:
    person.signs_in().sees_all()
    legend, point = person.page.locator(".legend"), person.page.locator(".point")
    expect(point).to_have_text("whole range")
    expect(legend).to_contain_text("cached")
    whole = legend.inner_text()

    _big(person.page).locator(".u-over").hover()
    expect(point).to_have_text(re.compile(r"^\w{3} \d\d:00: [\d,]+ queries$"))
    assert legend.inner_text() != whole

    person.page.get_by_role("heading", name="Overview").hover()
    expect(point).to_have_text("whole range")
    assert legend.inner_text() == whole


def test_a_key_shows_the_same_numbers_as_a_table(person: Person) -> None:
    with person.page.expect_response("**/api/nodes/all/stats?type=LastDay") as response:
        person.signs_in()
    person.sees_all()
    expect(_big(person.page).locator("canvas")).to_have_count(1)
    course = response.value.json()["sum"]["course"]

    person.page.keyboard.press("t")

    rows = person.page.get_by_role("region", name="Queries, last 24 h").get_by_role("row")
    expect(rows).to_have_count(len(course["times"]) + 1)
    lines = ("total", "cached", "recursive", "authoritative", "blocked", "dropped")
    newest = [f"{course[line][-1]:,}" for line in lines]
    newest.append(f"{course['refused'][-1] + course['serverFailure'][-1]:,}")
    assert rows.nth(1).get_by_role("cell").all_inner_texts() == newest
    expect(rows.nth(1).get_by_role("rowheader")).to_contain_text("still running")
    expect(_big(person.page)).to_have_count(0)
    assert person.page.url.endswith("/?view=table")

    person.page.get_by_role("button", name="As a chart").click()
    expect(_big(person.page).locator("canvas")).to_have_count(1)


def test_charts_follow_the_width_of_the_page(person: Person) -> None:
    person.signs_in().sees_all()
    expect(_big(person.page).locator("canvas")).to_have_count(1)

    for width in (390, 1280):
        person.page.set_viewport_size({"width": width, "height": 800})
        person.page.wait_for_function(
            """() => {
                const [place, canvas] = [document.querySelector(".busy .chart"),
                                         document.querySelector(".busy canvas")];
                return Math.abs(place.clientWidth - canvas.clientWidth) <= 1;
            }"""
        )


def test_a_library_that_cannot_be_had_costs_the_charts_alone(person: Person) -> None:
    person.page.route("**/vendor/uplot.js", lambda route: route.abort())
    person.signs_in().sees_all()

    expect(person.page.locator(".legend")).to_contain_text("cached")
    expect(person.page.locator(".chart canvas")).to_have_count(0)
    person.page.keyboard.press("t")
    expect(person.page.get_by_role("table")).to_be_visible()


def _big(page: Page) -> Locator:
    """The chart of the card above all others."""
    return page.locator(".busy").get_by_role("img")


def _pixels(canvas: Locator, colour: tuple[int, int, int], *, last: int | None = None) -> int:
    """How many pixels of the canvas, or of its last columns, have this colour."""
    found: int = canvas.evaluate(_COUNT_PIXELS, [*colour, last])
    return found
