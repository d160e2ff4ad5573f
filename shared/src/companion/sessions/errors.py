"""What can be wrong with a session cookie.

SessionInvalid      there is no such session any more: the caller signs in again
SessionKeyUnknown   there is one, but this process lacks the key that sealed it
"""


class SessionInvalid(Exception):  # noqa: N818 - it states an outcome, not a fault
    """The cookie opens no session.

    Attributes:
        reason: "malformed", "unknown", "idle", "expired" or "broken"; for logs, since a caller
            is told the same for each.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"The session is not valid: {reason}.")
        self.reason = reason


class SessionKeyUnknown(Exception):  # noqa: N818 - it states an outcome, not a fault
    """The session was sealed with a key that is not in SESSION_KEYS of this process.

    Attributes:
        key_id: Hex id of the missing key, which is not secret.
    """

    def __init__(self, key_id: str) -> None:
        super().__init__(f"SESSION_KEYS lacks the key {key_id}, which sealed this session.")
        self.key_id = key_id
