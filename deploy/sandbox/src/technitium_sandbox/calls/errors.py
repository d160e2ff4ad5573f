"""What a node answers when a call does not succeed; every one of them is an HTTP 200.

ApiError            status "error"
 ├ InvalidToken     status "invalid-token"
 ├ TotpRequired     status "2fa-required"
 ├ JoinNeedsCode    status "2fa-required"
 ├ SignInRefused    status "error", sent after the delay of failed sign-ins
 └ NoReply          status "error", sent when a DNS server was waited for in vain
"""


class ApiError(Exception):
    """Ends a call with `errorMessage`; `inner` becomes `innerErrorMessage` when given."""

    status = "error"
    held_back = 0
    """How many failure delays pass before the answer is sent; such a delay is a second."""

    def __init__(self, message: str, *, inner: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.inner = inner


class InvalidToken(ApiError):  # noqa: N818 - named as the node names the outcome
    status = "invalid-token"

    def __init__(self) -> None:
        super().__init__("Invalid token or session expired.")


class TotpRequired(ApiError):  # noqa: N818 - named as the node names the outcome
    status = "2fa-required"

    def __init__(self, user: str) -> None:
        super().__init__(f"A time-based one-time password (TOTP) is required for user: {user}")


class JoinNeedsCode(ApiError):  # noqa: N818 - named as the node names the outcome
    status = "2fa-required"

    def __init__(self) -> None:
        super().__init__(
            "Failed to join Cluster: two-factor authentication is required by the Primary node"
            " user account."
        )


class SignInRefused(ApiError):  # noqa: N818 - named as the node names the outcome
    """A failure that counted toward the lock; its answer is held back for the failure delay."""

    held_back = 1


class NoReply(ApiError):  # noqa: N818 - named as the node names the outcome
    """A DNS server was asked and did not answer: twice over UDP, with and without EDNS."""

    held_back = 20


def access_denied() -> ApiError:
    return ApiError("Access was denied.")
