"""`settings/backup` and `settings/restore`: a zip file with what a simulated node can give back.

Real backups hold the files of a node; here one JSON file holds its settings, when they are asked
for. A backup of a real node restores nothing.
"""

import io
import zipfile
from datetime import UTC, datetime
from typing import Any

import msgspec

from technitium_sandbox.calls.envelope import download
from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.calls.routing import Call, Outcome
from technitium_sandbox.settings import settings

PARTS = (
    "authConfig",
    "clusterConfig",
    "webServiceSettings",
    "dnsSettings",
    "logSettings",
    "zones",
    "allowedZones",
    "blockedZones",
    "blockLists",
    "apps",
    "scopes",
    "stats",
    "logs",
)
_SETTINGS = "settings.json"
_MOST_BYTES = 1_000_000
_NO_ZIP = "End of Central Directory record could not be found."


def backup(call: Call) -> Outcome:
    """A zip file with the parts that are named; none of them is in it by itself."""
    wanted = {part for part in PARTS if call.parameters.flag(part)}
    now = call.node.clock.now()
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        if "dnsSettings" in wanted:
            archive.writestr(_SETTINGS, msgspec.json.encode(call.node.settings))
    stamp = datetime.fromtimestamp(now, tz=UTC).strftime("%Y-%m-%d_%H-%M-%S")
    name = f"{call.node.domain}_{stamp}_backup.zip"
    return download(file.getvalue(), name, b"application/zip")


def restore(call: Call) -> Outcome:
    """Take the settings out of a backup again; the answer has them all."""
    wants_settings = [call.parameters.flag(part) for part in PARTS][PARTS.index("dnsSettings")]
    call.parameters.flag("deleteExistingFiles")
    if not call.uploads:
        raise ApiError("DNS backup zip file is missing.")
    saved = _read(call.uploads[0].content)
    if wants_settings:
        for key, value in saved.items():
            if key in call.node.settings and _is_alike(value, call.node.settings[key]):
                call.node.settings[key] = value
    call.node.config_changed()
    return settings.view(call.node)


def _read(content: bytes) -> dict[str, Any]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if _SETTINGS not in archive.namelist():
                return {}
            with archive.open(_SETTINGS) as file:
                found: dict[str, Any] = msgspec.json.decode(
                    file.read(_MOST_BYTES), type=dict[str, Any]
                )
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, OSError, ValueError):
        raise ApiError(_NO_ZIP) from None
    except (NotImplementedError, RuntimeError):
        return {}
    return found


def _is_alike(value: object, before: object) -> bool:
    """Of the same kind as what is there: a file made by hand cannot break the node."""
    if value is None or before is None:
        return value is None or isinstance(value, list | str)
    return type(value) is type(before)
