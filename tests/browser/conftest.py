"""A real chromium before a whole running stack.

Both live for this package only: while the browser is driven, its event loop counts as running in
this thread, and tests of other packages run loops of their own.
"""

from collections.abc import Generator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.support import Person
from tests.support.chromium import ARGUMENTS, NoChromium, find_chromium
from tests.support.marking import mark_all_below
from tests.support.stack import Stack

# A busy machine may take its time; whatever is there is seen at once.
ACTION_MS = 30_000

_missing: list[str] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first test may wait for chromium to be installed and for a stack to start."""
    mark_all_below(Path(__file__).parent, items, pytest.mark.browser, pytest.mark.timeout(360))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A run without a browser says so where nobody overlooks it."""
    for reason in _missing:
        terminalreporter.section("NO BROWSER", red=True, bold=True)
        terminalreporter.line(reason)


@pytest.fixture(scope="package")
def chromium() -> Generator[Browser]:
    try:
        path = find_chromium()
    except NoChromium as absence:
        _missing.append(str(absence))
        pytest.skip(str(absence))
    expect.set_options(timeout=ACTION_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS])
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def running_stack(
    chromium: Browser,  # noqa: ARG001 - no browser, no stack
    tmp_path_factory: pytest.TempPathFactory,
) -> Generator[Stack]:
    with Stack(tmp_path_factory.mktemp("stack")) as stack:
        yield stack


@pytest.fixture
def stack(running_stack: Stack) -> Stack:
    """The stack with every node up and well, and no failed sign-in remembered."""
    running_stack.calm()
    return running_stack


@pytest.fixture
def person(chromium: Browser, stack: Stack) -> Generator[Person]:
    """Somebody at a wide screen; what the browser complains of fails the test."""
    context = chromium.new_context(
        base_url=stack.base_url,
        viewport={"width": 1280, "height": 800},
        ignore_https_errors=True,
        locale="en-GB",
        timezone_id="Europe/Berlin",
    )
    context.set_default_timeout(ACTION_MS)
    somebody = Person(context, stack)
    yield somebody
    context.close()
    assert somebody.complaints == []
