"""`make prove` takes minutes. This checks quickly that it still finds the lines that it removes."""

import pytest
from mechanisms import MECHANISMS, ROOT, Mechanism


@pytest.mark.parametrize("mechanism", MECHANISMS, ids=lambda one: one.name)
def test_the_line_that_proves_it_is_there(mechanism: Mechanism) -> None:
    assert (ROOT / mechanism.file).read_text().count(mechanism.line) == 1
    assert (ROOT / mechanism.test.split(" ")[0]).exists()
