"""The two modes a stack can run in, by the words that services compare.

With sessions people sign in, and each acts with their own Technitium rights. In legacy mode nobody
signs in: the tokens of the settings act for everybody who reaches the stack.
"""

from typing import Final

SESSION: Final = "session"
LEGACY: Final = "legacy"

# For the log, /api/auth/me and every page: nobody may run so without having been told.
NOTICE: Final = (
    "Nobody signs in here: whoever reaches this address can do with your nodes whatever the "
    "configured tokens may. Set AUTH_SESSION_ENABLED=true to have people sign in."
)


def mode_of(*, session_auth: bool) -> str:
    return SESSION if session_auth else LEGACY
