"""Starts node-proxy: `python -m node_proxy`."""

import sys

from companion.service import Served, main

from node_proxy.app import SERVICE, create_apps
from node_proxy.settings import Settings


def served(settings: Settings) -> Served:
    apps = create_apps(settings)
    return [(apps.public, settings.listen), (apps.metrics, settings.metrics)]


if __name__ == "__main__":
    sys.exit(main(SERVICE, Settings.read, served, spared=lambda each: each.transport.trusts))
