"""What Advanced Blocking decides, beside what a real one was recorded to decide."""

import json
from collections.abc import Iterable
from typing import Any

import pytest
from technitium_sandbox.apps.table import ADVANCED_BLOCKING
from technitium_sandbox.blocking import groups as blocking_groups
from technitium_sandbox.blocking import reasons
from technitium_sandbox.demonstration.nodes import fresh
from technitium_sandbox.node import Node
from technitium_sandbox.resolver.replies import Question
from technitium_sandbox.sandbox import Sandbox

from tests.technitium_sandbox.exceptions import EXCEPTIONS, LeftOut
from tests.technitium_sandbox.storyteller import RECORDINGS

Case = dict[str, Any]
_TABLE: dict[str, Any] = json.loads((RECORDINGS / "blocking.json").read_text("utf-8"))
_FREE = (["198.51.100.1"], ["2001:db8::1"])
CASES = [case for case in _TABLE["cases"] if case["qtype"] in {"A", "AAAA"}]
LEFT_OUT = [one for one in EXCEPTIONS if isinstance(one, LeftOut)]


def is_left_out(case: Case, by: Iterable[LeftOut]) -> bool:
    return any(one.holds in str(case.get(one.member)) for one in by)


def as_prepared(prepared: Case) -> Node:
    """A node that was set up as one of the sets says."""
    with_app = Sandbox(fresh).wire.nodes[0]
    with_app.apps.install(ADVANCED_BLOCKING, config=json.dumps(prepared["config"]))
    with_app.blocked.replace(prepared["blocked"])
    with_app.allowed.replace(prepared["allowed"])
    with_app.resolver.listed = {"builtinlist.test": "U/builtin.txt"}
    with_app.settings["enableBlocking"] = prepared["settings"]["enableBlocking"] == "true"
    with_app.settings["blockingType"] = prepared["settings"]["blockingType"]
    return with_app


def difference(node: Node, case: Case) -> str:
    """What is decided or answered in another way than was recorded."""
    node.ip_addresses = (case["server"],)
    why = reasons.reason(node, case["qname"], case["client"])
    if why is None:
        return "" if case["answer"] in _FREE else f"{case}: not blocked"
    reply = reasons.answer(node, Question(case["qname"], case["qtype"]), why)
    addresses = [record.data["ipAddress"] for record in reply.answer]
    told = [[15, error.text] for error in reply.errors]
    wanted = (case["rcode"], case["answer"], case.get("ede", []))
    return "" if (reply.rcode, addresses, told) == wanted else f"{case}: {reply}"


def test_names_and_patterns_decide_as_recorded() -> None:
    nodes = [as_prepared(prepared) for prepared in _TABLE["sets"]]
    cases = [case for case in CASES if not is_left_out(case, LEFT_OUT)]

    differing = [difference(nodes[case["set"]], case) for case in cases]

    assert len(cases) > 200
    assert [one for one in differing if one] == []


@pytest.mark.parametrize("exception", LEFT_OUT, ids=str)
def test_no_exception_is_needless(exception: LeftOut) -> None:
    nodes = [as_prepared(prepared) for prepared in _TABLE["sets"]]
    others = [one for one in LEFT_OUT if one is not exception]
    cases = [case for case in CASES if not is_left_out(case, others)]

    assert exception.reason
    assert any(difference(nodes[case["set"]], case) for case in cases)


@pytest.mark.timeout(2)
def test_no_pattern_stops_the_node() -> None:
    group = {"name": "all", "allowed": [], "blocked": [], "allowedRegex": []}
    slow = [r"(a+)+$", r"(a|a)*$", r".*.*.*.*.*x", "(" * 5_000, r"(?<name>a)"]
    config = {"networkGroupMap": {"0.0.0.0/0": "all"}, "groups": [{**group, "blockedRegex": slow}]}

    groups = blocking_groups.read(json.dumps(config))

    assert groups.ruling("a" * 63 + ".b" * 90, client="192.0.2.1", local="192.0.2.2") is None
