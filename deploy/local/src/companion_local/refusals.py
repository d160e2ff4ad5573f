"""What the settings of all services have against a start, asked at once and without starting any.

A service that refuses its settings names its own problems; whoever mends them wants to see those
of the others too, not one service at a time.
"""

import asyncio
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Sequence

from companion_local.child import ProcessPlan

DEADLINE_S = 20.0


async def refusals(services: Sequence[ProcessPlan]) -> list[str]:
    """Every line with which a service refuses, each once, in the order of the services."""
    said = await asyncio.gather(*(_said(plan) for plan in services))
    return list(dict.fromkeys(line for lines in said for line in lines))


async def _said(plan: ProcessPlan) -> list[str]:
    process = await asyncio.create_subprocess_exec(
        *plan.command, "--check", env=dict(plan.env), stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE
    )
    try:
        async with asyncio.timeout(DEADLINE_S):
            _, errors = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        return []
    return errors.decode(errors="replace").splitlines() if process.returncode else []
