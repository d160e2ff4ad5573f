"""Whether a service lives and whether it can work: /livez, /readyz and a summary at /health.

A service lives as long as it can answer at all, also while its store is gone: restarting it
would help nobody. It is ready when everything that it needs for its work answers.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Protocol

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from companion import keys
from companion.mode import mode_of
from companion.problems import Problem
from companion.store import StoreUnavailable, store_errors

CHECK_DEADLINE_S = 1.0

Check = Callable[[], Awaitable[None]]


class NotReady(Exception):  # noqa: N818 - it states an outcome, not a fault
    """A check's own word for why its service cannot work; people read it."""


class Readiness:
    """Named checks; each ends by returning (fine) or raising (the reason, in its message)."""

    def __init__(
        self, checks: Mapping[str, Check] | None = None, *, deadline_s: float = CHECK_DEADLINE_S
    ) -> None:
        self.checks = dict(checks or {})
        self.deadline_s = deadline_s

    async def reasons(self) -> dict[str, str | None]:
        """What each check says: None when it is fine. All run at once, each with the deadline."""
        names = list(self.checks)
        said = await asyncio.gather(*(self._reason(self.checks[name]) for name in names))
        return dict(zip(names, said, strict=True))

    async def _reason(self, check: Check) -> str | None:
        try:
            async with asyncio.timeout(self.deadline_s):
                await check()
        except (NotReady, StoreUnavailable) as exc:
            return str(exc)
        except TimeoutError:
            return f"No answer within {self.deadline_s:g} s."
        except Exception as exc:  # noqa: BLE001 - a check that breaks is a check that fails
            # Its text may name what outsiders need not know; the kind is enough for a probe.
            return f"The check failed ({type(exc).__name__})."
        return None


class Store(Protocol):
    """What the checks need of a Redis client."""

    def ping(self) -> Any: ...  # noqa: ANN401 - as redis-py types it

    def get(self, name: str) -> Any: ...  # noqa: ANN401 - the same


def store_check(store: Store) -> Check:
    """Fine when Redis answers."""

    async def check() -> None:
        with store_errors():
            await store.ping()

    return check


def mode_check(store: Store, own: str) -> Check:
    """Fine when the running stack is in this service's own mode, or has not said any yet."""

    async def check() -> None:
        with store_errors():
            value = await store.get(keys.MODE)
        mode = value.decode() if isinstance(value, bytes) else value
        if mode is not None and mode != own:
            raise NotReady(
                f"This service runs in mode {own}, the others in mode {mode}: give "
                "AUTH_SESSION_ENABLED the same value everywhere."
            )

    return check


def stack_readiness(store: Store, *, session_auth: bool) -> Readiness:
    """For a service that can work when Redis answers and the stack runs in its own mode."""
    return Readiness(
        {
            "redis": store_check(store),
            "mode": mode_check(store, mode_of(session_auth=session_auth)),
        }
    )


def health_routes(
    service: str,
    readiness: Readiness,
    *,
    monotonic: Callable[[], float] = time.monotonic,
) -> list[Route]:
    """The three routes of a service; `service` is the name of its distribution."""
    began = monotonic()

    async def livez(_: Request) -> Response:
        return _json({"status": "live"})

    async def readyz(_: Request) -> Response:
        reasons = await readiness.reasons()
        failing = sorted(name for name, reason in reasons.items() if reason is not None)
        if failing:
            raise Problem("not_ready", f"Not ready: {', '.join(failing)}.", checks=_shown(reasons))
        return _json({"status": "ready", "checks": _shown(reasons)})

    async def health(_: Request) -> Response:
        reasons = await readiness.reasons()
        ready = all(reason is None for reason in reasons.values())
        return _json(
            {
                "status": "ok" if ready else "degraded",
                "service": service,
                "version": service_version(service),
                "uptimeSeconds": int(monotonic() - began),
                "checks": _shown(reasons),
            }
        )

    return [
        Route("/livez", livez),
        Route("/readyz", readyz),
        Route("/health", health),
    ]


def service_version(service: str) -> str:
    try:
        return version(service)
    except PackageNotFoundError:
        return "unknown"


def _shown(reasons: Mapping[str, str | None]) -> dict[str, dict[str, object]]:
    return {
        name: {"ok": True} if reason is None else {"ok": False, "reason": reason}
        for name, reason in reasons.items()
    }


def _json(body: object) -> Response:
    return Response(
        msgspec.json.encode(body),
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )
