"""What a call to a node can end in, other than with an answer.

One type per outcome, so that a caller decides by type and never by a node's text:

    NodeError
     ├ NodeUnreachable         no connection, so nothing was sent
     │  └ NodeLost             the connection was lost before an answer began
     ├ NodeTimeout             connected, but no whole answer within the deadline
     ├ NodeSessionExpired      the node no longer knows the token
     ├ NodeSignedOut           there is no token to ask with
     ├ NodeTokenRefused        the node does not know the token of the settings
     ├ NodePermissionDenied    the token is good, its user lacks the right
     ├ NodeVersionUnsupported  this version of Technitium has no such call; nothing was sent
     ├ NodeRejected            the node answered with an error of its own
     └ NodeGarbled             what answered is not Technitium, or was cut off
"""

from typing import ClassVar


class NodeError(Exception):
    """A call to one node failed; the message is a sentence that may be shown to people.

    It holds no secret, no control character and nothing of the node's stack. `section` and
    `permission` say which right is missing, `path` which API call was asked, where they apply.
    """

    code: ClassVar[str] = "node_error"

    def __init__(
        self,
        node_id: str,
        message: str,
        *,
        section: str | None = None,
        permission: str | None = None,
        path: str | None = None,
    ) -> None:
        super().__init__(f"{node_id}: {message}")
        self.node_id = node_id
        self.message = message
        self.section = section
        self.permission = permission
        self.path = path


class NodeUnreachable(NodeError):  # noqa: N818
    """No connection could be made, or (`NodeLost`) it was lost before an answer began."""

    code = "node_unreachable"


class NodeLost(NodeUnreachable):
    """The connection was lost once the request may have been sent: the node may have done it."""


class NodeTimeout(NodeError):  # noqa: N818
    """The deadline of the call passed before the whole answer was there."""

    code = "node_timeout"


class NodeSessionExpired(NodeError):  # noqa: N818
    """The node no longer knows the token that was sent."""

    code = "node_session_expired"


class NodeSignedOut(NodeError):  # noqa: N818
    """Nobody is signed in to this node, so it was not asked."""

    code = "node_session_expired"


class NodeTokenRefused(NodeError):  # noqa: N818
    """The node does not know the token that the settings hold for it; signing in mends nothing."""

    code = "node_token_refused"


class NodePermissionDenied(NodeError):  # noqa: N818
    """The token is good, but its user lacks the right that `section` and `permission` name."""

    code = "node_permission_denied"


class NodeVersionUnsupported(NodeError):  # noqa: N818
    """The node's version has no such call; it was refused here, before anything was sent."""

    code = "node_version_unsupported"


class NodeRejected(NodeError):  # noqa: N818
    """The node understood the call and answered with an error of its own."""


class NodeGarbled(NodeError):  # noqa: N818
    """What came back is no answer of Technitium: a web page, a redirect, a cut or empty body."""
