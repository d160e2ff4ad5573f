"""`/api/admin/groups/…`: groups and who belongs to them; Everyone is never shown."""

from technitium_sandbox.accounts.directory import MAX_NAME_CHARS, Group
from technitium_sandbox.accounts.permissions import ADMINISTRATORS, BUILT_IN_GROUPS, EVERYONE
from technitium_sandbox.calls.errors import ApiError, access_denied
from technitium_sandbox.calls.routing import Call, Outcome


def groups_list(call: Call) -> Outcome:
    groups = call.node.directory.groups
    names = sorted(set(groups) - {EVERYONE}, key=str.lower)
    return {"groups": [_summary(groups[name]) for name in names]}


def groups_get(call: Call) -> Outcome:
    directory = call.node.directory
    group = directory.group(call.parameters.required("group"))
    fields = _details(call, group)
    if call.parameters.flag("includeUsers"):
        fields["users"] = sorted(directory.users)
    return fields


def groups_create(call: Call) -> Outcome:
    directory, name = call.node.directory, call.parameters.required("group")
    if directory.find_group(name) is not None:
        raise ApiError(f"Group already exists: {name}")
    if len(name) > MAX_NAME_CHARS:
        raise ApiError("Group name length cannot exceed 255 characters. (Parameter 'Name')")
    group = Group(name, call.parameters.present("description") or "")
    directory.groups[name] = group
    call.node.users_changed()
    return _summary(group)


def groups_set(call: Call) -> Outcome:
    group = call.node.directory.group(call.parameters.required("group"))
    _rename(call, group)
    description = call.parameters.present("description")
    if description is not None:
        group.description = description
    members = call.parameters.present("members")
    if members is not None:
        _set_members(call, group, [name for name in members.split(",") if name])
    call.node.users_changed()
    return _details(call, group)


def groups_delete(call: Call) -> Outcome:
    directory, name = call.node.directory, call.parameters.required("group")
    group = directory.find_group(name)
    if group is None:
        raise ApiError(f"Failed to delete group: {name}")
    if group.name in BUILT_IN_GROUPS:
        raise access_denied()
    directory.remove_group(group)
    call.node.zones.forget_group(group.name)
    call.node.users_changed()
    return {}


def _rename(call: Call, group: Group) -> None:
    name, directory = call.parameters.optional("newGroup"), call.node.directory
    if name is None or name == group.name:
        return
    if group.name in BUILT_IN_GROUPS:
        raise access_denied()
    taken = directory.find_group(name)
    if taken is not None and taken is not group:
        raise ApiError(f"Group already exists: {name}")
    old, group.name = group.name, name
    directory.groups[name] = directory.groups.pop(old)
    for user in directory.users.values():
        if old in user.groups:
            user.groups = (user.groups - {old}) | {name}
    for grants in directory.sections.values():
        if old in grants.groups:
            grants.groups[name] = grants.groups.pop(old)


def _set_members(call: Call, group: Group, names: list[str]) -> None:
    directory = call.node.directory
    chosen = {directory.user(name).username for name in names}
    if group.name == ADMINISTRATORS:
        chosen.add(call.user.username)
    if group.name == EVERYONE and chosen != set(directory.users):
        raise access_denied()
    for user in directory.users.values():
        if user.username in chosen:
            user.groups.add(group.name)
        else:
            user.groups.discard(group.name)


def _summary(group: Group) -> dict[str, object]:
    return {"name": group.name, "description": group.description}


def _details(call: Call, group: Group) -> dict[str, object]:
    return {**_summary(group), "members": call.node.directory.members(group.name)}
