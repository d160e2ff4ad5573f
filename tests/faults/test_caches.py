"""What one person was answered a moment ago is never what another gets."""

import asyncio
from collections.abc import Sequence
from typing import Any

import httpx
import pytest

from tests.faults.asking import LOG_APP
from tests.faults.people import ADMINISTRATOR, NOBODY, signed_in
from tests.faults.stack import FaultyStack

PATHS = (
    "/api/nodes/ns1/overview",
    "/api/nodes/all/overview",
    "/api/nodes/ns1/stats?type=LastHour",
    "/api/nodes/all/stats?type=LastHour",
    "/api/nodes/all/stats?type=LastWeek",
    "/api/nodes/ns1/apps",
    "/api/nodes/known-clients",
    "/api/nodes/ns1/logs",
    "/api/nodes/ns1/logs/stored",
    "/api/nodes/logs/combined",
    "/api/nodes/logs/combined/stored",
    "/api/nodes/logs/combined?deduplicatePerClient=true&qname=home",
    "/api/nodes/logs/export?format=jsonl&qname=nas",
    "/api/nodes/ns1/lookup?name=nas.home.test",
    "/api/nodes/all/lookup?name=nas.home.test",
    "/api/nodes/ns1/technitium/zones/list",
    f"/api/nodes/ns1/technitium/logs/query?{LOG_APP}",
    "/api/nodes/all/technitium/apps/list",
    "/api/primary/technitium/apps/list",
)
TURNS = {
    "first who may": (ADMINISTRATOR, NOBODY),
    "first who may not": (NOBODY, ADMINISTRATOR),
}


@pytest.mark.parametrize("turns", TURNS.values(), ids=TURNS)
async def test_one_after_the_other_each_gets_the_own_answer(
    stack: FaultyStack, turns: Sequence[str]
) -> None:
    async with signed_in(stack, turns[0]) as first, signed_in(stack, turns[1]) as second:
        for path in PATHS:
            answers = [await browser.get(path) for browser in (first, second, first)]
            for name, answer in zip((*turns, turns[0]), answers, strict=True):
                _assert_own(name, answer)


async def test_at_the_same_moment_each_gets_the_own_answer(stack: FaultyStack) -> None:
    """Identical calls of one session are one call to a node; those of two are two."""
    async with signed_in(stack, ADMINISTRATOR) as one, signed_in(stack, NOBODY) as other:
        for node in ("ns1", "ns2", "ns3"):
            stack.fault(node, "slow", seconds=0.3)
        people = [name for _ in PATHS for name in (ADMINISTRATOR, NOBODY)]
        asked = [browser.get(path) for path in PATHS for browser in (one, other)]
        answers = await asyncio.gather(*asked)

    for name, answer in zip(people, answers, strict=True):
        _assert_own(name, answer)


async def test_a_new_session_of_the_same_person_asks_anew(stack: FaultyStack) -> None:
    path = "/api/nodes/ns1/apps"
    async with signed_in(stack, ADMINISTRATOR) as old, signed_in(stack, ADMINISTRATOR) as new:
        await old.get(path)
        stack.control.delete("/requests")
        await new.get(path)

    assert [one["node"] for one in stack.requests(path="/api/apps/list")] == ["ns1"]


def _assert_own(name: str, answer: httpx.Response) -> None:
    where = (name, str(answer.url), answer.text[:500])
    denials = answer.text.count("node_permission_denied")
    if name == ADMINISTRATOR:
        assert answer.status_code == 200, where
        assert denials == 0, where
        # So that the other half of this would notice it.
        assert _holds_data(answer) or "/export" in str(answer.url), where
    else:
        assert denials > 0, where
        assert not _holds_data(answer), where


def _holds_data(answer: httpx.Response) -> bool:
    """Whether anything is in it that only somebody with rights may see."""
    if answer.status_code != 200 or answer.headers["content-type"] != "application/json":
        return False
    return any(map(_is_data, _values(answer.json())))


def _values(found: Any) -> list[tuple[str, Any]]:  # noqa: ANN401 - any JSON
    """Every member at any depth, by name."""
    if isinstance(found, list):
        return [pair for one in found for pair in _values(one)]
    if not isinstance(found, dict):
        return []
    return [*found.items(), *(pair for one in found.values() for pair in _values(one))]


def _is_data(member: tuple[str, Any]) -> bool:
    name, value = member
    told = {
        *("totalQueries", "totalBlockedQueries", "totalClients", "totalZones", "totalApps"),
        *("stats", "sum", "reply", "entries", "answers", "data", "zones", "apps", "ip"),
    }
    return name in told and bool(value) and not _is_denial(value)


def _is_denial(value: Any) -> bool:  # noqa: ANN401 - any JSON
    return isinstance(value, dict) and value.get("state") == "denied"
