"""`/api/admin/permissions/…` and `/api/admin/sessions/…`: rights of sections, tokens of people."""

from collections.abc import Iterator

from technitium_sandbox.accounts import people, tokens
from technitium_sandbox.accounts.permissions import SECTIONS, Right, forced_groups, rows
from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.calls.parameters import as_bool, as_choice
from technitium_sandbox.calls.routing import Call, Outcome

_ROW_FIELDS = 4


def permissions_list(call: Call) -> Outcome:
    return {"permissions": [_section(call, section) for section in SECTIONS]}


def permissions_get(call: Call) -> Outcome:
    directory = call.node.directory
    section = as_choice(call.parameters.required("section"), SECTIONS)
    fields = _section(call, section)
    if call.parameters.flag("includeUsersAndGroups"):
        fields["users"] = sorted(directory.users)
        fields["groups"] = sorted(directory.groups, key=str.lower)
    return fields


def permissions_set(call: Call) -> Outcome:
    """Each list that is given replaces the one before it; forced rows come back by themselves."""
    if call.node.is_secondary:
        raise ApiError("Permissions for sections can be set only on the Primary node.")
    directory = call.node.directory
    section = as_choice(call.parameters.required("section"), SECTIONS)
    grants = directory.sections[section]
    users = call.parameters.present("userPermissions")
    if users is not None:
        grants.users = {
            name.lower(): bits
            for name, bits in parse_rows(users)
            if name.lower() in directory.users
        }
    groups = call.parameters.present("groupPermissions")
    if groups is not None:
        given = {name: bits for name, bits in parse_rows(groups) if name in directory.groups}
        grants.groups = given | forced_groups(section)
    call.node.users_changed()
    return _section(call, section)


def sessions_list(call: Call) -> Outcome:
    return {"sessions": people.session_rows(call)}


def sessions_create_token(call: Call) -> Outcome:
    username, name = call.parameters.required("user"), call.parameters.required("tokenName")
    user = call.node.directory.user(username)
    if user.disabled:
        raise ApiError("User account is disabled. Please contact your administrator.")
    session = tokens.open_token(call, user, name)
    call.node.users_changed()
    return people.token_fields(session)


def sessions_delete(call: Call) -> Outcome:
    return tokens.end_session(call, tokens.find_session(call))


def _section(call: Call, section: str) -> dict[str, object]:
    grants = call.node.directory.sections[section]
    return {
        "section": section,
        "userPermissions": rows("username", grants.users),
        "groupPermissions": rows("name", grants.groups),
    }


def parse_rows(text: str) -> Iterator[tuple[str, int]]:
    """Rows of `name|view|modify|delete`, one after the other."""
    fields = text.split("|") if text else []
    for start in range(0, len(fields), _ROW_FIELDS):
        row = fields[start : start + _ROW_FIELDS]
        if len(row) < _ROW_FIELDS:
            raise ApiError("Index was outside the bounds of the array.")
        bits = Right.NONE
        for value, right in zip(row[1:], (Right.VIEW, Right.MODIFY, Right.DELETE), strict=True):
            bits |= right if as_bool(value) else Right.NONE
        yield row[0], int(bits)
