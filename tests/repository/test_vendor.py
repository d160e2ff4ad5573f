"""Code of others stays what it was: each file is held to its hash, licence and recorded changes."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
WEB = ROOT / "services/auth-gateway/src/auth_gateway/web"
FOLDERS = (WEB / "vendor", ROOT / "tests/browser/vendor")
ENTRIES = [
    pytest.param(folder, entry, id=entry["file"])
    for folder in FOLDERS
    for entry in json.loads((folder / "manifest.json").read_text())["files"]
]


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(("folder", "entry"), ENTRIES)
def test_vendored_file_has_its_recorded_hash(folder: Path, entry: dict[str, Any]) -> None:
    assert _sha256((folder / entry["file"]).read_text()) == entry["sha256"]


@pytest.mark.parametrize(("folder", "entry"), ENTRIES)
def test_undoing_the_recorded_changes_gives_the_original(
    folder: Path, entry: dict[str, Any]
) -> None:
    text = (folder / entry["file"]).read_text()
    for change in entry["replaced"]:
        text = text.replace(change["to"], change["from"])
    if entry["removedTail"]:
        text = text.removesuffix("\n") + entry["removedTail"]

    assert _sha256(text) == entry["upstreamSha256"]


@pytest.mark.parametrize(("folder", "entry"), ENTRIES)
def test_licence_text_stands_beside(folder: Path, entry: dict[str, Any]) -> None:
    assert entry["licence"]
    assert len((folder / entry["licenceFile"]).read_text()) > 500


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_every_vendored_script_is_in_the_manifest(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())

    assert {path.name for path in folder.glob("*.js")} == {one["file"] for one in manifest["files"]}


@pytest.mark.parametrize("path", sorted((WEB / "vendor").glob("*.js")), ids=lambda path: path.name)
def test_vendored_module_imports_only_files_beside_it(path: Path) -> None:
    text = path.read_text()

    assert "sourceMappingURL" not in text
    for imported in re.findall(r'(?:from|import)\s*"([^"]+)"', text):
        assert imported.startswith("./")
        assert (path.parent / imported).is_file()
