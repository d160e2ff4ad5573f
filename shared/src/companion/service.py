"""How every service starts: its settings, then its log, then its applications until the end.

With `--check` it reads its settings, says what is wrong with them, and ends. Exit codes: 2 for
settings that are refused, by us or by Redis, else those of `companion.listen.serve`.
"""

import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from starlette.types import ASGIApp

from companion.connections import Spared
from companion.env import Env, SettingsRefused, refuse
from companion.garbage import look_seldom
from companion.listen import Listen, run
from companion.logs import configure
from companion.store_refusal import store_refusal

CHECK = "--check"

Served = Sequence[tuple[ASGIApp, Listen]]


class StartSettings(Protocol):
    """What starting needs to know of any service's settings."""

    @property
    def log_level(self) -> int: ...

    @property
    def redis_url(self) -> str: ...


Settings = TypeVar("Settings", bound=StartSettings)


def main(
    service: str,
    read: Callable[[Env], Settings],
    create: Callable[[Settings], Served],
    *,
    spared: Callable[[Settings], Spared] | None = None,
) -> int:
    """Serve with the settings of this process's environment; the result is the exit code.

    Args:
        service: The name that every log line carries.
        read: Reads the settings; raises `SettingsRefused` with all that is wrong.
        create: Makes the applications, each with the address it is served at.
        spared: Gives the peers that may have any number of connections; without, this machine.
    """
    env = Env(os.environ)
    try:
        settings = read(env)
    except SettingsRefused as exc:
        return refuse(exc)
    if CHECK in sys.argv[1:]:
        return 0
    if (refusal := asyncio.run(store_refusal(settings.redis_url))) is not None:
        return refuse(SettingsRefused([refusal], env.warnings))
    configure(service, settings.log_level, warnings=env.warnings)
    apps = create(settings)
    look_seldom()
    return run(apps, spared=spared(settings) if spared else lambda _: False)
