"""The history of everything about people that is a record."""

from gateway.people.usecases.ports import Ports
from trackline_core.records.history import merge_pages, predecessor_ids, to_change
from trackline_schemas.paging import Page
from trackline_schemas.records import ChangesQuery, RecordChange


async def list_changes(ports: Ports, query: ChangesQuery) -> Page[RecordChange]:
    """Returns the changes, newest first."""
    asked = [one.kind for name, one in ports.records.items() if query.kinds is None or name in query.kinds]
    if not asked:
        return Page(items=[])
    rows = await ports.history.find(query, asked)
    earlier = {row["_id"]: row for row in await ports.history.rows(predecessor_ids(rows))}
    kinds = {kind.event_type: kind for kind in asked}
    found = [to_change(kinds[row["type"]], row, earlier) for row in rows]
    return merge_pages([Page(items=found)], query.size)
