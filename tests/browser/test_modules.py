"""The modules that only compute, called in the browser that will call them."""

from typing import Any

from tests.browser.support import Person

MODULES = {"format": "/js/format.js", "words": "/js/words.js", "standing": "/js/state/standing.js"}


SENTENCES = {
    "grouped(48211)": "48,211",
    "percent(0, 0)": "0.0 %",
    "percent(124, 1000)": "12.4 %",
    "counted(1, 'zone', 'zones')": "1 zone",
    "duration(-3)": "0 s",
    "duration(59.4)": "59 s",
    "duration(60)": "1 min",
    "duration(3600)": "1 h",
    "duration(11_520)": "3 h 12 min",
    "duration(86_400)": "1 day",
    "duration(12 * 86_400 + 4_000)": "12 days",
    "ago(0, 4_000)": "just now",
    "ago(60_000, 0)": "just now",
    "ago(0, 240_000)": "4 min ago",
    "countdown(251.2)": "4:12",
    "countdown(-1)": "0:00",
    "listed(['ns1', 'ns2', 'ns3'], 'and')": "ns1, ns2 and ns3",
    "exact(0)": "1 Jan 1970, 01:00:00 CET",
    "clock(0)": "01:00",
}


def test_numbers_and_times_read_as_the_pages_say_them(person: Person) -> None:
    person.opens()

    assert {call: _call(person, "format", call) for call in SENTENCES} == SENTENCES


DENIED = {"state": "denied", "section": "Dashboard", "permission": "View"}
GONE = {"state": "error", "code": "node_unreachable", "message": "The node refuses connections."}
FINE = {"tookMs": 12, "sections": {"stats": {"state": "ok"}, "apps": GONE}}
UP: dict[str, Any] = {"data": FINE, "problem": None}
SILENT = {"data": None, "problem": None}
STANDINGS: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("signed_in", SILENT, "unknown"),
    ("signed_out", SILENT, "signed_out"),
    ("denied", SILENT, "signed_out"),
    ("signed_in", UP, "up"),
    ("signed_in", {**UP, "data": {**FINE, "tookMs": 1001}}, "slow"),
    ("signed_in", {**UP, "data": {"tookMs": 1, "sections": {"a": DENIED}}}, "denied"),
    ("signed_in", {**UP, "data": {"tookMs": 1, "sections": {"a": GONE}}}, "down"),
    ("signed_in", {**UP, "problem": {"code": "node_timeout"}}, "down"),
    ("signed_in", {**UP, "problem": {"code": "node_error"}}, "down"),
    ("signed_in", {**UP, "problem": {"code": "node_session_expired"}}, "signed_out"),
)


def test_the_standing_of_a_node_follows_its_newest_answer(person: Person) -> None:
    person.opens()

    for state, view, kind in STANDINGS:
        argument = {"node": {"state": state}, "view": view}
        found = _call(person, "standing", "standing(it.node, it.view)", argument)
        assert found["kind"] == kind, argument


NEVER_IN = "not signed in"
EXPIRED: dict[str, Any] = {**SILENT, "problem": {"code": "node_session_expired"}}
WORDS_OF_SIGNED_OUT = (
    ({"state": "signed_in"}, "signed out"),
    ({"state": "signed_out", "code": "node_session_expired"}, "signed out"),
    ({"state": "signed_out", "code": "throttled"}, NEVER_IN),
    ({"state": "signed_out", "code": "not_signed_in"}, NEVER_IN),
    ({"state": "unreachable", "code": "node_timeout"}, NEVER_IN),
    ({"state": "denied", "code": "user_disabled"}, NEVER_IN),
)


def test_signed_out_is_only_who_was_signed_in(person: Person) -> None:
    person.opens()

    for node, word in WORDS_OF_SIGNED_OUT:
        argument = {"node": node, "view": EXPIRED}
        found = _call(person, "standing", "standing(it.node, it.view)", argument)
        assert found == {"kind": "signed_out", "word": word}, node


DETAILS = (
    ("node_timeout", "The node did not answer within 5 s.", None),
    ("node_unreachable", "The node cannot be reached.", None),
    ("node_unreachable", "The name does not exist.", "The name does not exist."),
    ("node_error", None, None),
)


def test_a_detail_does_not_say_the_title_again(person: Person) -> None:
    person.opens()

    for code, detail, shown in DETAILS:
        problem = {"code": code, "detail": detail, "afterS": 5}
        assert _call(person, "words", "nodeDetail(it)", problem) == shown


def test_a_sentence_goes_on_small_after_a_colon_unless_it_begins_with_a_name(
    person: Person,
) -> None:
    person.opens()

    assert _call(person, "words", "lowered('The node is busy.')") == "the node is busy."
    for kept in ("TLS failed.", "Technitium 12 lacks it."):
        assert _call(person, "words", "lowered(it)", kept) == kept


def test_what_is_missing_is_one_sentence_for_each_reason(person: Person) -> None:
    person.opens()
    apps = {"state": "denied", "section": "Apps", "permission": "View"}

    assert _missing(person, {"stats": DENIED, "apps": apps}) == [
        (
            "Your account may not see statistics or apps on ns2 "
            "(needs Dashboard: View and Apps: View). An administrator of ns2 can change that."
        )
    ]
    assert _missing(person, {"stats": GONE, "apps": {"state": "ok"}}) == [
        "No statistics: the node refuses connections.",
    ]
    assert _missing(person, {"stats": GONE, "apps": GONE}) == [
        "No statistics or apps: the node refuses connections.",
    ]
    assert _missing(person, {"stats": GONE, "apps": {"state": "timeout"}}) == [
        "No statistics: the node refuses connections.",
        "No apps: ns2 did not answer that question in time.",
    ]


def _missing(person: Person, sections: dict[str, Any]) -> list[str]:
    found: list[str] = _call(person, "words", "missingWords(it, 'ns2')", sections)
    return found


def _call(person: Person, module: str, expression: str, argument: object = None) -> Any:  # noqa: ANN401 - what JSON holds
    return person.page.evaluate(
        f"async (it) => (await import('{MODULES[module]}')).{expression}", argument
    )
