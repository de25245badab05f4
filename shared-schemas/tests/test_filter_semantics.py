"""One meaning in memory and on a real MongoDB. Elasticsearch joins where the search documents are tested."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter
from pymongo.collection import Collection

from trackline_schemas.filters import TICKET_FIELDS, Filter, check_filter, from_query, matches, to_mongo

MARCH = datetime(2026, 3, 1, 12, tzinfo=UTC)
Document = dict[str, Any]
TREE: TypeAdapter[Filter] = TypeAdapter(Filter)

DOCUMENTS: list[Document] = [
    {"number": "a", "state": "new", "priority": 1, "tags": ["vpn", "sap"], "resolved_at": None},
    {"number": "b", "state": "open", "priority": 3, "tags": [], "resolved_at": MARCH, "team_id": "desk"},
    {"number": "c", "state": "open", "priority": 3.0, "resolved_at": MARCH.replace(hour=13), "team_id": None},
    {"number": "d", "state": "", "tags": ["vpn"], "team_id": "net", "reopens": 0},
]


def condition(field: str, op: str, value: Any) -> Document:
    return {"field": field, "op": op, "value": value}


TABLE = [
    (condition("state", "eq", "open"), "bc"),
    (condition("state", "in", ["new", "closed"]), "a"),
    (condition("state", "in", []), ""),
    (condition("state", "is_set", True), "abcd"),
    (condition("tags", "eq", "vpn"), "ad"),
    (condition("tags", "in", ["sap", "mail"]), "a"),
    (condition("tags", "is_set", True), "ad"),
    (condition("tags", "is_set", False), "bc"),
    (condition("team_id", "is_set", False), "ac"),
    (condition("priority", "eq", 3), "bc"),
    (condition("priority", "lt", 3), "a"),
    (condition("priority", "gte", 3), "bc"),
    (condition("reopens", "lte", 0), "d"),
    (condition("reopens", "is_set", True), "d"),
    (condition("resolved_at", "eq", "2026-03-01T13:00:00+01:00"), "b"),
    (condition("resolved_at", "gt", "2026-03-01T12:00:00Z"), "c"),
    (condition("resolved_at", "lte", "2026-03-01T12:00:00.000999Z"), "b"),
    (condition("resolved_at", "in", ["2026-03-01 12:00", "2026-03-02"]), "b"),
    (condition("resolved_at", "is_set", False), "ad"),
    ({"not": condition("state", "eq", "open")}, "ad"),
    ({"not": condition("team_id", "eq", "desk")}, "acd"),
    ({"not": condition("priority", "lt", 3)}, "bcd"),
    ({"not": condition("tags", "eq", "sap")}, "bcd"),
    ({"and": []}, "abcd"),
    ({"or": []}, ""),
    ({"not": {"or": []}}, "abcd"),
    ({"and": [condition("state", "eq", "open"), condition("team_id", "is_set", True)]}, "b"),
    ({"or": [condition("state", "eq", "new"), condition("team_id", "eq", "net")]}, "ad"),
    ({"or": [{"or": []}, condition("team_id", "eq", "net")]}, "d"),
    ({"and": [{"or": []}, condition("team_id", "eq", "net")]}, ""),
]


def parsed(tree: Document) -> Filter:
    return from_query([("filter", json.dumps(tree))], TICKET_FIELDS, "me")


def in_json(document: Document) -> Document:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in document.items()}


@pytest.mark.parametrize(("tree", "expected"), TABLE)
def test_what_matches_in_memory(tree: Document, expected: str) -> None:
    node = parsed(tree)
    assert "".join(doc["number"] for doc in DOCUMENTS if matches(node, doc)) == expected
    assert "".join(doc["number"] for doc in map(in_json, DOCUMENTS) if matches(node, doc)) == expected


@pytest.mark.parametrize(("tree", "expected"), TABLE)
def test_what_matches_in_mongodb(tree: Document, expected: str, collection: Collection[Document]) -> None:
    collection.drop()
    collection.insert_many([{**document} for document in DOCUMENTS])
    found = collection.find(to_mongo(parsed(tree))).sort("number")
    assert "".join(document["number"] for document in found) == expected
    # The same where the collection keeps the fields below a key of its own.
    collection.update_many({}, [{"$replaceWith": {"number": "$number", "ticket": "$$ROOT"}}])
    paths = {name: f"ticket.{name}" for name in TICKET_FIELDS}
    found = collection.find(to_mongo(parsed(tree), paths)).sort("number")
    assert "".join(document["number"] for document in found) == expected


MISSING = object()
instants = st.sampled_from([MARCH, MARCH.replace(hour=13), MARCH.replace(microsecond=1000)])
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "state": st.sampled_from(["new", "open", ""]),
    "tags": st.sampled_from(["vpn", "sap", "mail"]),
    "priority": st.sampled_from([1, 2, 2.5, -1]),
    "resolved_at": instants,
}


def stored(name: str) -> st.SearchStrategy[Any]:
    value = st.lists(VALUES[name], max_size=2) if name == "tags" else VALUES[name]
    return st.one_of(st.just(MISSING), st.none(), value)


documents = st.fixed_dictionaries({name: stored(name) for name in VALUES}).map(
    lambda document: {name: value for name, value in document.items() if value is not MISSING}
)


def conditions(name: str) -> st.SearchStrategy[Document]:
    field, value = st.just(name), VALUES[name]
    ordered = () if name in ("state", "tags") else ("lt", "lte", "gt", "gte")
    return st.one_of(
        st.fixed_dictionaries({"field": field, "op": st.sampled_from(("eq", *ordered)), "value": value}),
        st.fixed_dictionaries({"field": field, "op": st.just("in"), "value": st.lists(value, max_size=2)}),
        st.fixed_dictionaries({"field": field, "op": st.just("is_set"), "value": st.booleans()}),
    )


def trees() -> st.SearchStrategy[Document]:
    def joined(child: st.SearchStrategy[Document]) -> st.SearchStrategy[Document]:
        several = st.lists(child, max_size=3)
        return st.one_of(
            several.map(lambda all_: {"and": all_}),
            several.map(lambda any_: {"or": any_}),
            child.map(lambda one: {"not": one}),
        )

    return st.recursive(st.one_of([conditions(name) for name in VALUES]), joined, max_leaves=6)


@given(st.lists(documents, max_size=5), st.lists(trees(), min_size=1, max_size=5))
def test_memory_and_mongodb_agree(
    collection: Collection[Document], docs: list[Document], wanted: list[Document]
) -> None:
    collection.delete_many({})
    if docs:
        collection.insert_many([{**document, "_id": number} for number, document in enumerate(docs)])
    for tree in wanted:
        node = check_filter(TREE.validate_python(tree), TICKET_FIELDS)
        found = {document["_id"] for document in collection.find(to_mongo(node))}
        assert found == {number for number, document in enumerate(docs) if matches(node, document)}
