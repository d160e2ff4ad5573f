"""A person at a browser, in the words of the tests."""

import re
import time
from http import HTTPStatus
from typing import Self

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, expect
from technitium_sandbox.accounts.totp import code
from technitium_sandbox.demonstration.nodes import TOTP_SECRET

from tests.support.stack import Stack

# Chromium tells the console of every answer that is an error; those are what tests ask for.
_EXPECTED = "Failed to load resource"


class Person:
    """One browser with one page; `complaints` is what its console said that it should not have."""

    def __init__(self, context: BrowserContext, stack: Stack) -> None:
        self.context = context
        self.stack = stack
        self.complaints: list[str] = []
        self.requests: list[Request] = []
        self.page: Page = context.new_page()
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request))  # noqa: PLW0108 - playwright marks its handlers, and a bound builtin takes no mark

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and _EXPECTED not in message.text:
            self.complaints.append(message.text)

    # Signing in ------------------------------------------------------------------------------

    def opens(self, path: str = "/") -> Self:
        self.page.goto(path)
        return self

    def types(self, user: str, password: str | None = None) -> Self:
        """Fill the form and send it with Enter; in the demonstration the password is the name."""
        self.page.get_by_label("User name").fill(user)
        self.page.get_by_label("Password").fill(user if password is None else password)
        self.page.keyboard.press("Enter")
        return self

    def enters(self, user: str = "admin") -> Self:
        """Signed in without the form, which has tests of its own, and no page opened yet."""
        person = {"username": user, "password": user}
        answer = self.context.request.post("/api/auth/login", data=person)
        assert answer.status == HTTPStatus.CREATED, answer.text()
        return self

    def signs_in(self, user: str = "admin") -> Self:
        """From an empty browser to the overview."""
        self.enters(user).opens()
        expect(self.page.get_by_role("heading", name="Overview")).to_be_visible()
        return self

    def sees_all(self) -> Self:
        """Wait until each of the three nodes has answered."""
        expect(self.page.get_by_text("3 of 3 nodes answered")).to_be_visible()
        return self

    @staticmethod
    def code_now() -> str:
        """What the authenticator of `totp` shows."""
        return code(TOTP_SECRET, time.time())

    # What is on the page ---------------------------------------------------------------------

    def card(self, node: str) -> Locator:
        return self.page.get_by_role("article", name=node)

    def queries(self, node: str) -> Locator:
        """The number of queries on a node's card: it is there when the node has answered."""
        return self.card(node).locator("dd").filter(has_text=re.compile(r"^[\d,]+$"))

    def refreshes(self) -> Self:
        """Asks anew, once what was asked before has come; until then the two are one.

        Of the sum of all nodes, too: it asks each node what its card asks.
        """
        expect(self.page.locator("[aria-busy=true]")).to_have_count(0)
        self.page.get_by_role("button", name="Refresh").click()
        return self

    def sheet(self, title: str) -> Locator:
        return self.page.get_by_role("dialog", name=title)

    def alert(self) -> Locator:
        return self.page.get_by_role("alert")

    def opens_menu(self, user: str = "admin") -> Self:
        self.page.get_by_role("button", name=f"Account {user}").click()
        return self

    # The session from outside ----------------------------------------------------------------

    def signed_out_elsewhere(self) -> None:
        """End the session with this browser's cookie, as another tab would."""
        cookies = {one["name"]: one["value"] for one in self.context.cookies()}
        with self.stack.client() as client:
            client.cookies.update(cookies)
            assert client.post("/api/auth/logout").status_code == 201
