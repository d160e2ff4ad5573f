"""Single sign-on: its settings. Nobody signs in that way here, as there is no provider."""

from dataclasses import dataclass, field

from technitium_sandbox.accounts.permissions import EVERYONE, Right
from technitium_sandbox.calls.errors import ApiError, access_denied
from technitium_sandbox.calls.parameters import Parameters, as_bool
from technitium_sandbox.calls.routing import Call, Outcome, Reach, Route

# The web service starts again that long after a change, and knows it from then on.
RESTART_S = 2
MASK = "*" * 12
_FLAGS = ("ssoEnabled", "ssoAllowSignup", "ssoAllowSignupOnlyForMappedUsers")
_TEXTS = ("ssoAuthority", "ssoClientId", "ssoClientSecret", "ssoMetadataAddress")


@dataclass(slots=True)
class SingleSignOn:
    """What was set by the names of the API, and whether it is in force."""

    flags: dict[str, bool] = field(default_factory=lambda: dict.fromkeys(_FLAGS, False))
    texts: dict[str, str | None] = field(default_factory=lambda: dict.fromkeys(_TEXTS))
    scopes: list[str] = field(default_factory=lambda: ["openid", "profile", "email"])
    group_map: list[dict[str, str]] = field(default_factory=list)
    is_in_force: bool = False

    def rows(self) -> dict[str, object]:
        secret = MASK if self.texts["ssoClientSecret"] else None
        return {
            "ssoEnabled": self.flags["ssoEnabled"],
            **{name: self.texts[name] for name in _TEXTS},
            "ssoClientSecret": secret,
            "ssoScopes": self.scopes,
            **{name: self.flags[name] for name in _FLAGS[1:]},
            "ssoGroupMap": self.group_map,
        }

    def took_effect(self) -> None:
        self.is_in_force = self.flags["ssoEnabled"]


def status(call: Call) -> Outcome:
    return {"ssoEnabled": call.node.sso.is_in_force}


def get(call: Call) -> Outcome:
    fields = call.node.sso.rows()
    if call.parameters.flag("includeGroups"):
        fields["groups"] = sorted(set(call.node.directory.groups) - {EVERYONE}, key=str.lower)
    return fields


def change(call: Call) -> Outcome:
    """Field by field; the mask of the secret leaves the secret as it is."""
    sso, parameters = call.node.sso, call.parameters
    for name in _FLAGS:
        value = parameters.optional(name)
        if value is not None:
            sso.flags[name] = as_bool(value)
    for name in _TEXTS:
        text = parameters.present(name)
        if text is not None and text != MASK:
            sso.texts[name] = text or None
    scopes = parameters.present("ssoScopes")
    if scopes is not None:
        sso.scopes = [one for one in scopes.split("|") if one]
    _map_groups(call, parameters)
    call.node.clock.later(RESTART_S, sso.took_effect)
    call.node.config_changed()
    return sso.rows()


def only_for_nodes(_call: Call) -> Outcome:
    """Nodes tell each other of people who signed in; nobody else may."""
    raise access_denied()


def _map_groups(call: Call, parameters: Parameters) -> None:
    """`remote|local|remote|local`; each local group must be there."""
    text = parameters.present("ssoGroupMap")
    if text is None:
        return
    words = text.split("|") if text and text.lower() != "false" else []
    if len(words) % 2:
        raise ApiError("Index was outside the bounds of the array.")
    for local in words[1::2]:
        call.node.directory.group(local)
    call.node.sso.group_map = [
        {"remoteGroup": remote, "localGroup": local}
        for remote, local in zip(words[::2], words[1::2], strict=True)
    ]


_VIEW, _DELETE = (("Administration", Right.VIEW),), (("Administration", Right.DELETE),)
ROUTES = (
    Route(path="/api/sso/status", reach=Reach.HERE, handler=status),
    Route(path="/api/admin/sso/get", needs=_VIEW, handler=get),
    Route(path="/api/admin/sso/set", needs=_DELETE, reach=Reach.PRIMARY, handler=change),
    Route(path="/api/admin/sso/users/create", reach=Reach.PRIMARY, handler=only_for_nodes),
    Route(path="/api/admin/sso/users/set", reach=Reach.PRIMARY, handler=only_for_nodes),
)
