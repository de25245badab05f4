"""Which rules of Basecoat set-up keeps, in a portal of its own."""

from pathlib import Path

import pytest

from trackline_local import assets, styles
from trackline_local.steps import Failure


@pytest.fixture
def portal(tmp_path: Path) -> Path:
    assets.prepare()
    for package in ("purgecss", "basecoat-css"):
        (tmp_path / "node_modules").mkdir(exist_ok=True)
        (tmp_path / "node_modules" / package).symlink_to(styles.PORTAL / "node_modules" / package)
    (tmp_path / "purgecss.config.js").write_bytes((styles.PORTAL / "purgecss.config.js").read_bytes())
    (tmp_path / styles.SHEET).parent.mkdir(parents=True)
    return tmp_path


def cut(portal: Path, name: str, text: str) -> str:
    """Returns what is kept once the portal has this file."""
    file = portal / "gateway" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    styles.cut(portal)
    return (portal / styles.SHEET).read_text()


def test_a_new_class_has_its_rules_at_the_next_set_up(portal: Path) -> None:
    first = cut(portal, "portal/help/templates/home.html", '<a class="btn" href="/new">')
    assert ".btn:disabled" in first
    assert ".breadcrumb" not in first
    assert ".breadcrumb" in cut(portal, "portal/desk/templates/queue.html", '<nav class="breadcrumb">')
    assert ".accordion" in cut(portal, "portal/desk/static/queue.js", 'row.classList.add("accordion")')
    assert ".card" in cut(portal, "portal/kit/markup.py", 'f"<p class=\\"card {name}\\">"')
    assert "table{" in cut(portal, "markdown/html.py", "_TAGS = {'p', 'table'}")


def test_states_are_no_words_and_stay(portal: Path) -> None:
    kept = cut(portal, "portal/kit/templates/base.html", '<p hidden><input class="input"><a class="btn">')
    assert "[hidden]:where(:not([hidden=until-found]))" in kept
    assert "::placeholder{" in kept


def test_a_portal_without_templates_is_not_left_without_styles(portal: Path) -> None:
    with pytest.raises(Failure):
        styles.cut(portal)
    assert not (portal / styles.SHEET).exists()
