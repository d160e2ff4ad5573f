"""Starts ptr-worker: `python -m ptr_worker`."""

import sys

from companion.service import Served, main

from ptr_worker.app import SERVICE, create_app
from ptr_worker.settings import Settings


def served(settings: Settings) -> Served:
    return [(create_app(settings), settings.metrics)]


if __name__ == "__main__":
    sys.exit(main(SERVICE, Settings.read, served))
