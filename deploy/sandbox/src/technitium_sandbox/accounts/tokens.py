"""Opening, finding and ending sessions and tokens of every kind."""

from technitium_sandbox.accounts import sign_in
from technitium_sandbox.accounts.directory import MAX_NAME_CHARS, User
from technitium_sandbox.accounts.people import token_fields
from technitium_sandbox.accounts.sessions import Kind, Session
from technitium_sandbox.calls.errors import ApiError, InvalidToken
from technitium_sandbox.calls.routing import Call, Outcome


def create_token(call: Call) -> Outcome:
    """By a Standard session, else by name and password as a sign-in."""
    if not call.node.version.makes_tokens_by_session:
        return _create_token_by_password(call)
    if call.acting_user is None:
        try:
            call.node.validate(call)
        except InvalidToken:
            return _create_token_by_password(call)
    call.require_standard()
    # A real node does not write this one down until something else about users changes.
    return token_fields(open_token(call, call.user, call.parameters.required("tokenName")))


def create_single_use_token(call: Call) -> Outcome:
    call.require_standard()
    session = open_session(call, call.user, Kind.SINGLE_USE)
    return {"username": session.username, "token": session.token}


def _create_token_by_password(call: Call) -> Outcome:
    parameters = call.parameters
    username, password = parameters.required("user"), parameters.required("pass")
    name = parameters.required("tokenName")
    user = sign_in.authenticate(call, username=username, password=password)
    session = open_token(call, user, name)
    call.node.users_changed()
    return token_fields(session)


def open_session(call: Call, user: User, kind: Kind, name: str | None = None) -> Session:
    now = call.node.clock.now()
    if kind in (Kind.STANDARD, Kind.API_TOKEN):
        user.signed_in(now, call.address)
    return call.node.sessions.open(
        kind, user.username, now=now, address=call.address, agent=call.agent, token_name=name
    )


def open_token(call: Call, user: User, name: str) -> Session:
    if len(name) > MAX_NAME_CHARS:
        raise ApiError("Token name length cannot exceed 255 characters. (Parameter 'TokenName')")
    return open_session(call, user, Kind.API_TOKEN, name)


def find_session(call: Call) -> Session:
    """The session that `partialToken` means, which must not be the caller's own."""
    partial = call.parameters.required("partialToken")
    current = current_session(call)
    if current.token.startswith(partial):
        raise ApiError("Invalid operation: cannot delete current session.")
    session = call.node.sessions.find_partial(partial)
    if session is None:
        raise ApiError(f"No such active session was found for partial token: {partial}")
    return session


def end_session(call: Call, session: Session) -> Outcome:
    """End one session; tokens of a cluster end on its Primary only."""
    if session.kind is Kind.CLUSTER:
        raise ApiError("Invalid operation: cannot delete the Cluster API token.")
    if session.kind is Kind.API_TOKEN and call.node.is_secondary:
        raise ApiError("API tokens can be deleted only on the Primary node.")
    call.node.sessions.end(session.token)
    if session.kind is Kind.API_TOKEN:
        call.node.users_changed()
    return {}


def current_session(call: Call) -> Session:
    if call.session is None:
        raise InvalidToken
    return call.session
