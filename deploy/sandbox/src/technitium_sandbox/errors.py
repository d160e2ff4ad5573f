"""What a node answers when a call does not succeed; every one of them is an HTTP 200.

ApiError            status "error"
 ├ InvalidToken     status "invalid-token"
 ├ TotpRequired     status "2fa-required"
 └ SignInRefused    status "error", sent after the delay of failed sign-ins
"""


class ApiError(Exception):
    """Ends a call with `errorMessage`; `inner` becomes `innerErrorMessage` when given."""

    status = "error"

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


class SignInRefused(ApiError):  # noqa: N818 - named as the node names the outcome
    """A failure that counted toward the lock; its answer is held back for the failure delay."""


def access_denied() -> ApiError:
    return ApiError("Access was denied.")
