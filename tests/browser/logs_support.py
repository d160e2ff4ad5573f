"""What the tests of the log views share: rows as they are on the page, and queries to be logged."""

from playwright.sync_api import Locator, expect

from tests.browser.support import Person
from tests.support.stack import Stack


def at_logs(person: Person, address: str = "", *, user: str = "admin") -> None:
    """Signed in, at the logs with these parameters, with rows to be seen."""
    person.enters(user)
    person.page.goto(f"/?page=logs{address}")
    expect(rows(person).first).to_be_visible()


def rows(person: Person) -> Locator:
    return person.page.locator(".log-row, .log-card")


def cells(person: Person, column: int) -> list[str]:
    """The texts of one column, from 1."""
    texts = person.page.locator(f".log-row td:nth-child({column})").all_text_contents()
    return [text.strip() for text in texts]


def ask(stack: Stack, node: str, *names: str) -> None:
    """Have a node answer queries, which it logs."""
    with stack.sign_in("admin") as client:
        for name in names:
            answer = client.get(f"/api/nodes/{node}/lookup", params={"name": name})
            assert answer.status_code == 200, answer.text
