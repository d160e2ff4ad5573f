"""A certificate as two settings of one name: its path and its password."""

from typing import TYPE_CHECKING

from technitium_sandbox.settings.field import Apply
from technitium_sandbox.settings.settings import MASK
from technitium_sandbox.settings.source import Source

if TYPE_CHECKING:
    from technitium_sandbox.node import Node


def certificate(prefix: str) -> Apply:
    """Path and password together; the mask stands for the password that is there."""
    path_key = f"{prefix}TlsCertificatePath"
    password_key = f"{prefix}TlsCertificatePassword"

    def put(node: "Node", source: Source) -> bool:
        path = source.text(path_key)
        if path is None:
            return False
        password = source.text(password_key)
        node.settings[path_key] = path or None
        if not path:
            node.settings[password_key] = None
        elif password not in (None, MASK):
            node.settings[password_key] = password
        return True

    return put
