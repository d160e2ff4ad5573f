"""Which API path a request means: one of the table, one that is refused, or none.

What a client wrote is compared as it was written, so nothing it can write becomes another path.
"""

import re
from typing import Final
from urllib.parse import unquote

from companion.problems import Problem

from node_proxy.domain.technitium_paths import PATHS, ApiPath

# Signing in and out, passwords, codes, tokens and sessions are the gateway's matter; a cluster's
# members and a node's backups hold or move secrets of everybody.
_REFUSED: Final = frozenset(
    {
        "user/login",
        "user/logout",
        "user/createtoken",
        "user/createsingleusetoken",
        "user/changepassword",
        "user/2fa",
        "user/session",
        "admin/sessions/createtoken",
        "settings/backup",
        "settings/restore",
    }
)
_REFUSED_BELOW: Final = ("user/2fa/", "user/session/", "admin/cluster/")
_NOT_REFUSED: Final = "admin/cluster/state"
# More layers of encoding than these are no path of anybody's.
_LAYERS: Final = 4
_SLASHES = re.compile(r"[/\\]+")
_BLANKS: Final = "".join(map(chr, (*range(0x21), 0x7F)))


def chosen_path(raw: str) -> ApiPath:
    """The path of the table that was asked for, in exactly its spelling.

    Raises:
        Problem: `path_not_forwarded` for what is never forwarded, however it is spelled;
            `path_unknown` for everything else.
    """
    if is_refused(raw):
        raise Problem(
            "path_not_forwarded",
            "Signing in and out, passwords, codes, tokens, sessions, changes of the cluster, "
            "backup and restore are not forwarded.",
        )
    path = PATHS.get(raw)
    if path is None:
        raise Problem(
            "path_unknown",
            "There is no such path in the documented Technitium API. It must be spelled exactly "
            "as there, such as zones/list.",
        )
    return path


def is_refused(raw: str) -> bool:
    """Whether some program could take this for a path that is never forwarded."""
    plain = _plain(raw)
    if plain == _NOT_REFUSED:
        return False
    return plain in _REFUSED or plain.startswith(_REFUSED_BELOW)


def _plain(raw: str) -> str:
    """The path that the most generous reader would see."""
    for _ in range(_LAYERS):
        raw = unquote(raw)
    segments: list[str] = []
    for segment in _SLASHES.split(raw.casefold()):
        name = segment.partition("?")[0].partition(";")[0].strip(_BLANKS)
        if name == "..":
            del segments[-1:]
        elif name not in {"", "."}:
            segments.append(name)
    return "/".join(segments)
