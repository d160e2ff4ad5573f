"""The pages where nobody signs in: no form, and a banner that nobody overlooks."""

from collections.abc import Generator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.support import Person
from tests.support.legacy import restart_without_sign_in
from tests.support.stack import Stack


@pytest.fixture(scope="module")
def legacy(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Generator[Stack]:
    assert chromium.is_connected()
    with Stack(tmp_path_factory.mktemp("legacy")) as stack:
        restart_without_sign_in(stack)
        yield stack


@pytest.fixture
def anybody(chromium: Browser, legacy: Stack) -> Generator[Person]:
    context = chromium.new_context(base_url=legacy.base_url, ignore_https_errors=True)
    somebody = Person(context, legacy)
    yield somebody
    context.close()
    assert somebody.complaints == []


def test_the_nodes_are_there_at_once_below_a_banner(anybody: Person) -> None:
    page = anybody.opens().sees_all().page

    expect(banner(page)).to_contain_text("AUTH_SESSION_ENABLED=true")
    expect(banner(page)).to_contain_text("The cluster token is used for ns1, ns2, ns3.")
    expect(page.get_by_label("Password")).to_have_count(0)
    expect(anybody.queries("ns1")).to_be_visible()


def test_nobody_can_sign_out_of_what_nobody_signed_in_to(anybody: Person) -> None:
    page = anybody.opens().sees_all().page

    page.get_by_role("button", name="Menu").click()

    expect(page.get_by_role("heading", name="Nobody signs in")).to_be_visible()
    expect(page.get_by_role("button", name="Sign out")).to_have_count(0)


def test_there_are_no_sessions_to_look_at(anybody: Person) -> None:
    page = anybody.opens().sees_all().page

    expect(page.get_by_role("navigation", name="Pages").get_by_role("link")).to_have_text(
        ["Overview", "Logs", "Lookup"]
    )
    page.keyboard.press("g")
    page.keyboard.press("s")
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()


def banner(page: Page) -> Locator:
    return page.locator(".note").filter(has_text="Nobody signs in here")
