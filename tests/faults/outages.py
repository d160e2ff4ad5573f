"""One node away in one of several ways, and everything that everybody was answered meanwhile."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import httpx

from tests.faults.asking import OF_ONE_NODE, OF_SEVERAL, Got, ask_all
from tests.faults.people import ADMINISTRATOR, all_signed_in
from tests.faults.stack import NODES, PRIMARY, FaultyStack

OF_THE_PRIMARY: Final = "/api/primary/technitium/zones/list"
CHANGE: Final = "blocked/add"
AT_A_TIME: Final = len(OF_SEVERAL) + len(OF_ONE_NODE) + 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """What happens to one node, and the state that others are told of it."""

    name: str
    away: str
    state: str
    begin: Callable[[FaultyStack], None]

    @property
    def others(self) -> list[str]:
        return [name for name in NODES if name != self.away]


def _ended(node: str, name: str) -> Outage:
    return Outage(
        name=name, away=node, state="unreachable", begin=lambda stack: stack.take_down(node)
    )


def _silent(node: str, name: str) -> Outage:
    return Outage(name=name, away=node, state="timeout", begin=lambda stack: stack.pause(node))


OUTAGES: Final = (
    _ended("ns3", "a node is ended"),
    _silent("ns3", "a node is paused"),
    _ended(PRIMARY, "the Primary is ended"),
    _silent(PRIMARY, "the Primary is paused"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class During:
    """What was answered while it lasted.

    Attributes:
        answers: To reads, by person and path.
        change: To an administrator's change at the Primary.
        changed: The nodes that got it.
        busy_s: Seconds that the slowest took when as much was asked of nodes that were well.
    """

    outage: Outage
    answers: Mapping[tuple[str, str], Got]
    change: httpx.Response
    changed: list[str]
    busy_s: float

    def of(self, *paths: str) -> dict[tuple[str, str], httpx.Response]:
        """The answers to some paths, by person and path."""
        return {key: got.answer for key, got in self.answers.items() if key[1] in paths}

    def of_node(self, node: str) -> dict[tuple[str, str], httpx.Response]:
        """The answers about one node alone, by person and path."""
        begin = f"/api/nodes/{node}/"
        return {key: got.answer for key, got in self.answers.items() if key[1].startswith(begin)}


def during(stack: FaultyStack, outage: Outage) -> During:
    """Let it happen, ask everything at once as everybody, and undo it."""
    stack.calm()
    try:
        return asyncio.run(_asked(stack, outage))
    finally:
        stack.calm()


def _routes(node: str) -> list[str]:
    return [f"/api/nodes/{node}/{route}" for route in OF_ONE_NODE]


async def _asked(stack: FaultyStack, outage: Outage) -> During:
    asked = [*OF_SEVERAL, OF_THE_PRIMARY, *_routes(outage.away)]
    async with all_signed_in(stack, connections=AT_A_TIME) as people:
        usual = await ask_all(people, asked)
    # Other sessions, which nobody has told anything yet.
    async with all_signed_in(stack, connections=AT_A_TIME) as people:
        outage.begin(stack)
        answers, change = await asyncio.gather(
            ask_all(people, asked),
            people[ADMINISTRATOR].post(
                f"/api/primary/technitium/{CHANGE}", data={"domain": "outage.test"}
            ),
        )
        # One process simulates all nodes: more at a time would make well ones slow.
        for node in outage.others:
            answers |= await ask_all(people, _routes(node))
    received = [one["node"] for one in stack.requests(path=f"/api/{CHANGE}")]
    return During(
        outage=outage,
        answers=answers,
        change=change,
        changed=received,
        busy_s=max(got.took_s for got in usual.values()),
    )
