"""Settings of the Companion that are gone or mean something else, and what to do about each.

A file of settings that served an earlier version starts this one: what stands in it is not an
error. But nobody should believe that a setting still works, so each is said once at the start.
"""

import re
from collections.abc import Mapping
from typing import Final

_NO_SCHEDULES = "there are no schedules here, and nothing changes settings by the clock: remove it"
_NO_STORED_LOGS = "query logs are asked from the nodes and not stored here: remove it"
_NO_ALERTS = "there are no alerts and no mail here: remove it"
_OWN_CERTIFICATE = (
    "no service makes a certificate: name one in HTTPS_CERT_PATH and HTTPS_KEY_PATH, or let "
    "`make run` make one of an authority of its own"
)
_SNAPSHOTS = "what is kept before a change lies in the database of node-proxy: remove it"

# A pattern that fits the whole name, and what its sentence says after the name.
TABLE: Final[Mapping[str, str]] = {
    r"TECHNITIUM_SCHEDULE_TOKEN(_FILE)?": f"{_NO_SCHEDULES}, and end the token at the node",
    r"TECHNITIUM_\w+_QUERY_LOGGER_(APP_NAME|CLASS_PATH)": (
        "the app that keeps the query log is found by itself: remove it"
    ),
    r"HTTPS_SELF_SIGNED(_CERT_DIR|_DAYS|_SANS)?": _OWN_CERTIFICATE,
    r"NODE_ENV": (
        "there is no development mode: name the pages that may call the API in CORS_ORIGINS"
    ),
    r"CACHE_DIR": "nothing is cached on disk: remove it",
    r"(DHCP|ZONE|DNS_FILTERING)_SNAPSHOT_(DIR|RETENTION)": _SNAPSHOTS,
    r"QUERY_LOG_SQLITE_\w+": _NO_STORED_LOGS,
    r"COMPANION_DB_PATH": "there is no such database here: remove it",
    r"DOMAIN_GROUPS_ENABLED": "there are no domain groups here: remove it",
    r"LOG_ALERTS?_\w+": _NO_ALERTS,
    r"SMTP_(HOST|PORT|SECURE|USER|PASS|FROM|REPLY_TO)": _NO_ALERTS,
    r"DNS_SCHEDULES_\w+": _NO_SCHEDULES,
    r"VITE_API_URL": "the pages are served by the gateway and find the API there: remove it",
}


def retired(name: str) -> str | None:
    """What to say of a variable that is set; None where it is none of these."""
    for pattern, says in TABLE.items():
        if re.fullmatch(pattern, name):
            return f"{name} is no longer used: {says}."
    return None
