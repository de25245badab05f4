"""The history of records, read from the log of their events.

Rows of an earlier release hold the whole state, but not what changed. The changes then follow from the row before.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from trackline_core.records.decide import Document
from trackline_schemas.events import event_id
from trackline_schemas.filters import And, Condition, Filter, Or, matches
from trackline_schemas.filters.tree import Op
from trackline_schemas.paging import Page
from trackline_schemas.records import AnyKind, ChangesQuery, RecordChange

NEWEST_FIRST = [("recordedat", -1), ("_id", -1)]
# The indexes of a log. The history never asks without types.
INDEXES = ([("type", 1), *NEWEST_FIRST], [("actor", 1), *NEWEST_FIRST])

# Records with events that are not in the log yet. An index of the outbox serves this.
PENDING = {"pending_at": {"$exists": True}}


def to_filter(query: ChangesQuery, event_types: Sequence[str]) -> Filter:
    """Returns the filter for the rows of a query. It fits rows of the log and rows that are still pending."""
    wanted: Sequence[tuple[str, Op, Any]] = (
        ("type", "in", [*event_types]),
        ("_id", "in", query.ids),
        ("subject", "eq", query.record_id),
        ("actor", "eq", query.actor_id),
        ("recordedat", "gte", query.since),
        ("recordedat", "lt", query.until),
    )
    given = [Condition(field=field, op=op, value=value) for field, op, value in wanted if value is not None]
    return And(all=[*given, *_after_cursor(query)])


def _after_cursor(query: ChangesQuery) -> list[Filter]:
    if query.position is None:
        return []
    at, id_ = query.position
    # The first condition follows from the second, and gives an index its bounds.
    reached = Condition(field="recordedat", op="lte", value=at)
    same: list[Filter] = [Condition(field="recordedat", op="eq", value=at), Condition(field="_id", op="lt", value=id_)]
    return [reached, Or(any=[Condition(field="recordedat", op="lt", value=at), And(all=same)])]


def merge_rows(query: ChangesQuery, rows: Iterable[Document]) -> list[Document]:
    """Returns the newest rows first, each once: the relay may move a row to the log between the two reads."""
    once = {row["_id"]: row for row in rows}
    newest = sorted(once.values(), key=lambda row: (row["recordedat"], row["_id"]), reverse=True)
    return newest[: query.size + 1]


def merge_pages(pages: Iterable[Page[RecordChange]], size: int) -> Page[RecordChange]:
    """Returns the newest changes of several kinds or processes. Each page has the newest changes of one of them."""
    given = list(pages)
    found = [change for page in given for change in page.items]
    newest = sorted(found, key=lambda change: (change.at, change.id), reverse=True)
    items, more = newest[:size], len(found) > size or any(page.after for page in given)
    return Page(items=items, after=items[-1].cursor if more and items else None)


def predecessor_ids(rows: Iterable[Document]) -> list[str]:
    """Returns the ids of the earlier rows that are needed to find out what changed in these rows."""
    old = (row for row in rows if "changes" not in row and row["sequence"] > 1)
    return [event_id(row["subject"], row["sequence"] - 1) for row in old]


def to_change(kind: AnyKind, row: Document, earlier: Mapping[str, Document]) -> RecordChange:
    """`earlier` is id → row, for the ids that `predecessor_ids` returned."""
    before = earlier.get(event_id(row["subject"], row["sequence"] - 1), {}).get("data", {})
    changes = row["changes"] if "changes" in row else _find_changes(kind, before, row["data"])
    return RecordChange(
        id=row["_id"],
        kind=kind.name,
        record_id=row["subject"],
        name=row["data"].get("name") or "",
        version=row["sequence"],
        at=row["recordedat"],
        actor_id=row["actor"],
        changes={name: (old, new) for name, (old, new) in changes.items()},
        created=row["sequence"] == 1 and not kind.exists_from_start,
    )


def hide_unreadable(readable: Filter, change: RecordChange, row: Document, document: Document) -> RecordChange:
    """Returns the change without name and values unless its reader may read the record as it is today, and as it was
    before and after the change. `document` is the record of today, because a row lacks members such as
    created_by_id."""
    after = document | row["data"]
    states = [document, after, *([] if change.created else [after | change.before])]
    if all(matches(readable, state) for state in states):
        return change
    return change.model_copy(update={"hidden": True, "name": "", "changes": {}})


def _find_changes(kind: AnyKind, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    names = [name for name in kind.fields if before.get(name) != after.get(name)]
    return {name: (before.get(name), after.get(name)) for name in names}
