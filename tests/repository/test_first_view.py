"""The first view stays light, is whole, and keeps to what the Content-Security-Policy allows."""

import gzip
import re
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "services/auth-gateway/src/auth_gateway/web"
INDEX = (WEB / "index.html").read_text()
LIMIT_BYTES = 100_000

MODULES = sorted(path for path in WEB.rglob("*.js") if path.name != "theme_early.js")


def _linked(pattern: str) -> set[Path]:
    return {WEB / found.removeprefix("/") for found in re.findall(pattern, INDEX)}


def _imports(module: Path) -> set[Path]:
    found = re.findall(
        r'^(?:import|export)[^;]*?from\s*"([^"]+)"', module.read_text(), re.MULTILINE
    )
    assert all(name.startswith((".", "/")) for name in found), module
    return {(module.parent / name).resolve() for name in found}


def test_first_view_is_under_100_kb_compressed() -> None:
    files = [INDEX.encode(), *(path.read_bytes() for path in _linked(r'(?:href|src)="(/[^"]+)"'))]

    assert sum(len(gzip.compress(content, mtime=0)) for content in files) < LIMIT_BYTES


def test_every_file_that_the_index_names_exists() -> None:
    assert [path for path in _linked(r'(?:href|src)="(/[^"]+)"') if not path.is_file()] == []


def test_every_module_is_fetched_at_once_and_none_is_unused() -> None:
    main = WEB / "js/main.js"
    preloaded = _linked(r'rel="modulepreload" href="([^"]+)"')
    reached, ahead = set[Path](), {main}
    while ahead:
        reached |= ahead
        ours = [module for module in ahead if module.parent.name != "vendor"]
        ahead = {imported for module in ours for imported in _imports(module)} - reached

    assert reached <= preloaded | {main} == set(MODULES)
    assert {one for one in MODULES if one.parent.name != "vendor"} <= reached


def test_every_style_sheet_is_linked() -> None:
    assert _linked(r'rel="stylesheet" href="([^"]+)"') == set((WEB / "styles").glob("*.css"))


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_no_module_makes_code_or_markup_of_text(module: Path) -> None:
    text = module.read_text()

    for forbidden in ("eval(", "new Function", ".innerHTML =", "document.write"):
        if module.parent.name != "vendor":
            assert forbidden not in text
    assert not re.search(r"https?://(?!www\.w3\.org)\w", text)


def test_index_holds_no_inline_script_style_or_handler() -> None:
    assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", INDEX) == []
