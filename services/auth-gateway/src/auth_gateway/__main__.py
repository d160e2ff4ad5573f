"""Starts auth-gateway: `python -m auth_gateway`."""

import os
import sys

from companion.env import Env, SettingsRefused, refuse
from companion.listen import run
from companion.logs import configure

from auth_gateway.app import SERVICE, create_apps
from auth_gateway.settings import Settings


def main() -> int:
    env = Env(os.environ)
    try:
        settings = Settings.read(env)
    except SettingsRefused as exc:
        return refuse(exc)
    configure(SERVICE, settings.log_level, warnings=env.warnings)
    apps = create_apps(settings)
    return run([(apps.public, settings.listen), (apps.metrics, settings.metrics)])


if __name__ == "__main__":
    sys.exit(main())
