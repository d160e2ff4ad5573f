"""The session cookie: written in one form, and read in no other."""

import secrets

import pytest
from companion.sessions.cookie import (
    COOKIE,
    cleared_cookie,
    is_well_formed,
    new_value,
    read_cookie,
    session_cookie,
)
from starlette.datastructures import Headers

VALUE = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO-_"


def headers(*cookies: str) -> Headers:
    return Headers(raw=[(b"cookie", cookie.encode()) for cookie in cookies])


def test_the_cookie_has_every_attribute_that_its_prefix_asks_for() -> None:
    name_value, *attributes = session_cookie(VALUE, 86_400.0).split("; ")

    assert name_value == f"{COOKIE}={VALUE}"
    assert set(attributes) == {
        "Max-Age=86400",
        "Path=/",
        "Secure",
        "HttpOnly",
        "SameSite=Strict",
    }


def test_ten_thousand_values_are_unique_and_well_formed() -> None:
    values = {new_value(secrets.token_bytes) for _ in range(10_000)}

    assert len(values) == 10_000
    assert all(is_well_formed(value) for value in values)


def test_a_cleared_cookie_has_the_same_attributes_and_no_value() -> None:
    assert cleared_cookie() == session_cookie("", 0)


def test_the_value_is_found_among_other_cookies() -> None:
    assert read_cookie(headers(f"theme=dark; {COOKIE}={VALUE}; other=1")) == VALUE
    assert read_cookie(headers("theme=dark", f"{COOKIE}={VALUE}")) == VALUE


def test_the_value_is_read_from_a_scope_too() -> None:
    scope = {"type": "http", "headers": [(b"cookie", f"{COOKIE}={VALUE}".encode())]}

    assert read_cookie(scope) == VALUE


@pytest.mark.parametrize(
    "cookies",
    [
        [],
        [""],
        ["theme=dark"],
        [f"{COOKIE}="],
        [COOKIE],
        [f"{COOKIE}={VALUE}x"],
        [f"{COOKIE}={VALUE[1:]}"],
        [f"{COOKIE}={VALUE[1:]}="],
        [f'{COOKIE}="{VALUE}"'],
        [f"{COOKIE.lower()}={VALUE}"],
        [f"x{COOKIE}={VALUE}"],
        [f"{COOKIE}={VALUE}; {COOKIE}={VALUE}"],
        [f"{COOKIE}={VALUE}", f"{COOKIE}={VALUE}"],
        [f"{COOKIE}={VALUE}; {COOKIE}=x"],
        [f"{COOKIE}=x; {COOKIE}={VALUE}"],
    ],
)
def test_anything_else_is_no_session(cookies: list[str]) -> None:
    assert read_cookie(headers(*cookies)) is None


@pytest.mark.parametrize("byte", [b"\x85", b"\xa0", b"\x0b", b"\x1c"])
def test_a_byte_that_only_python_takes_for_a_space_belongs_to_the_name(byte: bytes) -> None:
    name, value = COOKIE.encode(), VALUE.encode()
    forged = [
        byte + name + b"=" + value,
        b"a=b; " + byte + name + b"=" + value,
        name + byte + b"=" + value,
        name + b"=" + value + byte,
        name + b"=" + byte + value,
    ]

    for cookie in forged:
        assert read_cookie(Headers(raw=[(b"cookie", cookie)])) is None
        assert read_cookie({"type": "http", "headers": [(b"cookie", cookie)]}) is None


def test_spaces_and_tabs_around_a_cookie_do_not_matter() -> None:
    assert read_cookie(headers(f"a=b;\t {COOKIE}={VALUE} \t;c=d")) == VALUE
