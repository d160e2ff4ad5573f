"""Starts node-proxy: `python -m node_proxy`."""

import os
import sys

from companion.env import Env, SettingsRefused, refuse
from companion.listen import run
from companion.logs import configure

from node_proxy.app import SERVICE, create_apps
from node_proxy.settings import Settings


def main() -> int:
    """Read the environment, serve, and return the exit code."""
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
