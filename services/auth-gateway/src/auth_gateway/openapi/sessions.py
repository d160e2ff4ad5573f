"""GET /api/auth/sessions, DELETE /api/auth/sessions/{id}, POST /api/auth/sessions/end-others."""

import msgspec
from companion.openapi.operation import Answer, Body, Operation, Parameter
from companion.sessions.record import NodeState

from auth_gateway.openapi.shapes import SIGN_IN_PROBLEMS, Code, Text


class NodeOfSession(msgspec.Struct, frozen=True, kw_only=True):
    """Where a session stands with one node."""

    id: str
    state: NodeState


class OwnSession(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One session of whoever asks; times are ISO 8601 in UTC."""

    id: str
    user: str
    current: bool
    created_at: str
    last_seen_at: str
    expires_at: str
    client: str
    agent: str
    nodes: list[NodeOfSession]


class OwnSessions(msgspec.Struct, frozen=True, kw_only=True):
    """Oldest first."""

    sessions: list[OwnSession]


class PasswordAgain(msgspec.Struct, frozen=True, kw_only=True):
    """The password of the session's user, and the code where there is one."""

    password: Text
    totp: Code | None = None


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """How many sessions were ended."""

    ended: int


_PROBLEMS = (*SIGN_IN_PROBLEMS, "node_session_expired")

OPERATIONS = (
    Operation(
        method="GET",
        path="/api/auth/sessions",
        summary="One's own sessions",
        description="Those with the same user name at the same cluster or node.",
        tag="sessions",
        answers=(Answer(description="The sessions.", shape=OwnSessions),),
    ),
    Operation(
        method="DELETE",
        path="/api/auth/sessions/{session_id}",
        summary="End one of one's own sessions",
        description="Takes the password, and the code where there is one, once more. Ending the "
        "current session is signing out.",
        tag="sessions",
        parameters=(Parameter(name="session_id", description="From the list.", where="path"),),
        body=Body(shape=PasswordAgain),
        answers=(Answer(description="Ended.", shape=Ended),),
        problems=(*_PROBLEMS, "session_unknown"),
    ),
    Operation(
        method="POST",
        path="/api/auth/sessions/end-others",
        summary="End all of one's sessions but this one",
        description="Takes the password, and the code where there is one, once more.",
        tag="sessions",
        body=Body(shape=PasswordAgain),
        answers=(Answer(status=201, description="Ended.", shape=Ended),),
        problems=_PROBLEMS,
    ),
)
