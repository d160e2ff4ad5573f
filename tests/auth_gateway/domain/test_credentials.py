"""Reading what somebody typed: each fault is named, nothing of it is repeated."""

import json

import pytest
from auth_gateway.domain.credentials import (
    InvalidRequest,
    MissingCredentials,
    UnknownBodyType,
    read_credentials,
)

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


def test_json_is_read_and_name_and_code_are_trimmed() -> None:
    body = json.dumps({"username": " Alice ", "password": " p ", "totp": " 123456 "})

    found = read_credentials(f"{JSON}; charset=utf-8", body.encode())

    assert (found.username, found.password.reveal()) == ("Alice", " p ")
    assert found.totp is not None
    assert found.totp.reveal() == "123456"
    assert found.folded_name == "alice"


def test_spaces_in_a_code_are_how_authenticators_show_it() -> None:
    found = read_credentials(FORM, b"username=a&password=p&totp=+123+456+")

    assert found.totp is not None
    assert found.totp.reveal() == "123456"


def test_a_form_is_read_as_browsers_write_it() -> None:
    found = read_credentials(FORM, b"username=alice&password=a%26b+c&totp=")

    assert (found.username, found.password.reveal(), found.totp) == ("alice", "a&b c", None)


@pytest.mark.parametrize(
    ("content_type", "body", "field"),
    [
        (JSON, b"", None),
        (JSON, b"{", None),
        (JSON, b"\xff", None),
        (JSON, b"[1]", None),
        (JSON, b'"text"', None),
        (JSON, b'{"username": "\\ud800", "password": "p"}', None),
        (JSON, b'{"username": 1, "password": "p"}', "username"),
        (JSON, b'{"username": "a", "password": ["p"]}', "password"),
        (JSON, b'{"username": "a", "password": "p", "totp": 123456}', "totp"),
        (JSON, b'{"username": "%s", "password": "p"}' % (b"a" * 256), "username"),
        (JSON, b'{"username": "a", "password": "%s"}' % (b"p" * 1025), "password"),
        (JSON, b'{"username": "a", "password": "p", "totp": "12345"}', "totp"),
        (JSON, b'{"username": "a", "password": "p", "totp": "1234567"}', "totp"),
        (JSON, b'{"username": "a", "password": "p", "totp": "12345x"}', "totp"),
        (JSON, b'{"username": "a", "password": "p", "totp": "12345\\u0000"}', "totp"),
        (JSON, '{"username": "a", "password": "p", "totp": "١٢٣٤٥٦"}'.encode(), "totp"),
        (JSON, b'{"username": "a\\u0000b", "password": "p"}', "username"),
        (JSON, b'{"username": "a\\nb", "password": "p"}', "username"),
        (JSON, b'{"username": "\xff", "password": "p"}', None),
        (FORM, b"username=a%00b&password=p", "username"),
        (FORM, b"username=a&password=p&totp=123456&totp=123456", "totp"),
        (FORM, b"username=a&username=b&password=p", "username"),
        (FORM, b"username=%ff&password=p", None),
        (FORM, b"\xff", None),
        (FORM, b"&".join(b"x%d=1" % number for number in range(40)), None),
    ],
)
def test_a_body_that_cannot_be_used_is_refused_by_field(
    content_type: str, body: bytes, field: str | None
) -> None:
    with pytest.raises(InvalidRequest) as caught:
        read_credentials(content_type, body)

    assert caught.value.field == field


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("", b""),
        (JSON, b"{}"),
        (JSON, b'{"username": "a"}'),
        (JSON, b'{"username": "  ", "password": "p"}'),
        (JSON, b'{"username": "a", "password": ""}'),
        (JSON, b'{"username": null, "password": null}'),
        (FORM, b""),
        (FORM, b"password=p"),
    ],
)
def test_a_missing_name_or_password_is_said_so(content_type: str, body: bytes) -> None:
    with pytest.raises(MissingCredentials):
        read_credentials(content_type, body)


@pytest.mark.parametrize("content_type", ["", "text/xml", "multipart/form-data; boundary=x"])
def test_another_kind_of_body_is_not_read(content_type: str) -> None:
    with pytest.raises(UnknownBodyType):
        read_credentials(content_type, b"username=a&password=p")


def test_the_default_name_counts_when_none_was_typed() -> None:
    assert read_credentials(FORM, b"password=p", default_username="alice").username == "alice"
