from typing import Any

import pytest

from trackline_core.bulk_write import DUPLICATE_KEY, duplicate_indexes

TAKEN = {"index": 3, "code": DUPLICATE_KEY}


def test_a_unique_index_refused_some_writes() -> None:
    assert duplicate_indexes({"writeErrors": [TAKEN], "writeConcernErrors": []}) == {3}


@pytest.mark.parametrize(
    "details",
    [
        {"writeErrors": [TAKEN, {"index": 4, "code": 121}], "writeConcernErrors": []},
        {"writeErrors": [TAKEN], "writeConcernErrors": [{"code": 64}]},
        {"writeErrors": [], "writeConcernErrors": [{"code": 64}]},
    ],
)
def test_other_failures_are_not_taken_for_duplicates(details: dict[str, Any]) -> None:
    assert duplicate_indexes(details) is None
