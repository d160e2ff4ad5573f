"""Starts auth-gateway: `python -m auth_gateway`."""

import sys

from companion.service import Served, main

from auth_gateway.app import SERVICE, create_apps
from auth_gateway.settings import Settings


def served(settings: Settings) -> Served:
    apps = create_apps(settings)
    plain = [] if settings.plain is None else [(apps.plain, settings.plain)]
    return [
        (apps.public, settings.listen),
        *plain,
        (apps.internal, settings.internal),
        (apps.metrics, settings.metrics),
    ]


if __name__ == "__main__":
    sys.exit(main(SERVICE, Settings.read, served, spared=lambda each: each.transport.trusts))
