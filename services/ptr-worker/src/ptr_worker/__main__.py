"""Starts ptr-worker: `python -m ptr_worker`."""

import os
import sys

from companion.env import Env, SettingsRefused, refuse
from companion.listen import run
from companion.logs import configure

from ptr_worker.app import SERVICE, create_app
from ptr_worker.settings import Settings


def main() -> int:
    env = Env(os.environ)
    try:
        settings = Settings.read(env)
    except SettingsRefused as exc:
        return refuse(exc)
    configure(SERVICE, settings.log_level, warnings=env.warnings)
    return run([(create_app(settings), settings.metrics)])


if __name__ == "__main__":
    sys.exit(main())
