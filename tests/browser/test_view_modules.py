"""The modules of the logs, the lookup and the sessions that only compute, called in the browser."""

from typing import Any

from tests.browser.support import Person

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
AGENTS = {
    f"{WINDOWS} {WEBKIT} Chrome/141.0.0.0 Safari/537.36": "Chrome 141 on Windows",
    f"{WINDOWS} {WEBKIT} Chrome/141.0.0.0 Safari/537.36 Edg/141.0.1": "Edge 141 on Windows",
    f"{WINDOWS} {WEBKIT} Chrome/140.0.0.0 Safari/537.36 OPR/124.0.0.0": "Opera 124 on Windows",
    "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0": (
        "Firefox 144 on Linux"
    ),
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/141.0.0.0 Mobile Safari/537.36": (
        "Chrome 141 on Android"
    ),
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 "
    "Version/18.6 Mobile/15E148 Safari/604.1": "Safari 18 on iPhone",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 "
    "Version/26.0 Safari/605.1.15": "Safari 26 on macOS",
    "curl/8.5.0": "curl 8.5",
    "python-httpx/0.28.1": "python-httpx 0.28",
    "Mozilla/5.0": "Unknown program",
    "": "Unknown program",
}


def test_a_browser_is_called_by_its_name(person: Person) -> None:
    person.opens()

    found = {agent: _call(person, "sessions_agent", "agentWords(it)", agent) for agent in AGENTS}
    assert found == AGENTS


def test_rows_of_several_nodes_stand_in_the_order_of_their_moments(person: Person) -> None:
    person.opens()
    moments = ["05Z", "05.1Z", "05.12Z", "04.999Z", "05.123456Z", "06Z"]
    rows = [{"timestamp": f"2026-07-26T14:03:{one}"} for one in moments]

    found = _call(person, "logs_rows", "merged(it.slice(0, 3), it.slice(3), 5)", rows)

    ends = [row["timestamp"].rpartition(":")[2] for row in found]
    assert ends == ["06Z", "05.123456Z", "05.12Z", "05.1Z", "05Z"]


def test_the_name_of_a_row_says_where_and_when_and_tells_rows_of_a_moment_apart(
    person: Person,
) -> None:
    person.opens()
    row = {
        "nodeId": "ns~1",
        "timestamp": "2026-07-26T14:03:05.123Z",
        "clientIpAddress": "192.0.2.1",
        "qname": "a.example",
    }
    name = _call(person, "logs_rows", "rowId(it)", row)

    assert name != _call(person, "logs_rows", "rowId(it)", {**row, "qname": "b.example"})
    assert _call(person, "logs_rows", "placeOf(it)", name) == {
        "nodeId": "ns~1",
        "timestamp": "2026-07-26T14:03:05.123Z",
    }
    for wrong in ("", "ns1", "ns1~yesterday~1", "~2026-07-26T14:03:05Z~"):
        assert _call(person, "logs_rows", "placeOf(it)", wrong) is None


BLOCKED = {
    "source=block-list-zone; blockListUrl=lists.example/hosts; domain=ads.example": (
        "Blocked by a block list, lists.example/hosts, ads.example"
    ),
    "source=advanced-blocking-app; group=kids; domain=a.example": (
        "Blocked by Advanced Blocking, group kids, a.example"
    ),
    "source=something-new": "Blocked by something-new",
    "Blocked by policy.": "Blocked: Blocked by policy.",
    "": "Blocked",
}


def test_what_blocked_a_name_is_said_in_words(person: Person) -> None:
    person.opens()

    found = {text: _call(person, "lookup_words", "blockedWords(it)", text) for text in BLOCKED}
    assert found == BLOCKED


def _call(person: Person, module: str, expression: str, argument: object) -> Any:  # noqa: ANN401 - what JSON holds
    return person.page.evaluate(
        f"async (it) => (await import('/js/views/{module}.js')).{expression}", argument
    )
