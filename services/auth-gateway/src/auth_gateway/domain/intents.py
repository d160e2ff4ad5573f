"""What is written down before a password is sent, so that no session of a node is ever lost.

A sign-in carries its id in the User-Agent; the node shows that agent beside the session it begins.
Whoever finds an intent that nobody works on any more finds that session by it, and ends it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

# Technitium ends sessions by itself after at most a week without a call.
LONGEST_S: Final = 7 * 24 * 3600.0

# What a node shows of another session's token.
PARTIAL_CHARACTERS: Final = 16

_AGENT = re.compile(r"\(sign-in ([0-9a-f]+)\)")
_PARTIAL = re.compile(rf"[\x21-\x7e]{{{PARTIAL_CHARACTERS}}}")
_STANDARD: Final = "Standard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """One sign-in at one node.

    Attributes:
        person: Keyed digest of the user name.
        network: Where its try was counted.
        sign_in_id: Of the sign-in and of the try; it proves nothing.
        owner: Id of the process that sent the password.
        node_id: The node it was sent to.
    """

    person: str
    network: str
    sign_in_id: str
    owner: str
    node_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIntents:
    """Some open intents.

    Attributes:
        orphaned: Their process is no more.
        overdue: It lives, and nothing is heard of them any more.
        under_way: Somebody works on them.
    """

    orphaned: tuple[Intent, ...] = ()
    overdue: tuple[Intent, ...] = ()
    under_way: tuple[Intent, ...] = ()

    @property
    def abandoned(self) -> tuple[Intent, ...]:
        """Those that nobody works on."""
        return self.orphaned + self.overdue


def is_over(*, until: float, now: float, timeout_s: int | None) -> bool:
    """Say whether the node has ended by itself whatever session the sign-in began.

    `timeout_s` is after how long without a call the node does so; 0 is never, None is not known.
    """
    return now >= until + min(timeout_s or LONGEST_S, LONGEST_S)


def agent_of(sign_in_id: str) -> str:
    """What a login adds to its User-Agent."""
    return f"(sign-in {sign_in_id})"


def ghosts(profile: Mapping[str, Any], sign_in_ids: Iterable[str]) -> tuple[str, ...]:
    """The partial tokens of the sessions that these sign-ins began, as a node's profile has them.

    Only sessions that have made no other call since still show the agent of their sign-in.
    """
    wanted, sessions = set(sign_in_ids), profile.get("sessions")
    return tuple(
        session["partialToken"]
        for session in (sessions if isinstance(sessions, list) else [])
        if isinstance(session, dict) and _is_ghost(session, wanted)
    )


def _is_ghost(session: Mapping[str, Any], wanted: set[str]) -> bool:
    agent, partial = session.get("lastSeenUserAgent"), session.get("partialToken")
    if session.get("isCurrentSession") is not False or session.get("type") != _STANDARD:
        return False
    if not isinstance(agent, str) or not isinstance(partial, str):
        return False
    named = _AGENT.search(agent)
    return named is not None and named[1] in wanted and _PARTIAL.fullmatch(partial) is not None
