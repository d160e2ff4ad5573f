"""What goes wrong, as RFC 9457 problem documents that older clients can read as well.

`TABLE` is the whole list of codes. An error of the code base becomes a problem in one place,
`companion.asgi.problems`; a handler raises `Problem` for what a caller did.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from companion.technitium.errors import NodeError

TYPE_PREFIX = "urn:technitium-companion:problem:"
NODE_ERROR_TEXT_LIMIT = 500

TABLE: Final[Mapping[str, tuple[int, str]]] = {
    # What was asked
    "invalid_request": (400, "The request cannot be understood"),
    "not_found": (404, "There is nothing here"),
    "method_not_allowed": (405, "This path wants another method"),
    "request_too_large": (413, "The request is too large"),
    "unsupported_media_type": (415, "This content type is not accepted"),
    # Where it came from
    "https_required": (403, "HTTPS is required"),
    "origin_refused": (403, "The request came from another origin"),
    "cross_site_refused": (403, "The request came from another site"),
    "host_refused": (403, "This host name is not served"),
    # Who asks
    "session_invalid": (401, "Sign in first"),
    "session_auth_off": (403, "Nobody signs in here"),
    "session_unknown": (404, "No such session"),
    "session_key_unknown": (503, "This session cannot be opened here"),
    "missing_credentials": (401, "User name or password is missing"),
    "totp_required": (401, "A code is required"),
    "totp_invalid": (401, "The code is not right"),
    "totp_used": (401, "The code has been used"),
    "invalid_credentials": (401, "User name or password is not right"),
    "user_disabled": (403, "The account is disabled"),
    "throttled": (429, "Too many attempts"),
    "sign_in_busy": (503, "Too many people sign in"),
    "same_origin_app": (403, "The application stands at our own address"),
    "identity_unconfirmed": (403, "The node that says who you are has not confirmed it"),
    "nodes_unreachable": (502, "No node can be reached"),
    # Which service asks
    "identity_refused": (401, "The call shows no service that may make it"),
    "too_many_streams": (429, "Too many streams are open"),
    # What the nodes said
    "node_unknown": (404, "No such node"),
    "node_permission_denied": (403, "The node refused: a right is missing"),
    "node_session_expired": (409, "Signed out at the node"),
    "node_token_refused": (502, "The node refuses the configured token"),
    "node_unreachable": (502, "The node cannot be reached"),
    "node_timeout": (504, "The node did not answer in time"),
    "node_error": (502, "The node reported an error"),
    "searches_busy": (503, "Too many searches are under way"),
    "no_query_logs": (409, "The node keeps no query logs"),
    "node_version_unsupported": (501, "The node's version does not have this"),
    "path_unknown": (404, "Technitium has no such path"),
    "path_not_forwarded": (403, "This path is not forwarded"),
    "path_not_for_all": (409, "This call belongs to one node"),
    "masked_value": (400, "A mask was sent in the place of a secret"),
    "primary_unavailable": (503, "The Primary cannot be reached"),
    "primary_ambiguous": (409, "There are several Primaries"),
    # What we need
    "store_unavailable": (503, "Sessions cannot be read right now"),
    "upstream_unavailable": (503, "A part of this system does not answer"),
    "upstream_timeout": (504, "A part of this system did not answer in time"),
    "not_ready": (503, "Not ready"),
    "internal_error": (500, "Something went wrong here"),
}

# For errors of the framework that only have a status.
CODE_OF_STATUS: Final[Mapping[int, str]] = {
    400: "invalid_request",
    404: "not_found",
    405: "not_found",
    413: "request_too_large",
    415: "unsupported_media_type",
}


class Problem(Exception):  # noqa: N818 - the name that RFC 9457 has for it
    """An answer that is an error.

    `detail` says what happened and what to do; it must hold no secret. `extra` members go into
    the document as they are, those that are None are left out.
    """

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        **extra: object,
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.status, self.title = TABLE[code]
        self.detail = detail
        self.headers = dict(headers or {})
        self.extra = {name: value for name, value in extra.items() if value is not None}

    def document(self, *, instance: str, request_id: str) -> dict[str, object]:
        """The body; `message`, `statusCode` and `error` are what the Companion's clients read."""
        return {
            **self.extra,
            "type": TYPE_PREFIX + self.code,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": instance,
            "code": self.code,
            "requestId": request_id,
            "message": self.detail,
            "statusCode": self.status,
            "error": HTTPStatus(self.status).phrase,
        }


def node_problem(error: NodeError) -> Problem:
    """What a node's failure looks like to the caller: the node, and the right that is missing."""
    return Problem(
        error.code,
        error.message[:NODE_ERROR_TEXT_LIMIT],
        nodeId=error.node_id,
        section=error.section,
        permission=error.permission,
    )
