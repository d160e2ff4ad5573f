"""Documents that have to keep up with the code, and words that must stay out of the repository."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from companion.problems import TABLE

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])

# Homes of people, and places that packages are installed from, which differ by machine.
FOREIGN = re.compile(
    r"(?<![\w.])/(?:home|Users)/[A-Za-z][\w.-]*/|(?<![\w./~-])/ro[o]t/\w"
    r"|(?:index[-]url|find[-]links)\s*[=:]"
    r"|files\.pythonhosted\.org|registry\.npmjs\.org"
)


def test_every_code_of_an_error_is_described() -> None:
    page = (ROOT / "docs/errors.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \|", page, re.MULTILINE)

    assert {code: int(status) for code, status in rows} == {
        code: status for code, (status, _) in TABLE.items()
    }


@pytest.mark.parametrize("folder", sorted(path.name for path in (ROOT / "services").iterdir()))
def test_every_service_is_in_the_architecture(folder: str) -> None:
    assert f"`services/{folder}`" in (ROOT / "docs/architecture.md").read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text()):
        if not target.startswith(("https://", "http://")):
            assert (page.parent / target).exists(), target


def test_every_decision_is_in_the_list() -> None:
    listed = (ROOT / "docs/adr/README.md").read_text()
    for record in (ROOT / "docs/adr").glob("0*.md"):
        assert f"({record.name})" in listed


def test_nothing_of_one_machine_is_in_the_repository() -> None:
    own = re.compile(re.escape(f"{ROOT}/")) if len(ROOT.parts) > 2 else FOREIGN
    found = {}
    for path in _tracked():
        text = path.read_text(encoding="utf-8", errors="replace")
        if match := FOREIGN.search(text) or own.search(text):
            found[str(path.relative_to(ROOT))] = match[0]

    assert found == {}


def _tracked() -> list[Path]:
    """What belongs to the repository, but for this file, which has to name what it forbids."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("only a clone can say what is tracked")
    listed = subprocess.run(  # noqa: S603 - git itself
        [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    files = [ROOT / name for name in listed.split("\0") if name]
    return [path for path in files if path.is_file() and path != Path(__file__)]
