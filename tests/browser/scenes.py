"""Places in the logs, the lookup and the sessions that have to look well everywhere."""

from playwright.sync_api import expect

from tests.browser.logs_support import at_logs
from tests.browser.support import Person


def at_filtered_logs(person: Person) -> None:
    at_logs(person, "&status=blocked&type=A&rows=domain&from=2026-01-01T00%3A00%3A00Z")
    person.page.get_by_role("button", name="Take away: Status: Blocked").hover()


def at_the_row_of_a_log(person: Person) -> None:
    at_logs(person, "&response=Recursive")
    person.page.locator(".log-open, .log-card").first.click()
    expect(person.page.locator(".log-panel, dialog")).to_be_visible()


def at_live_logs(person: Person) -> None:
    at_logs(person, "&live=1")
    expect(person.page.get_by_text("3 of 3 nodes followed")).to_be_visible()


def at_logs_in_trouble(person: Person) -> None:
    at_logs(person)
    person.stack.stop_node("ns3")
    person.page.get_by_label("Domain", exact=True).fill("**")
    person.page.keyboard.press("Enter")
    expect(person.alert()).to_contain_text("must be a domain name")
    person.page.get_by_label("Domain", exact=True).fill("nothing-like-it")
    person.page.keyboard.press("Enter")
    expect(person.page.get_by_text("ns3: cannot be reached")).to_be_visible()
    expect(person.page.get_by_role("button", name="Take all filters away")).to_be_visible()


def at_a_lookup(person: Person) -> None:
    person.enters()
    person.page.goto("/?page=lookup&name=ads.tracker.example&dnssec=1")
    expect(person.card("ns3")).to_contain_text("Blocked by")


def at_a_lookup_that_went_wrong(person: Person) -> None:
    person.enters()
    person.page.goto("/?page=lookup&name=a..b&server=other")
    expect(person.alert()).to_contain_text("labels of 1 to 63 characters")


def at_ones_sessions(person: Person) -> None:
    # One who signs in rarely: each session is a card to look at.
    person.enters("dhcp")
    person.page.goto("/?page=sessions")
    expect(person.page.get_by_text("This session", exact=True)).to_be_visible()


def at_the_end_of_one_session(person: Person) -> None:
    at_ones_sessions(person)
    person.page.get_by_role("button", name="End this session").click()
    expect(person.sheet("End this session?")).to_be_visible()


SCENES_OF_VIEWS = (
    at_filtered_logs,
    at_the_row_of_a_log,
    at_live_logs,
    at_logs_in_trouble,
    at_a_lookup,
    at_a_lookup_that_went_wrong,
    at_ones_sessions,
    at_the_end_of_one_session,
)
