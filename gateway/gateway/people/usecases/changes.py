"""The history of everything about people that is a record."""

from gateway.people.usecases.ports import Ports
from trackline_core.records.history import merge_pages
from trackline_schemas.paging import Page
from trackline_schemas.records import ChangesQuery, RecordChange


async def list_changes(ports: Ports, query: ChangesQuery) -> Page[RecordChange]:
    """Returns the changes, newest first."""
    asked = [records for name, records in ports.records.items() if query.kinds is None or name in query.kinds]
    return merge_pages([Page(items=await records.history(query)) for records in asked], query.size)
