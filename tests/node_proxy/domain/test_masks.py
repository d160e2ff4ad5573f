"""What is hidden of an answer, and what is left as it is to the last byte."""

import json
import re
from collections.abc import AsyncGenerator
from itertools import pairwise

import pytest
from companion.problems import Problem
from hypothesis import given
from hypothesis import strategies as st
from node_proxy.domain.masks import MASK, CannotMask, masked, refuse_masks_in_json
from node_proxy.domain.zone_file import (
    LONGEST_LINE_BYTES,
    LineTooLong,
    holds_mask,
    mask_line,
    mask_lines,
)

FWD = b"@  0  IN  FWD  Udp 192.0.2.53 False Http 192.0.2.80 8080 someone %s 0"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ({"token": "x", "a": 1}, {"a": 1}),
        ({"Token": {"b": 1}, "a": 1}, {"a": 1}),
        ({"a": [{"token": ["x"]}]}, {"a": [{}]}),
        ({"stackTrace": "at", "innerErrorMessage": "in"}, {}),
        ({"sharedSecret": "x"}, {"sharedSecret": MASK}),
        ({"proxy": {"password": "x", "port": 1}}, {"proxy": {"password": MASK, "port": 1}}),
        ({"proxyPassword": 1}, {"proxyPassword": MASK}),
        ({"ssoClientSecret": ["x"]}, {"ssoClientSecret": MASK}),
        ({"proxyPassword": None}, {"proxyPassword": None}),
        ({"proxyPassword": ""}, {"proxyPassword": ""}),
        ({"dnsTlsCertificatePassword": "*" * 12}, {"dnsTlsCertificatePassword": "*" * 12}),
        ({"partialToken": "0123456789abcdef"}, {"partialToken": "0123456789abcdef"}),
        ({"tokenName": "x"}, {"tokenName": "x"}),
        ({"name": "token", "x": "password"}, {"name": "token", "x": "password"}),
    ],
)
def test_secrets_are_masked_and_tokens_removed(said: object, shown: object) -> None:
    assert json.loads(masked(json.dumps(said).encode())) == shown


def test_key_that_is_written_in_escapes_is_seen() -> None:
    assert masked(b'{"\\u0074oken":"x","a":1}') == b'{"a":1}'
    assert masked(b'{"proxy\\u0050assword":"x"}') == b'{"proxyPassword":"%s"}' % MASK.encode()


def is_harmless(name: str) -> bool:
    """Written down apart from the code: what hypothesis takes from there are the secret names."""
    return not re.search(r"token|trace|error|pass|secret|totp|image|key", name.casefold())


NAMES = st.text(max_size=8).filter(is_harmless)


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
        max_leaves=12,
    )
)
def test_answer_without_secrets_stays_as_it_is(said: object) -> None:
    body = json.dumps({"response": said}, indent=1).encode()

    assert json.loads(masked(body)) == json.loads(body)


def test_answer_without_secrets_stays_as_it_is_to_the_byte() -> None:
    body = b'{ "a" : 1.50, "b":"it\\u0027s" }'

    assert masked(body) is body


def test_answer_too_long_to_be_looked_through_is_not_shown() -> None:
    with pytest.raises(CannotMask):
        masked(b'{"token":"x","a":"%s"}' % (b"a" * 100), most_bytes=100)


@pytest.mark.parametrize(
    "value", [b"9" * 5_000, b"1e999", b'"\\udc00"', b"[" * 5_000 + b"]" * 5_000]
)
def test_answer_that_cannot_be_read_is_not_shown(value: bytes) -> None:
    with pytest.raises(CannotMask):
        masked(b'{"token":"x","a":%s}' % value)


def test_long_answer_without_secrets_is_shown() -> None:
    body = b'{"a":"%s"}' % (b"a" * 100)

    assert masked(body, most_bytes=100) is body


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"proxyPassword": MASK}, "proxyPassword"),
        ({"proxy": {"password": MASK}}, "proxy.password"),
        ({"tsigKeys": [{"sharedSecret": "x"}, {"sharedSecret": MASK}]}, "tsigKeys[1].sharedSecret"),
    ],
)
def test_mask_in_json_is_named_with_its_place(sent: object, field: str) -> None:
    with pytest.raises(Problem) as caught:
        refuse_masks_in_json(sent)

    assert caught.value.extra["field"] == field


def test_password_in_a_zone_file_is_masked() -> None:
    line = FWD % b"hunter2" + b"\t\t\t;a comment\n"

    assert mask_line(line) == FWD % MASK.encode() + b"\t\t\t;a comment\n"
    assert holds_mask(mask_line(line))
    assert not holds_mask(line)


@pytest.mark.parametrize(
    "line",
    [
        FWD % b"-",
        b"@  0  IN  FWD  Udp this-server False DefaultProxy 0",
        b"www  3600  IN  A  192.0.2.1",
        b'x  3600  IN  TXT  "********"',
    ],
)
def test_other_lines_stay_as_they_are(line: bytes) -> None:
    assert mask_line(line) == line
    assert not holds_mask(line)


@given(cut=st.lists(st.integers(0, 400), max_size=6))
async def test_lines_are_masked_wherever_they_are_cut(cut: list[int]) -> None:
    text = b"$ORIGIN x.\r\n" + FWD % b"hunter2" + b"\r\n" + FWD % b"two words" + b"\nend"
    edges = sorted({0, len(text), *(min(at, len(text)) for at in cut)})

    async def pieces() -> AsyncGenerator[bytes]:
        for start, end in pairwise(edges):
            yield text[start:end]

    shown = b"".join([piece async for piece in mask_lines(pieces())])

    assert b"hunter2" not in shown
    assert b"words" not in shown
    assert shown.startswith(b"$ORIGIN x.\r\n")
    assert shown.endswith(b"\nend")


async def test_line_without_end_is_no_zone_file() -> None:
    async def endless() -> AsyncGenerator[bytes]:
        while True:
            yield b"x" * LONGEST_LINE_BYTES

    with pytest.raises(LineTooLong):
        async for _ in mask_lines(endless()):
            pass
