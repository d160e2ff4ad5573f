"""What becomes of the children's output."""

from pathlib import Path

import pytest
from companion_local import logfile
from companion_local.logfile import LogFile, loud_text


def test_lines_are_put_together_from_pieces(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "a.log", loud=lambda _: None)

    for piece in (b"one\ntw", b"o\nthr", b"ee"):
        log.feed(piece)

    assert log.tail() == ["one", "two", "three"]
    log.close()
    assert (tmp_path / "a.log").read_text() == "one\ntwo\nthree\n"


def test_a_new_life_has_a_tail_of_its_own(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "a.log", loud=lambda _: None)
    log.feed(b"old\n")
    log.begin()
    log.feed(b"new\n")

    assert log.tail() == ["new"]
    log.close()
    assert (tmp_path / "a.log").read_text() == "old\nnew\n"


def test_a_large_file_is_turned_over_and_one_older_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logfile, "MAX_BYTES", 10)
    log = LogFile(tmp_path / "a.log", loud=lambda _: None)

    for line in (b"first line\n", b"second line\n", b"third\n"):
        log.feed(line)
    log.close()

    assert (tmp_path / "a.log").read_text() == "third\n"
    assert (tmp_path / "a.log.1").read_text() == "second line\n"


def test_an_endless_line_is_cut(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "a.log", loud=lambda _: None)

    log.feed(b"x" * (logfile.MAX_LINE_BYTES + 1))

    assert [len(line) for line in log.tail()] == [logfile.MAX_LINE_BYTES + 1]
    log.close()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"level":"warning","event":"node down","node":"ns2"}', "warning: node down node=ns2"),
        ('{"level":"error","event":"x","nested":{"a":1},"ms":3}', "error: x ms=3"),
        ('{"level":"info","event":"request"}', None),
        ("12:M 22 Nov 2026 # WARNING overcommit", None),
        ("{ not json", None),
        ("[1]", None),
        ('{"event":"no level"}', None),
    ],
)
def test_warnings_and_errors_are_loud(line: str, said: str | None) -> None:
    assert loud_text(line) == said
