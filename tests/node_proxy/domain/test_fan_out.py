"""Several nodes are asked side by side; one failure is a value, a fault is one error."""

import asyncio

import pytest
from companion.clock import FixedClock
from companion.technitium.errors import NodeUnreachable
from node_proxy.domain.fan_out import ask_each, side_by_side


async def test_failed_node_leaves_the_others_replies() -> None:
    async def ask(node_id: str) -> str:
        if node_id == "ns2":
            raise NodeUnreachable(node_id, "Nothing answers.")
        return f"I am {node_id}."

    replies = await ask_each(["ns1", "ns2", "ns3"], ask, monotonic=FixedClock().monotonic)

    assert list(replies) == ["ns1", "ns2", "ns3"]
    assert replies["ns3"].value == "I am ns3."
    assert isinstance(replies["ns2"].value, NodeUnreachable)


async def test_nodes_are_asked_at_the_same_time() -> None:
    met = asyncio.Barrier(3)

    async def ask(_: str) -> None:
        async with asyncio.timeout(5):
            await met.wait()

    await ask_each(["ns1", "ns2", "ns3"], ask, monotonic=FixedClock().monotonic)


async def test_time_of_each_node_is_told_in_milliseconds() -> None:
    clock = FixedClock()

    async def ask(_: str) -> None:
        clock.advance(0.25)

    replies = await ask_each(["ns1"], ask, monotonic=clock.monotonic)

    assert replies["ns1"].took_ms == 250


async def test_fault_is_raised_as_itself_and_ends_the_others() -> None:
    cancelled = asyncio.Event()

    async def wait() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    async def fail() -> None:
        raise LookupError("a fault of ours")

    async def both() -> None:
        async with side_by_side() as group:
            group.create_task(wait())
            group.create_task(fail())

    with pytest.raises(LookupError, match="a fault of ours"):
        await both()

    assert cancelled.is_set()
