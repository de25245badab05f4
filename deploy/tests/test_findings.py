"""docs/findings.md names tests that exist."""

import re

import pytest

from trackline_local.steps import ROOT

from .named_tests import names_in

NAMED = re.findall(r"`([\w./-]+\.py)::(\w+)(\*?)`", (ROOT / "docs/findings.md").read_text())


@pytest.mark.parametrize(("path", "name", "rest"), NAMED)
def test_a_named_test_exists(path: str, name: str, rest: str) -> None:
    assert any(known == name or (rest and known.startswith(name)) for known in names_in(path))


def test_the_page_names_tests() -> None:
    assert len(NAMED) > 100
