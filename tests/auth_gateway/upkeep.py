"""What the tests of upkeep say: a quick rhythm, the administrator's calls, and how things stand."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import httpx
from auth_gateway.domain.upkeep_terms import Rhythm
from auth_gateway.jobs.upkeep import UpkeepPace
from companion.keys import SESSION_DUE
from companion.sessions.due import DueSessions
from companion.store import store_time
from redis.asyncio import Redis
from technitium_sandbox.sandbox import Sandbox

from tests.auth_gateway.support import SHORT, Gateway, until

CHECK_PATH: Final = "/api/user/session/get"
NODES: Final = ("ns1", "ns2", "ns3")

_PACE: Final = UpkeepPace(
    poll_s=0.02,
    lease_s=2.0,
    heal_s=0.1,
    answer_s=0.5,
    first_pause_s=0.02,
    # A token stays in doubt for longer than a busy machine takes to ask for it.
    rhythm=Rhythm(check_s=0.2, retry_s=0.05, confirm_s=0.05, doubt_s=5.0),
)
# Each living session is looked at all the time.
LIVELY: Final = replace(SHORT, upkeep=_PACE)
# The same, and a token whose node still takes it stays in doubt for a moment only.
CERTAIN: Final = replace(SHORT, upkeep=replace(_PACE, rhythm=replace(_PACE.rhythm, doubt_s=0.3)))
# Sessions are looked at when they are due, as in production, and found without delay.
PATIENT: Final = replace(SHORT, upkeep=replace(_PACE, first_pause_s=1.0, rhythm=Rhythm()))


async def ask_node(lab: Sandbox, node: str, path: str, **form: str) -> dict[str, Any]:
    """One call of the administrator to a node itself."""
    async with httpx.AsyncClient(base_url=lab.nodes[node].url) as http:
        login = await http.post("/api/user/login", data={"user": "admin", "pass": "admin"})
        bearer = {"Authorization": f"Bearer {login.json()['token']}"}
        answer: dict[str, Any] = (await http.post(path, data=form, headers=bearer)).json()
        await http.post("/api/user/logout", headers=bearer)
    assert answer["status"] == "ok", answer
    return answer


async def states(gateway: Gateway) -> Mapping[str, str] | None:
    """How the person stands with each node; None once the session is over."""
    answer = (await gateway.me()).json()
    if not answer["authenticated"]:
        return None
    return {entry["id"]: entry["state"] for entry in answer["nodes"]}


async def is_over(gateway: Gateway) -> bool:
    return await states(gateway) is None


def everywhere(state: str) -> dict[str, str]:
    return dict.fromkeys(NODES, state)


async def sign_in(gateway: Gateway, redis: Redis, user: str = "viewer") -> Gateway:
    """Sign in, and have the session looked at now rather than within a minute."""
    await gateway.signed_in(user)
    await make_due(gateway, redis)
    return gateway


async def make_due(gateway: Gateway, redis: Redis) -> None:
    """Have the session of this browser looked at now."""
    await DueSessions(redis).pull(await gateway.session())


async def all_served(redis: Redis) -> None:
    """Wait until no session is due, nor being looked at, in the rhythm of production."""

    async def none_due() -> bool:
        soon = await store_time(redis) + 2 * _PACE.lease_s
        return not await redis.zcount(SESSION_DUE, "-inf", soon)

    await until(none_due, what="Sessions stay due.")


def checks(gateway: Gateway, outcome: str) -> float:
    """How many questions to nodes ended so, by the gateway's own figures."""
    name = "companion_node_session_checks_total"
    return gateway.apps.registry.get_sample_value(name, {"outcome": outcome}) or 0


async def checked(gateway: Gateway, outcome: str, *, more: int = 3) -> None:
    """Wait until some more questions ended so."""
    enough = checks(gateway, outcome) + more
    await until(lambda: checks(gateway, outcome) >= enough, what=f"No more {outcome}.")
