"""The page of one change of the configuration, without MongoDB."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.people import KINDS
from trackline_core.records.aio import AsyncRecords
from trackline_core.records.decide import Document
from trackline_schemas.records import ChangesQuery

from .conftest import Portal


class OneChange:
    """A history with one row of the log."""

    def __init__(self, event_type: str, version: int) -> None:
        self.row: Document = {
            "_id": f"r1:{version:08d}", "type": event_type, "subject": "r1", "sequence": version,
            "recordedat": datetime.now(UTC), "actor": "admin", "data": {"name": "Monitoring"},
            "changes": {"active": [True, False]},
        }  # fmt: skip

    async def find(self, query: ChangesQuery, kinds: Any) -> Sequence[Document]:
        return [self.row]

    async def rows(self, ids: Any) -> list[Document]:
        return []


@pytest.mark.parametrize(
    ("name", "version", "offered"),
    [
        ("api_key", 2, False),
        ("api_key", 1, False),
        ("team", 1, False),
        ("team", 2, True),
        ("organisation", 1, True),
    ],
)
async def test_a_restore_is_offered_only_where_it_can_work(
    portal: Portal, name: str, version: int, offered: bool
) -> None:
    folk: Any = portal.folk
    kind: Any = next(kind for kind in KINDS if kind.name == name)
    folk.records = {name: AsyncRecords(kind, folk.users, lambda: datetime.now(UTC), "/test")}
    folk.history = OneChange(kind.event_type, version)
    page = await portal.get(f"/settings/changes/{folk.history.row['_id']}", "admin")
    assert page.status_code == 200, page.text
    assert ("Restore the values before" in page.text) == offered
    assert "Show all changes to this" in page.text
