"""What a person typed to sign in, read from a request body with errors that name the field.

The name is trimmed, spaces in the code are left out, the password is taken as it is. A code of
another form than six digits is refused here, before it is counted or sent: that says nothing of
any account, and a misread digit then costs no try.
"""

import unicodedata
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

import msgspec
from companion.secret import Secret

# A sign-in is three short texts; more is a mistake or an attack.
MAX_BODY_BYTES: Final = 16 * 1024
# Technitium's own limit for names.
MAX_USERNAME_CHARACTERS: Final = 255
# Technitium has none; this is far above what anybody types and bounds what is hashed.
MAX_PASSWORD_CHARACTERS: Final = 1024
# What Technitium and every authenticator it works with agree on.
TOTP_DIGITS: Final = 6

_MAX_CHARACTERS = {
    "username": MAX_USERNAME_CHARACTERS,
    "password": MAX_PASSWORD_CHARACTERS,
}
_FIELDS = ("username", "password", "totp")


class InvalidRequest(Exception):  # noqa: N818 - it states an outcome, not a fault
    """The body cannot be used.

    Attributes:
        field: The field that is wrong; None when it is the body as a whole.
        message: One sentence for the person who wrote the request, without any value of it.
    """

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class MissingCredentials(Exception):  # noqa: N818 - it states an outcome, not a fault
    """The name or the password is absent or empty."""


class UnknownBodyType(Exception):  # noqa: N818 - it states an outcome, not a fault
    """The body is neither JSON nor a form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A name, a password and, if one was typed, a one-time code."""

    username: str
    password: Secret
    totp: Secret | None = None

    @property
    def folded_name(self) -> str:
        """The one form of the name under which tries and codes are counted."""
        return self.username.casefold()


def read_credentials(content_type: str, body: bytes, *, default_username: str = "") -> Credentials:
    """Read a sign-in from JSON or a URL-encoded form.

    Raises:
        InvalidRequest: The body does not parse, or a field is of the wrong type or form.
        MissingCredentials: There is no name or no password.
        UnknownBodyType: The content type is another one.
    """
    fields = _fields(content_type, body)
    username = _text(fields, "username").strip() or default_username
    password = _text(fields, "password")
    totp = "".join(_text(fields, "totp").split())
    _check_length("username", username)
    _check_length("password", password)
    _check_name(username)
    _check_code(totp)
    if not username or not password:
        raise MissingCredentials
    return Credentials(
        username=username, password=Secret(password), totp=Secret(totp) if totp else None
    )


def _fields(content_type: str, body: bytes) -> dict[str, object]:
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type == "application/x-www-form-urlencoded":
        return _form(body)
    if media_type == "application/json":
        return _json(body)
    if not body:
        raise MissingCredentials
    raise UnknownBodyType


def _json(body: bytes) -> dict[str, object]:
    try:
        value = msgspec.json.decode(body)
    # A ValueError: bytes that are no UTF-8 are not msgspec's own error.
    except (ValueError, RecursionError) as exc:
        raise InvalidRequest("The body is not valid JSON.") from exc
    if not isinstance(value, dict):
        raise InvalidRequest("The body must be a JSON object.")
    return value


def _form(body: bytes) -> dict[str, object]:
    try:
        pairs = parse_qsl(
            body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=16
        )
    except ValueError as exc:
        raise InvalidRequest("The body is not a valid URL-encoded form.") from exc
    fields: dict[str, object] = {}
    for name, value in pairs:
        if name in _FIELDS and name in fields:
            raise InvalidRequest(f"The field {name} is there more than once.", field=name)
        fields[name] = value
    return fields


def _text(fields: dict[str, object], field: str) -> str:
    value = fields.get(field)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InvalidRequest(f"The field {field} must be a string.", field=field)
    return value


def _check_length(field: str, value: str) -> None:
    limit = _MAX_CHARACTERS[field]
    if len(value) > limit:
        raise InvalidRequest(
            f"The field {field} must have at most {limit} characters.", field=field
        )


def _check_name(name: str) -> None:
    if any(unicodedata.category(character) == "Cc" for character in name):
        raise InvalidRequest(
            "The field username must not contain control characters.", field="username"
        )


def _check_code(code: str) -> None:
    if code and not (len(code) == TOTP_DIGITS and code.isascii() and code.isdigit()):
        raise InvalidRequest(f"The field totp must be {TOTP_DIGITS} digits.", field="totp")
