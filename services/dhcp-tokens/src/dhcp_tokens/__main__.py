"""Starts dhcp-tokens: `python -m dhcp_tokens`."""

import sys

from companion.service import Served, main

from dhcp_tokens.app import SERVICE, create_apps
from dhcp_tokens.settings import Settings


def served(settings: Settings) -> Served:
    apps = create_apps(settings)
    return [(apps.public, settings.listen), (apps.metrics, settings.metrics)]


if __name__ == "__main__":
    sys.exit(main(SERVICE, Settings.read, served, spared=lambda each: each.transport.trusts))
