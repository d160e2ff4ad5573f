"""Asks several nodes, or one node several things, side by side.

One slow or dead node costs its own answer and never another's time.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from companion.technitium.errors import NodeError

NODE_DEADLINE_S = 5.0
"""The time one node gets for one call of a page.

apps/list may wait up to five seconds for the node's own store index and is the slowest of the
calls; everything else answers in milliseconds, and a person who waits longer has given up.
"""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply(Generic[T]):
    """What one node answered, or why it did not, and how long that took."""

    value: T | NodeError
    took_ms: int


@asynccontextmanager
async def side_by_side() -> AsyncGenerator[asyncio.TaskGroup]:
    """A group of tasks that ends as a whole.

    The first failure cancels the others and is raised as itself, not inside a group: what stands
    above knows one error per request.
    """
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None


async def attempt(ask: Awaitable[T]) -> T | NodeError:
    """The answer, or the node's failure as a value: an expected outcome where many are asked."""
    try:
        return await ask
    except NodeError as error:
        return error


async def ask_each(
    node_ids: Iterable[str],
    ask: Callable[[str], Coroutine[Any, Any, T]],
    *,
    monotonic: Callable[[], float],
) -> dict[str, Reply[T]]:
    """One reply per node, in the order given; takes as long as the slowest, not their sum.

    Args:
        node_ids: The nodes to ask.
        ask: Asks one node and keeps that node's deadline.
        monotonic: Seconds of a clock that never goes back.
    """

    async def one(node_id: str) -> Reply[T]:
        began = monotonic()
        value = await attempt(ask(node_id))
        return Reply(value=value, took_ms=round((monotonic() - began) * 1000))

    async with side_by_side() as group:
        tasks = {node_id: group.create_task(one(node_id)) for node_id in node_ids}
    return {node_id: task.result() for node_id, task in tasks.items()}
