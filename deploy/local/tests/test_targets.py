"""The targets of the Makefile work in a clean clone: each begins with everything that is to be installed."""

import re
import subprocess

import pytest

from trackline_local.steps import ROOT

PHONY = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
TARGETS = set(PHONY[1].split()) - {"clean"} if PHONY else set()


def commands(target: str) -> list[str]:
    """Returns what the target would run."""
    dry = ["make", "--no-print-directory", "-C", str(ROOT), "--dry-run", target]
    return subprocess.run(dry, check=True, capture_output=True, text=True).stdout.splitlines()


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_each_target_begins_with_everything_that_is_to_be_installed(target: str) -> None:
    first = commands("environment")
    assert [line for line in first if line.endswith("-m trackline_local.environment")]
    assert first[-1].endswith("-m trackline_local assets")
    assert commands(target)[: len(first)] == first
