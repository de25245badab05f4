"""Which tests exist, for pages that name them."""

import re
from functools import cache
from itertools import chain

from trackline_local.steps import ROOT

TESTS = (
    "*/tests/**/test_*.py",
    "*/*/tests/**/test_*.py",
    "gateway/cli/cli_tests/test_*.py",
    "tests-integration/test_*.py",
)


@cache
def names_in(path: str) -> set[str]:
    """Returns the names of the tests in all files whose path ends with this one."""
    same = [file for pattern in TESTS for file in ROOT.glob(pattern) if str(file).endswith(f"/{path}")]
    texts = (file.read_text() for file in same)
    return set(chain.from_iterable(re.findall(r"^ *(?:async )?def (test_\w+)", text, re.MULTILINE) for text in texts))
