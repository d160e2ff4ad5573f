"""Every route that asks nodes, and what its answer says of one of them."""

import asyncio
import time
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from tests.edge.support import problem_of

# What a node has for one call, what is said of one that may take longer, and a busy machine.
DEADLINE_S = 5.0
SIGN_IN_DEADLINE_S = 8.0
MARGIN_S = 4.0

LOG_APP = "name=Query%20Logs%20(Sqlite)&classPath=QueryLogsSqlite.App"
RESOLVE = "dnsClient/resolve?domain=nas.home.test&type=A&server=this-server&protocol=Udp"
OF_ONE_NODE = (
    "overview",
    "stats?type=LastHour",
    "logs",
    "logs?deduplicateDomains=true&qname=home",
    "lookup?name=nas.home.test",
    "apps",
    "cluster/state",
    "cluster/settings",
    "technitium/zones/list",
    f"technitium/{RESOLVE}",
    f"technitium/logs/query?{LOG_APP}",
    f"technitium/logs/export?{LOG_APP}&qname=nas.home.test",
)
OF_SEVERAL = (
    "/api/nodes",
    "/api/nodes/all/overview",
    "/api/nodes/all/stats?type=LastHour",
    "/api/nodes/all/lookup?name=nas.home.test",
    "/api/nodes/logs/combined",
    "/api/nodes/logs/combined?deduplicatePerClient=true&qname=home",
    "/api/auth/permissions",
    "/api/health/detailed",
    "/api/nodes/all/technitium/zones/list",
    f"/api/nodes/all/technitium/{RESOLVE}",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Got:
    """One answer, and how many seconds it took."""

    answer: httpx.Response
    took_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an answer about several nodes says of one of them."""

    state: str
    code: str | None
    why: str | None


async def ask(browser: httpx.AsyncClient, path: str) -> Got:
    began = time.monotonic()
    answer = await browser.get(path)
    return Got(answer=answer, took_s=time.monotonic() - began)


async def ask_all(
    people: Mapping[str, httpx.AsyncClient], paths: Iterable[str]
) -> dict[tuple[str, str], Got]:
    """Everybody asks everything at the same time; by person and path."""
    asked = [(name, path) for name in people for path in paths]
    answers = await asyncio.gather(*(ask(people[name], path) for name, path in asked))
    return dict(zip(asked, answers, strict=True))


def told(answer: httpx.Response) -> dict[str, Told]:
    """What is said of each node, by its id."""
    assert answer.status_code == 200, answer.text
    found: Any = answer.json()
    rows = found if isinstance(found, list) else found["nodes"]
    if isinstance(rows, dict):
        rows = rows["details"]
    return {
        row.get("nodeId") or row["id"]: Told(
            state=row["state"],
            code=row.get("code"),
            why=row.get("message") or row.get("reason") or row.get("error"),
        )
        for row in rows
    }


def assert_failed(answer: httpx.Response, node: str, *codes: str) -> None:
    """The answer is one node's failure of one of these codes, which names it and says why."""
    problem = problem_of(answer)
    assert problem["code"] in codes, problem
    assert problem["nodeId"] == node
    assert problem["detail"]
    assert "set-cookie" not in answer.headers


@asynccontextmanager
async def in_time(limit_s: float = DEADLINE_S + MARGIN_S) -> AsyncGenerator[None]:
    """Fails what takes longer."""
    began = time.monotonic()
    yield
    took_s = time.monotonic() - began
    assert took_s < limit_s, f"{took_s:.1f} s"
