"""How old an answer of a node may be when it is given to the same person again.

Seconds for what people watch, a minute for what changes when somebody changes it. A write raises
the session's generation, after which no older answer is given at all.
"""

from collections.abc import Mapping
from typing import Final

from companion.technitium.calls import APPS_LIST, SESSION_GET, STATS_GET, Call

# What one page asks in one go is one question, even when somebody wants it asked now.
JUST_NOW_S: Final = 0.2
# A page with a card for each node asks the same of a node several times within this.
GLANCE_S: Final = 2.0
_WATCHED_S: Final = 5.0
SLOW_S: Final = 60.0
# As the Companion keeps its list of clients.
LEASES_KEPT_S: Final = 30.0

_ALLOWED_S: Final[Mapping[str, float]] = {
    SESSION_GET.path: GLANCE_S,
    APPS_LIST.path: SLOW_S,
    STATS_GET.path: _WATCHED_S,
}
# Ranges that end yesterday or earlier.
_OVER: Final = frozenset({"LastWeek", "LastMonth", "LastYear"})


def allowed_age_s(call: Call, params: Mapping[str, str]) -> float:
    """Seconds for which the answer of a call is given again; 0: only while it is under way."""
    if call.changes:
        return 0.0
    if call.path == STATS_GET.path and params.get("type") in _OVER:
        return SLOW_S
    return _ALLOWED_S.get(call.path, 0.0)
