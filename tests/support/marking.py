"""Marks for all tests of a folder, which pytest gives to files and functions alone."""

from pathlib import Path

import pytest


def mark_all_below(folder: Path, items: list[pytest.Item], *marks: pytest.MarkDecorator) -> None:
    """For `pytest_collection_modifyitems`, which is handed the items of other folders too."""
    for item in items:
        if folder in item.path.parents:
            for mark in marks:
                item.add_marker(mark)
