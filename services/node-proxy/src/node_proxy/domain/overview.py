"""One node at a glance: what it is, how busy it was, what it holds.

It costs a node two calls, for the day's numbers and those of the running hour; what changes
slowly is asked once a minute, and shared with whoever else asked for it. A right the person lacks
costs the part of the answer that it protects, never the rest.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import msgspec
from companion.technitium.calls import APPS_LIST
from companion.technitium.errors import NodeError, NodeSessionExpired
from companion.technitium.session_info import SessionInfo

from node_proxy.domain.answer import ask, ask_info
from node_proxy.domain.apps import AppsList
from node_proxy.domain.dashboard.node_stats import Asked, ask_stats, totals_of
from node_proxy.domain.dashboard.ranges import LAST_DAY
from node_proxy.domain.fan_out import attempt, side_by_side
from node_proxy.domain.freshness import SLOW_S
from node_proxy.domain.instant import format_instant, parse_instant
from node_proxy.domain.outcome import SectionWord, section_word
from node_proxy.domain.ports import PersonsNodes

T = TypeVar("T")
R = TypeVar("R")


class Section(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether one part of the overview is there, and if not, why."""

    state: SectionWord
    code: str | None = None
    section: str | None = None
    permission: str | None = None
    message: str | None = None


class Overview(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What `GET /api/nodes/{id}/overview` answers; null is "not known", never zero."""

    node_id: str
    version: str
    uptime: int | None
    total_zones: int | None
    total_queries: int | None
    total_blocked_queries: int | None
    total_clients: int | None
    total_apps: int | None
    has_advanced_blocking: bool | None
    fetched_at: str
    took_ms: int
    sections: dict[str, Section]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the node answered to each question of an overview."""

    info: SessionInfo
    day: Asked | NodeError
    apps: AppsList | NodeError


async def ask_overview(nodes: PersonsNodes, node_id: str) -> Parts:
    """Asks everything at once, so that it takes one deadline at most.

    Raises:
        NodeError: The node did not even say who is asking: there is nothing to show. The same when
            it says in any part that this person's session there is over.
    """

    async def part(asking: Awaitable[T]) -> T | NodeError:
        """A failed part as a value, but for the one failure that concerns the whole node."""
        outcome = await attempt(asking)
        if isinstance(outcome, NodeSessionExpired):
            raise outcome
        return outcome

    async with side_by_side() as group:
        # What a node is, and what is installed there, is what it was a minute ago, nearly always;
        # the day's numbers are what people look for.
        info = group.create_task(ask_info(nodes, node_id, max_age_s=SLOW_S))
        day = group.create_task(part(ask_stats(nodes, node_id, LAST_DAY)))
        apps = group.create_task(part(ask(nodes, node_id, APPS_LIST, AppsList)))
    return Parts(info=info.result(), day=day.result(), apps=apps.result())


def overview(node_id: str, parts: Parts, *, now: float, took_ms: int) -> Overview:
    """The answer out of its parts; `now` is in seconds since the epoch."""
    day, apps = parts.day, parts.apps
    totals = day if isinstance(day, NodeError) else totals_of(day)
    return Overview(
        node_id=node_id,
        version=parts.info.version,
        uptime=uptime_s(parts.info.started_at, now=now),
        total_zones=_of(day, lambda answer: answer.main.stats.zones),
        total_queries=_of(totals, lambda answer: answer.total_queries),
        total_blocked_queries=_of(totals, lambda answer: answer.total_blocked),
        total_clients=_of(totals, lambda answer: answer.total_clients),
        total_apps=_of(apps, lambda answer: len(answer.apps)),
        has_advanced_blocking=_of(apps, lambda answer: answer.has_advanced_blocking),
        fetched_at=format_instant(now),
        took_ms=took_ms,
        sections={"stats": _section(day), "apps": _section(apps)},
    )


def uptime_s(started_at: str | None, *, now: float) -> int | None:
    """Whole seconds since the node started; None where it did not say when, never negative."""
    started = parse_instant(started_at)
    return None if started is None else max(0, int(now - started))


def _of(part: T | NodeError, value: Callable[[T], R]) -> R | None:
    return None if isinstance(part, NodeError) else value(part)


def _section(part: object) -> Section:
    if not isinstance(part, NodeError):
        return Section(state="ok")
    return Section(
        state=section_word(part),
        code=part.code,
        section=part.section,
        permission=part.permission,
        message=part.message,
    )
