"""Forms with files: what one program writes is read as it was meant, or not at all."""

from contextlib import suppress

import httpx
import pytest
from companion.problems import Problem
from companion.secret import Secret
from companion.technitium.bodies import File, Form, encoded
from companion.technitium.versions import Version
from hypothesis import given
from hypothesis import strategies as st
from node_proxy.domain.multipart import MOST_PARTS, read_multipart

B = "multipart/form-data; boundary=B"
HEAD = b'Content-Disposition: form-data; name="a"\r\n\r\n'

words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)
names = words.filter(lambda name: not set(name) & set('"\\%\r\n'))


@given(
    fields=st.lists(st.tuples(names, words), max_size=4),
    files=st.lists(st.tuples(names, names, st.binary(max_size=60)), min_size=1, max_size=3),
)
def test_what_we_write_we_read(
    fields: list[tuple[str, str]], files: list[tuple[str, str, bytes]]
) -> None:
    form = Form(
        fields=tuple(fields),
        files=tuple(
            File(field=field, filename=name, content_type="text/csv", content=content)
            for field, name, content in files
        ),
    )
    written = encoded(form, Secret("x" * 64), Version(15, 2))

    parts = read_multipart(written.headers["Content-Type"], written.content)

    assert [(part.name, part.content.decode()) for part in parts if part.filename is None] == fields
    assert [
        (part.name, part.filename, part.content) for part in parts if part.filename is not None
    ] == files
    assert {part.content_type for part in parts if part.filename is not None} == {"text/csv"}


def test_what_a_client_library_writes_is_read() -> None:
    request = httpx.Request(
        "POST",
        "http://x.test",
        data={"zone": "ü.test", "overwrite": "true"},
        files={"file": ('a"b.txt', b"\r\n--x\r\n", "text/plain")},
    )
    body = request.read()

    parts = read_multipart(request.headers["Content-Type"], body)

    assert [(part.name, part.filename) for part in parts] == [
        ("zone", None),
        ("overwrite", None),
        ("file", 'a"b.txt'),
    ]
    assert parts[2].content == b"\r\n--x\r\n"
    assert parts[0].content.decode() == "ü.test"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=", b""),
        ("multipart/form-data; boundary=" + "x" * 71, b""),
        (B, b""),
        (B, b"preamble\r\n--B\r\n" + HEAD + b"x\r\n--B--"),
        (B, b"--B\r\n" + HEAD + b"x"),
        (B, b"--B\r\n" + HEAD + b"x\r\n--Bx\r\n"),
        (B, b"--B\r\n\r\n\r\nx\r\n--B--"),
        (B, b"--B\r\nno head\r\n--B--"),
        (B, b"--B\r\n" + b"X: " + b"y" * 5000 + b"\r\n" + HEAD + b"x\r\n--B--"),
        (B, b"--B\r\n" + HEAD[:-2] + HEAD + b"x\r\n--B--"),
        (B, b'--B\r\nContent-Disposition: form-data; name="a"; name="b"\r\n\r\nx\r\n--B--'),
        (B, b'--B\r\nContent-Disposition: form-data; filename="b"\r\n\r\nx\r\n--B--'),
        (B, b'--B\r\nContent-Disposition: form-data; name="a\r\n\r\nx\r\n--B--'),
        (B, b'--B\r\nContent-Disposition: attachment; name="a"\r\n\r\nx\r\n--B--'),
        (B, b'--B\r\nContent-Disposition: form-data; name="a\\"\r\n\r\nx\r\n--B--'),
        (B, b'--B\r\nContent-Disposition: form-data; name="a\\\\"\r\n\r\nx\r\n--B--'),
        (B, (b"--B\r\n" + HEAD + b"x\r\n") * (MOST_PARTS + 1) + b"--B--"),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(content_type: str, body: bytes) -> None:
    with pytest.raises(Problem) as caught:
        read_multipart(content_type, body)

    assert caught.value.code == "invalid_request"


def test_form_without_parts_has_none() -> None:
    assert read_multipart(B, b"--B--\r\n") == []


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(body: bytes) -> None:
    with suppress(Problem):
        read_multipart(B, b"--B\r\n" + body)
