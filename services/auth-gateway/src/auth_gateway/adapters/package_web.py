"""Reads the files of the pages from this package, wherever it is installed."""

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath


def read_web() -> Iterator[tuple[PurePosixPath, bytes]]:
    """Every file below `web/` with its path there; nothing when there are no pages."""
    root = files("auth_gateway") / "web"
    if root.is_dir():
        yield from _below(root, PurePosixPath())


def _below(folder: Traversable, path: PurePosixPath) -> Iterator[tuple[PurePosixPath, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.name.startswith((".", "__")):
            continue
        if entry.is_dir():
            yield from _below(entry, path / entry.name)
        else:
            yield path / entry.name, entry.read_bytes()
