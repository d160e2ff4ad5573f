"""Names that tell one thing from another and prove nothing."""

import secrets


def new_id() -> str:
    """A name for a sign-in or a process."""
    return secrets.token_hex(12)


def new_public_id() -> str:
    """A name for a session in lists."""
    return secrets.token_urlsafe(16)
