"""The documentation names files and headings that exist."""

import os
import re
from pathlib import Path

import pytest

from trackline_local.steps import ROOT

PAGES = [ROOT / "README.md", ROOT / "SECURITY.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([\w-]+))?\)")
# A path in backticks may begin in any folder.
FILE = re.compile(r"`([\w./-]+\.(?:py|md|toml|yml|yaml|html|js|css|in|lock|json|po|typed))`")
# What the pages on adding something add, what a running installation has, and addresses.
EXAMPLES = re.compile(
    r"holiday|chat/|survey|breached|least\.json|run\.json|run\.lock|\.pictures|^/openapi\.json$|^app\.css$"
)

SKIPPED = ("node_modules", "vendor", "__pycache__")


@pytest.fixture(scope="module")
def files() -> list[str]:
    found: list[str] = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in SKIPPED and name[0] != "."]
        found += [f"{Path(folder) / name}" for name in names]
    return found


def anchors(page: Path) -> set[str]:
    """As GitHub makes them from the headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target, anchor in LINK.findall(page.read_text()):
        file = (page.parent / target).resolve() if target else page
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), f"{target}#{anchor}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_named_files_exist(page: Path, files: list[str]) -> None:
    named = {path for path in FILE.findall(page.read_text()) if not EXAMPLES.search(path)}
    assert {path for path in named if not any(file.endswith(f"/{path}") for file in files)} == set()
