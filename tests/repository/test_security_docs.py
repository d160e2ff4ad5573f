"""docs/security.md says which tests hold each of its promises; those tests are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| (\d*) \| ([^|]+) \| ((?:`tests/[\w/.]+`(?:, )?)+) \|$", re.MULTILINE)
ROWS = ROW.findall((ROOT / "docs/security.md").read_text())


def _files(row: tuple[str, str, str]) -> list[str]:
    return re.findall(r"`([^`]+)`", row[2])


def test_every_test_that_is_named_exists() -> None:
    assert len(ROWS) > 25
    missing = [file for row in ROWS for file in _files(row) if not (ROOT / file).is_file()]

    assert missing == []


def test_every_test_behind_traefik_holds_a_promise() -> None:
    named = {file for row in ROWS for file in _files(row)}
    there = {str(path.relative_to(ROOT)) for path in (ROOT / "tests/edge").glob("test_*.py")}

    assert there <= named, there - named


def test_a_row_is_named_once() -> None:
    numbers = [int(row[0]) for row in ROWS if row[0]]

    assert numbers == sorted({*numbers})
