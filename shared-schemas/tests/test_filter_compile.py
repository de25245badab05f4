"""The queries that filters are compiled to, and the filters that are refused."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from trackline_schemas.errors import ServiceError
from trackline_schemas.filters import (
    ARTICLE_FIELDS,
    TICKET_FIELDS,
    And,
    Condition,
    Filter,
    Not,
    Or,
    check_filter,
    to_elastic,
    to_mongo,
)
from trackline_schemas.filters.fields import MAX_CONDITIONS, MAX_DEPTH, MAX_NUMBER, MAX_VALUES

TREE: TypeAdapter[Filter] = TypeAdapter(Filter)
OPEN = Condition(field="state", op="eq", value="open")
HIGH = Condition(field="priority", op="lte", value=2)
WHEN = datetime(2026, 3, 1, 12, tzinfo=UTC)

MONGO: list[tuple[Filter, dict[str, Any]]] = [
    (OPEN, {"state": {"$eq": "open"}}),
    (HIGH, {"priority": {"$lte": 2}}),
    (Condition(field="state", op="in", value=["a"]), {"state": {"$in": ["a"]}}),
    (Condition(field="tags", op="is_set", value=True), {"tags": {"$exists": True, "$nin": [None, []]}}),
    (
        Condition(field="tags", op="is_set", value=False),
        {"$nor": [{"tags": {"$exists": True, "$nin": [None, []]}}]},
    ),
    (Not(filter=OPEN), {"$nor": [{"state": {"$eq": "open"}}]}),
    (And(all=[]), {}),
    (Or(any=[]), {"$nor": [{}]}),
    (And(all=[OPEN, HIGH]), {"$and": [{"state": {"$eq": "open"}}, {"priority": {"$lte": 2}}]}),
    (Or(any=[OPEN, HIGH]), {"$or": [{"state": {"$eq": "open"}}, {"priority": {"$lte": 2}}]}),
    (Or(any=[Or(any=[]), OPEN]), {"state": {"$eq": "open"}}),
]

ELASTIC: list[tuple[Filter, dict[str, Any]]] = [
    (OPEN, {"term": {"state": "open"}}),
    (HIGH, {"range": {"priority": {"lte": 2}}}),
    (
        Condition(field="created_at", op="gt", value=WHEN),
        {"range": {"created_at": {"gt": "2026-03-01T12:00:00.000+00:00"}}},
    ),
    (Condition(field="state", op="in", value=["a"]), {"terms": {"state": ["a"]}}),
    (Condition(field="tags", op="is_set", value=True), {"exists": {"field": "tags"}}),
    (Condition(field="tags", op="is_set", value=False), {"bool": {"must_not": [{"exists": {"field": "tags"}}]}}),
    (Not(filter=OPEN), {"bool": {"must_not": [{"term": {"state": "open"}}]}}),
    (And(all=[]), {"match_all": {}}),
    (Or(any=[]), {"match_none": {}}),
    (And(all=[OPEN]), {"bool": {"filter": [{"term": {"state": "open"}}]}}),
    (Or(any=[OPEN]), {"bool": {"should": [{"term": {"state": "open"}}], "minimum_should_match": 1}}),
]


@pytest.mark.parametrize(("node", "query"), MONGO)
def test_mongodb_query(node: Filter, query: dict[str, Any]) -> None:
    assert to_mongo(node) == query


@pytest.mark.parametrize(("node", "query"), ELASTIC)
def test_elasticsearch_query(node: Filter, query: dict[str, Any]) -> None:
    assert to_elastic(node) == query


def test_fields_can_have_another_path() -> None:
    assert to_mongo(Not(filter=OPEN), {"state": "ticket.state"}) == {"$nor": [{"ticket.state": {"$eq": "open"}}]}


@pytest.mark.parametrize("node", [node for node, _ in MONGO])
def test_a_filter_survives_json(node: Filter) -> None:
    assert TREE.validate_json(TREE.dump_json(node)) == node


def test_json_names_are_and_or_not() -> None:
    node = And(all=[Or(any=[OPEN]), Not(filter=HIGH)])
    assert TREE.dump_python(node) == {
        "and": [
            {"or": [{"field": "state", "op": "eq", "value": "open"}]},
            {"not": {"field": "priority", "op": "lte", "value": 2}},
        ]
    }


@pytest.mark.parametrize(
    "tree",
    [
        {},
        [],
        "state",
        {"field": "state", "op": "like", "value": "o"},
        {"field": "state", "op": "eq"},
        {"field": "state", "op": "eq", "value": "o", "boost": 2},
        {"and": [], "or": []},
        {"not": []},
        {"and": {"field": "state", "op": "eq", "value": "open"}},
    ],
)
def test_an_invalid_tree_is_not_parsed(tree: Any) -> None:
    with pytest.raises(ValidationError):
        TREE.validate_python(tree)


def test_dates_become_utc_in_whole_milliseconds() -> None:
    east = datetime(2026, 3, 1, 13, 0, 0, 1999, tzinfo=timezone(timedelta(hours=1)))
    for given in (east, east.isoformat(), "2026-03-01T12:00:00.001999Z", "2026-03-01T12:00:00.001"):
        node = check_filter(Condition(field="created_at", op="lt", value=given), TICKET_FIELDS)
        assert isinstance(node, Condition)
        assert node.value == WHEN.replace(microsecond=1000)
        assert node.value.tzinfo is UTC


def test_no_filter_is_the_one_that_matches_all() -> None:
    assert check_filter(None, TICKET_FIELDS) == And(all=[])


def nested(depth: int) -> Filter:
    node: Filter = OPEN
    for _ in range(depth - 1):
        node = Not(filter=node)
    return node


def test_limits_are_inclusive() -> None:
    check_filter(nested(MAX_DEPTH), TICKET_FIELDS)
    check_filter(And(all=[OPEN] * MAX_CONDITIONS), TICKET_FIELDS)
    check_filter(Condition(field="state", op="in", value=["x"] * MAX_VALUES), TICKET_FIELDS)
    check_filter(Condition(field="priority", op="lt", value=-MAX_NUMBER), TICKET_FIELDS)


@pytest.mark.parametrize(
    ("node", "words"),
    [
        (nested(MAX_DEPTH + 1), "nested more than 8"),
        (And(all=[OPEN] * (MAX_CONDITIONS + 1)), "more than 100 conditions"),
        (Condition(field="state", op="in", value=["x"] * (MAX_VALUES + 1)), "at most 1,000 values"),
        (Condition(field="state", op="in", value="open"), "takes a list"),
        (Condition(field="state", op="in", value=["open", 5]), "takes a keyword, not 5"),
        (Condition(field="title", op="eq", value="x"), "no field 'title'"),
        (Condition(field="visibility", op="eq", value="public"), "no field 'visibility'"),
        (Condition(field="state", op="lt", value="open"), "no order"),
        (Condition(field="state", op="eq", value=None), "takes a keyword, not None"),
        (Condition(field="state", op="eq", value="\ud800"), "takes a keyword"),
        (Condition(field="state", op="eq", value={"$ne": 1}), "takes a keyword"),
        (Condition(field="state", op="is_set", value="yes"), "takes a bool"),
        (Condition(field="priority", op="eq", value=True), "takes a number"),
        (Condition(field="priority", op="eq", value="1"), "takes a number"),
        (Condition(field="priority", op="eq", value=MAX_NUMBER + 1), "takes a number"),
        (Condition(field="priority", op="eq", value=float("nan")), "takes a number"),
        (Condition(field="created_at", op="gt", value="yesterday"), "ISO 8601"),
        (Condition(field="created_at", op="gt", value=5), "ISO 8601"),
        (Condition(field="created_at", op="gt", value="9999-12-31T23:59:59-01:00"), "ISO 8601"),
    ],
)
def test_what_is_refused_and_why(node: Filter, words: str) -> None:
    with pytest.raises(ServiceError, match=words) as refused:
        check_filter(Or(any=[node]) if isinstance(node, Condition) else node, TICKET_FIELDS)
    assert (refused.value.code, refused.value.status) == ("invalid_filter", 400)


def test_articles_have_fields_of_their_own() -> None:
    check_filter(Condition(field="visibility", op="eq", value="public"), ARTICLE_FIELDS)
    with pytest.raises(ServiceError, match="no field 'priority'"):
        check_filter(HIGH, ARTICLE_FIELDS)
