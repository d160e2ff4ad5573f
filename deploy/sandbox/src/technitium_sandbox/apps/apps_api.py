"""`/api/apps/*`: installing by upload or from the store, configuring, taking away."""

import io
import re
import zipfile

from technitium_sandbox.accounts.permissions import Right
from technitium_sandbox.apps import advanced_blocking
from technitium_sandbox.apps.table import ADVANCED_BLOCKING, KINDS, App, Kind
from technitium_sandbox.calls.dotnet_text import check_url
from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.calls.routing import Call, Outcome, Reach, Route
from technitium_sandbox.logs.log_files import CONFIG_FOLDER

# A file shorter than the last record of a zip fails in another way than a longer one.
_LAST_RECORD_BYTES = 18
_STORE = "go.technitium.com"
_HOST = re.compile(r"https://(?:[^/?#@]*@)?(\[[^]]*\]|[^/?#:]*)(?::([0-9]+))?", re.IGNORECASE)
_NUMERIC = re.compile(r"[0-9.]+|\[.*\]")


def apps_list(call: Call) -> Outcome:
    return {"apps": call.node.apps.rows()}


def list_store_apps(call: Call) -> Outcome:
    apps = call.node.apps
    if not apps.has_store:
        raise _unreachable(_STORE, None)
    return {"storeApps": [_offer(kind, apps.find(kind.name)) for kind in KINDS.values()]}


def _offer(kind: Kind, installed: App | None) -> dict[str, object]:
    offer: dict[str, object] = {
        "name": kind.name,
        "description": kind.description,
        "version": kind.version,
        "url": kind.url,
        "size": kind.size,
        "installed": installed is not None,
    }
    if installed is not None:
        offer |= {"installedVersion": kind.version, "updateAvailable": False}
    return offer


def config_get(call: Call) -> Outcome:
    return {"config": call.node.apps.get(_name(call)).config}


def config_set(call: Call) -> Outcome:
    """The text is kept as it was sent; no app that is known here takes an empty one."""
    name = call.node.apps.get(_name(call)).name
    config = call.parameters.present("config")
    if config is None:
        raise ApiError("Parameter 'config' missing.")
    if not config and call.node.apps.get(name).kind is not None:
        raise ApiError(call.node.version.empty_app_config)
    call.node.apps.configure(name, config)
    call.node.config_changed()
    return {}


def install(call: Call) -> Outcome:
    """The app that is known by the name given, whatever the zip holds."""
    name = _name(call)
    return _install(call, name, _zip(call))


def update(call: Call) -> Outcome:
    """The same app again; its configuration stays."""
    name = _name(call)
    return _update(call, name, _zip(call))


def download_and_install(call: Call) -> Outcome:
    return _install(call, _name(call), _download(call))


def download_and_update(call: Call) -> Outcome:
    return _update(call, _name(call), _download(call))


def uninstall(call: Call) -> Outcome:
    if call.node.apps.uninstall(_name(call)):
        call.node.config_changed()
    return {}


def _install(call: Call, name: str, content: bytes) -> Outcome:
    _check_name(name)
    apps = call.node.apps
    if name in apps:
        raise ApiError(f"DNS application already exists: {name}")
    _check_zip(call, name, content)
    app = apps.install(name, config=_older_config(call, name))
    call.node.config_changed()
    return {"installedApp": apps.row(app)}


def _update(call: Call, name: str, content: bytes) -> Outcome:
    app = call.node.apps.find(name)
    if app is None:
        raise ApiError(f"DNS application does not exists: {name}")
    _check_zip(call, name, content)
    call.node.config_changed()
    return {"updatedApp": call.node.apps.row(app)}


def _download(call: Call) -> bytes:
    """What is at an address: the apps of the store when there is one, and nobody anywhere else."""
    url = call.parameters.required("url")
    if not url.lower().startswith("https://"):
        raise ApiError("Parameter 'url' value must start with 'https://'.")
    check_url(url)
    if call.node.apps.has_store and any(url == kind.url for kind in KINDS.values()):
        return b""
    found = _HOST.match(url)
    host, port = (found[1], found[2]) if found else ("", None)
    raise _unreachable(host, port)


def _name(call: Call) -> str:
    return call.parameters.required("name").strip()


def _zip(call: Call) -> bytes:
    if not call.uploads:
        raise ApiError("DNS application zip file is missing.")
    return call.uploads[0].content


def _check_name(name: str) -> None:
    """It becomes the name of a folder."""
    for char in "\0/":
        if char in name:
            raise ApiError(f"The application name contains an invalid character: {char}")
    if name in {"", ".", ".."}:
        raise ApiError(f"The application name is invalid: {name}")


def _older_config(call: Call, name: str) -> str | None:
    """The default configuration where it is not the present one."""
    if name != ADVANCED_BLOCKING or call.node.version.app_config_has_minutes:
        return None
    return advanced_blocking.without_minutes(KINDS[name].config)


def _check_zip(call: Call, name: str, content: bytes) -> None:
    """Only what is not known by its name must be a zip."""
    if name in KINDS or zipfile.is_zipfile(io.BytesIO(content)):
        return
    if len(content) < _LAST_RECORD_BYTES:
        is_temporary = call.node.version.names_temporary_file
        path = f"{CONFIG_FOLDER}/apps/{name}/{name}.zip"
        if is_temporary:
            path = "/tmp/tmpsandbox.tmp"  # noqa: S108 - named in a message, never opened
        raise ApiError("Central Directory corrupt.", inner=f"Invalid argument : '{path}'")
    raise ApiError("End of Central Directory record could not be found.")


def _unreachable(host: str, port: str | None) -> ApiError:
    """Addresses refuse the connection, names are not known."""
    if _NUMERIC.fullmatch(host):
        refused = "Connection refused"
        return ApiError(f"{refused} ({host}:{port or 443})", inner=refused)
    unknown = "Name or service not known"
    return ApiError(f"{unknown} ({host}:{port or 443})", inner=unknown)


_POST = ("POST",)
_ANY_METHOD = ("GET", "POST")
ROUTES = (
    Route(
        path="/api/apps/list",
        needs=(("Apps", Right.VIEW), ("Zones", Right.VIEW), ("Logs", Right.VIEW)),
        handler=apps_list,
    ),
    *(
        Route(
            path=f"/api/apps/{path}",
            reach=reach,
            needs=(("Apps", right),),
            handler=handler,
            methods=methods,
        )
        for path, reach, right, handler, methods in (
            ("listStoreApps", Reach.ANY, Right.VIEW, list_store_apps, _ANY_METHOD),
            ("config/get", Reach.ANY, Right.VIEW, config_get, _ANY_METHOD),
            ("config/set", Reach.PRIMARY, Right.MODIFY, config_set, _ANY_METHOD),
            ("downloadAndInstall", Reach.PRIMARY, Right.DELETE, download_and_install, _ANY_METHOD),
            ("downloadAndUpdate", Reach.PRIMARY, Right.DELETE, download_and_update, _ANY_METHOD),
            ("install", Reach.PRIMARY, Right.DELETE, install, _POST),
            ("update", Reach.PRIMARY, Right.DELETE, update, _POST),
            ("uninstall", Reach.PRIMARY, Right.DELETE, uninstall, _ANY_METHOD),
        )
    ),
)
