"""A filter finds the same documents in Elasticsearch, in MongoDB and in memory. This tests the compilers in
trackline_schemas.filters."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from elasticsearch import Elasticsearch
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pymongo.database import Database

from knowledge.adapters.article import MongoArticles
from knowledge.adapters.document import MongoDocuments
from knowledge.adapters.elastic.index import ElasticWriter
from knowledge.adapters.elastic.search import ElasticSearch
from knowledge.adapters.job import MongoJobs
from knowledge.adapters.search import MongoSearch
from knowledge.domain.document import Document, next_revision, unknown
from knowledge.usecases.ports import SearchIndex
from knowledge.usecases.query import IndexQuery, Scope
from trackline_schemas.access import NOTHING
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
    matches,
)
from trackline_schemas.filters.fields import Fields

from .fakes import FakeClock, FakeTeams
from .samples import START
from .upkeep import Upkeep, drop_indices
from .world import World

WORDS = ["a", "b", "A", "a b", "ä", "new", "", "x" * 300, "2026-03-02", "1", "$a", "a.b"]
NUMBERS: list[Any] = [0, 1, 2, 3, -1, 2.0, 2.5, 10**9]
INSTANTS = [START + timedelta(milliseconds=ms) for ms in (-1, 0, 1, 500, 86_400_000)]
TYPED = {"keyword": st.sampled_from(WORDS), "number": st.sampled_from(NUMBERS), "date": st.sampled_from(INSTANTS)}
STORED: dict[str, list[Any]] = {"keyword": WORDS, "number": [-2, -1, 0, 1, 2, 3, 4], "date": INSTANTS}
ORDER = ["lt", "lte", "gt", "gte"]
MISSING = object()


def documents() -> list[Document]:
    """Returns 60 tickets and articles. Each field is set, null, empty or missing in some of them."""
    chance = Random(42)
    kinds = [("ticket", TICKET_FIELDS), ("ticket", TICKET_FIELDS), ("article", ARTICLE_FIELDS)]
    return [_stored(f"{kinds[n % 3][0]}:{n}", *kinds[n % 3], chance) for n in range(60)]


def _stored(key: str, type_: str, fields: Fields, chance: Random) -> Document:
    drawn = {name: chance.choice([None, MISSING, chance.choice(STORED[kind])]) for name, kind in fields.items()}
    values = {name: value for name, value in drawn.items() if value is not MISSING}
    values["tags"] = chance.sample(WORDS, chance.randint(0, 2))
    known = {"type": type_, "id": key, "number": f"N-{key}", "title": "t", "digits": "1", "title_words": ["t"]}
    texts = {"public": [], "internal": [], "updated_at": chance.choice(INSTANTS), "state": chance.choice(WORDS)}
    return next_revision(unknown(key), unknown(key) | values | known | texts, START)


def conditions(fields: Fields) -> st.SearchStrategy[Filter]:
    def of(name: str) -> st.SearchStrategy[Filter]:
        value = TYPED[fields[name]]
        simple = st.tuples(st.sampled_from(["eq", *([] if fields[name] == "keyword" else ORDER)]), value)
        listed = st.tuples(st.just("in"), st.lists(value, max_size=3))
        present = st.tuples(st.just("is_set"), st.booleans())
        return (simple | listed | present).map(lambda made: Condition(field=name, op=made[0], value=made[1]))

    return st.sampled_from(sorted(fields.keys() - {"id", "number"})).flatmap(of)


def trees(fields: Fields) -> st.SearchStrategy[Filter]:
    def grown(inner: st.SearchStrategy[Filter]) -> st.SearchStrategy[Filter]:
        lists = st.lists(inner, max_size=3)
        return (
            lists.map(lambda nodes: And(all=nodes))
            | lists.map(lambda nodes: Or(any=nodes))
            | inner.map(lambda node: Not(filter=node))
        )

    return st.recursive(conditions(fields), grown, max_leaves=6)


class Everywhere:
    def __init__(self, kept: list[Document], elastic: SearchIndex, mongo: SearchIndex) -> None:
        self.documents, self.elastic, self.mongo = kept, elastic, mongo

    def check(self, type_: str, tree: Filter) -> None:
        fields = TICKET_FIELDS if type_ == "ticket" else ARTICLE_FIELDS
        wanted = check_filter(tree, fields)
        expected = {row["_id"] for row in self.documents if row["type"] == type_ and matches(wanted, row)}
        query = IndexQuery("", (Scope(type_, wanted, NOTHING),), 100)  # type: ignore[arg-type]
        assert _ids(self.mongo, query) == expected
        assert _ids(self.elastic, query) == expected


def _ids(index: SearchIndex, query: IndexQuery) -> set[str]:
    return {hit.id for hit in index.search(query).items}


@pytest.fixture(scope="module")
def everywhere(mongo: Database[Document], elastic: Elasticsearch) -> Iterator[Everywhere]:
    alias = f"test-knowledge-filters-{mongo.name[-8:]}-search"
    store, kept, clock = MongoDocuments(mongo), documents(), FakeClock(START)
    world = World("", clock, store, MongoArticles(mongo), FakeTeams(), MongoSearch(mongo), lambda: None)
    mongo["search_documents"].delete_many({})
    store.save(kept)
    Upkeep(world.ports, ElasticWriter(elastic, alias), MongoJobs(mongo), clock).settle()
    elastic.indices.refresh(index=alias)
    yield Everywhere(kept, ElasticSearch(elastic, alias), MongoSearch(mongo))
    drop_indices(elastic, alias)
    mongo["search_jobs"].delete_many({})
    mongo["search_documents"].delete_many({})


SLOW = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@SLOW
@given(tree=trees(TICKET_FIELDS))
@example(tree=Not(filter=Condition(field="tags", op="is_set", value=True)))
@example(tree=Condition(field="priority", op="eq", value=2.5))
@example(tree=Condition(field="priority", op="lt", value=2.5))
@example(tree=Condition(field="priority", op="lt", value=2**53))
@example(tree=Condition(field="created_at", op="lt", value=START.replace(microsecond=500)))
@example(tree=Condition(field="created_at", op="lte", value=START.replace(microsecond=500)))
@example(tree=Condition(field="created_at", op="eq", value=datetime(1, 1, 1, tzinfo=UTC)))
@example(tree=Condition(field="created_at", op="gt", value=datetime.max.replace(tzinfo=UTC)))
@example(tree=Condition(field="team_id", op="in", value=[]))
def test_tickets(everywhere: Everywhere, tree: Filter) -> None:
    everywhere.check("ticket", tree)


@SLOW
@given(tree=trees(ARTICLE_FIELDS))
def test_articles(everywhere: Everywhere, tree: Filter) -> None:
    everywhere.check("article", tree)


def test_the_documents_cover_all_cases() -> None:
    """Each field is set in some documents and not in others. Otherwise equal results would prove little."""
    rows = [row for row in documents() if row["type"] == "ticket"]
    for field in TICKET_FIELDS.keys() - {"id", "number", "updated_at", "state"}:
        there = [row.get(field) not in (None, []) for row in rows]
        assert any(there), field
        assert not all(there), field


@pytest.mark.parametrize(
    ("field", "value"),
    [("priority", 2**53 + 1), ("priority", float("nan")), ("priority", float("-inf")), ("state", "\ud800")],
)
def test_values_that_no_store_can_hold_are_refused(field: str, value: object) -> None:
    with pytest.raises(ServiceError) as caught:
        check_filter(Condition(field=field, op="eq", value=value), TICKET_FIELDS)
    assert caught.value.code == "invalid_filter"
