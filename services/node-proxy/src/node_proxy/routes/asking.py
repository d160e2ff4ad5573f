"""Asks nodes on behalf of a route: one or all of them, and how long they took."""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Generic, TypedDict, TypeVar

from companion.clock import Clock
from companion.nodes import NodeConfig
from starlette.requests import Request

from node_proxy.domain.fan_out import Reply, ask_each

T = TypeVar("T")


class Needs(TypedDict):
    """What routes that ask nodes take from the application's state."""

    configs: tuple[NodeConfig, ...]
    clock: Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered(Generic[T]):
    """What came of a question: `now` is when it came, in seconds since the epoch."""

    value: T
    now: float
    took_ms: int


async def answered(clock: Clock, asking: Awaitable[T]) -> Answered[T]:
    """The answer, and how long it took."""
    began = clock.monotonic()
    value = await asking
    took_ms = round((clock.monotonic() - began) * 1000)
    return Answered(value=value, now=clock.now(), took_ms=took_ms)


async def of_all(
    request: Request[Any], ask: Callable[[str], Coroutine[Any, Any, T]]
) -> Answered[dict[str, Reply[T]]]:
    """One reply for each configured node, in the order of the settings; `ask` asks one of them."""
    state: Needs = request.state
    clock, node_ids = state["clock"], [config.id for config in state["configs"]]
    return await answered(clock, ask_each(node_ids, ask, monotonic=clock.monotonic))
