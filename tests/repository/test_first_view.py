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


MAIN = WEB / "js/main.js"
# The overview draws its charts with it, so it counts as a part of the first view.
CHARTS = WEB / "vendor/uplot.js"

AT_ONCE = re.compile(r'^(?:import|export)\s[\w\s{},*$]*?\bfrom\s*"([^"]+)"', re.MULTILINE)
WHEN_NEEDED = re.compile(r'\bimport\("([^"]+)"\)')


def _named(module: Path, way: re.Pattern[str]) -> set[Path]:
    # A vendored module names what it needs in one line, and that stands beside it.
    if module.parent.name == "vendor":
        way = re.compile(r'\bfrom\s*"(\./[^"]+)"')
    found = way.findall(module.read_text())
    assert all(name.startswith(".") for name in found), module
    return {(module.parent / name).resolve() for name in found}


def _reached(start: Path, *ways: re.Pattern[str]) -> set[Path]:
    reached, ahead = set[Path](), {start}
    while ahead:
        reached |= ahead
        ahead = {one for module in ahead for way in ways for one in _named(module, way)} - reached
    return reached


def test_first_view_with_its_charts_is_under_100_kb_compressed() -> None:
    linked = _linked(r'(?:href|src)="(/[^"]+)"') | {CHARTS}
    files = [INDEX.encode(), *(path.read_bytes() for path in linked)]

    assert sum(len(gzip.compress(content, mtime=0)) for content in files) < LIMIT_BYTES


def test_every_file_that_the_index_names_exists() -> None:
    assert [path for path in _linked(r'(?:href|src)="(/[^"]+)"') if not path.is_file()] == []


def test_what_the_first_view_imports_is_fetched_at_once_and_nothing_else_is() -> None:
    preloaded = _linked(r'rel="modulepreload" href="([^"]+)"')

    assert preloaded | {MAIN} == _reached(MAIN, AT_ONCE)


def test_every_other_module_is_fetched_when_it_is_needed_and_none_is_unused() -> None:
    assert _reached(MAIN, AT_ONCE, WHEN_NEEDED) == set(MODULES)


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
