"""docs/redis.md and companion/keys.py list the same keys."""

import re
from pathlib import Path

import companion.keys

DOCUMENT = (Path(__file__).parents[2] / "docs" / "redis.md").read_text()
CONSTANTS = {
    value
    for name, value in vars(companion.keys).items()
    if name.isupper() and isinstance(value, str)
}


def test_every_key_stands_in_the_document() -> None:
    missing = {key for key in CONSTANTS if f"`{key}`" not in DOCUMENT}

    assert CONSTANTS
    assert not missing


def test_every_key_of_the_document_is_one_of_ours() -> None:
    listed = set(re.findall(r"^\| `([^`]+)`", DOCUMENT, flags=re.MULTILINE))

    assert listed
    assert listed <= CONSTANTS
