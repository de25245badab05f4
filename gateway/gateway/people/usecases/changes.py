"""The history of everything about people that is a record."""

from gateway.people.usecases.ports import Ports
from trackline_schemas.records import ChangesQuery, RecordChange


async def list_changes(ports: Ports, query: ChangesQuery) -> list[RecordChange]:
    """Returns the newest change first, and at most one more than the page holds."""
    asked = [records for name, records in ports.records.items() if query.kinds is None or name in query.kinds]
    found = [change for records in asked for change in await records.history(query)]
    return sorted(found, key=lambda change: (change.at, change.id), reverse=True)[: query.size + 1]
