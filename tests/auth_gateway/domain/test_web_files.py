"""Files of the pages, ready to be sent."""

import gzip
from pathlib import PurePosixPath

import pytest
from auth_gateway.domain.web_files import accepts_gzip, is_current, web_files


def test_the_page_is_served_at_the_root_and_by_its_name() -> None:
    files = web_files([(PurePosixPath("index.html"), b"<html>")])

    assert files["/"] is files["/index.html"]
    assert files["/"].media_type == "text/html; charset=utf-8"


def test_what_is_no_part_of_a_page_is_not_served() -> None:
    found = [
        (PurePosixPath("vendor/manifest.json"), b"{}"),
        (PurePosixPath("vendor/README.md"), b"#"),
        (PurePosixPath("app.py"), b"x"),
    ]

    assert web_files(found) == {}


def test_large_files_are_compressed_once() -> None:
    script = b"export const a = 1;\n" * 100

    file = web_files([(PurePosixPath("js/app.js"), script)])["/js/app.js"]

    assert file.compressed is not None
    assert gzip.decompress(file.compressed) == script
    assert len(file.compressed) < len(script)


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        ("gzip, br", True),
        ("br;q=1.0, GZIP;q=0.5", True),
        ("*", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("br", False),
        ("", False),
    ],
)
def test_gzip_is_sent_to_whoever_takes_it(header: str, accepted: bool) -> None:  # noqa: FBT001
    assert accepts_gzip(header) is accepted


def test_a_tag_is_compared_in_each_of_its_forms() -> None:
    assert is_current('"abc"', "abc")
    assert is_current('W/"abc", "def"', "def")
    assert is_current("*", "abc")
    assert not is_current('"other"', "abc")
    assert not is_current("", "abc")
