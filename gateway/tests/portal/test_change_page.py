"""The page of one change of the configuration, without MongoDB."""

from datetime import UTC, datetime
from typing import Any

import pytest

from trackline_schemas.records import ChangesQuery, RecordChange

from .conftest import Portal


class Kept:
    """The history of one kind of record."""

    def __init__(self, kind: str, version: int) -> None:
        self.change = RecordChange(
            id=f"r1:{version:08d}", kind=kind, record_id="r1", name="Monitoring", version=version,
            at=datetime.now(UTC), actor_id="admin", changes={"active": (True, False)},
        )  # fmt: skip

    async def history(self, query: ChangesQuery) -> list[RecordChange]:
        return [self.change]


@pytest.mark.parametrize(
    ("kind", "version", "offered"),
    [("api_key", 2, False), ("api_key", 1, False), ("team", 1, False), ("team", 2, True)],
)
async def test_a_restore_is_offered_only_where_it_can_work(
    portal: Portal, kind: str, version: int, offered: bool
) -> None:
    records: dict[str, Any] = portal.folk.records
    records[kind] = Kept(kind, version)
    page = await portal.get(f"/settings/changes/{records[kind].change.id}", "admin")
    assert page.status_code == 200, page.text
    assert ("Restore the values before" in page.text) == offered
    assert "Show all changes to this" in page.text
