"""Elasticsearch first, MongoDB else: the choice between them, without servers."""

from dataclasses import replace

import pytest

from knowledge.usecases.breaker import Breaker
from knowledge.usecases.failover import Failover
from knowledge.usecases.query import IndexQuery, Position, Scope, position
from trackline_schemas.access import NOTHING
from trackline_schemas.errors import ServiceError
from trackline_schemas.filters import And, Condition, Not, Or, fields_of
from trackline_schemas.paging import encode_cursor

from .fakes import FakeClock, FakeDocuments, FakeIndex
from .world import EVERYTHING

QUERY = IndexQuery("vpn", (Scope("ticket", EVERYTHING, NOTHING),), 10)


@pytest.fixture
def first() -> FakeIndex:
    return FakeIndex(FakeDocuments())


@pytest.fixture
def fallback() -> FakeIndex:
    return FakeIndex(FakeDocuments())


@pytest.fixture
def breaker(clock: FakeClock) -> Breaker:
    return Breaker(clock.monotonic)


@pytest.fixture
def failover(first: FakeIndex, fallback: FakeIndex, breaker: Breaker) -> Failover:
    return Failover(first, fallback, breaker)


def test_the_first_answers_while_it_can(failover: Failover, fallback: FakeIndex) -> None:
    assert not failover.search(QUERY).degraded
    assert fallback.asked == 0
    assert not failover.degraded


def test_the_fallback_answers_degraded_and_spares_the_first(
    failover: Failover, first: FakeIndex, fallback: FakeIndex, clock: FakeClock
) -> None:
    first.down = True
    assert [failover.search(QUERY).degraded for _ in range(5)] == [True] * 5
    assert (first.asked, fallback.asked) == (1, 5)
    assert failover.degraded
    clock.forward(1.1)
    failover.search(QUERY)
    assert first.asked == 2


def test_a_query_that_is_refused_costs_only_its_sender_something(
    failover: Failover, first: FakeIndex, fallback: FakeIndex, clock: FakeClock
) -> None:
    first.refused = {"beyond all limits"}
    assert failover.search(replace(QUERY, q="beyond all limits")).degraded
    assert not failover.degraded
    assert not failover.search(QUERY).degraded
    assert fallback.asked == 1
    first.down = True
    failover.search(QUERY)
    first.down = False
    clock.forward(1.1)
    failover.search(replace(QUERY, q="beyond all limits"))
    assert not failover.degraded, "an index that refuses a query is up"


def test_it_recovers_by_itself(failover: Failover, first: FakeIndex, clock: FakeClock) -> None:
    first.down = True
    failover.search(QUERY)
    first.down = False
    assert failover.search(QUERY).degraded
    clock.forward(1.1)
    assert not failover.search(QUERY).degraded
    assert not failover.degraded


def test_without_elasticsearch_every_answer_is_degraded(fallback: FakeIndex, breaker: Breaker) -> None:
    failover = Failover(None, fallback, breaker)
    assert failover.degraded
    assert failover.search(QUERY).degraded


def test_one_caller_tries_while_the_others_keep_out(breaker: Breaker, clock: FakeClock) -> None:
    breaker.record_failure()
    assert not breaker.allows()
    clock.forward(1.1)
    assert [breaker.allows() for _ in range(3)] == [True, False, False]


def test_pauses_grow_to_ten_seconds(breaker: Breaker, clock: FakeClock) -> None:
    for _ in range(6):
        breaker.record_failure()
    clock.forward(9.9)
    assert not breaker.allows()
    clock.forward(0.2)
    assert breaker.allows()


def test_the_fields_of_a_filter() -> None:
    one, two = Condition(field="state", op="eq", value="new"), Condition(field="tags", op="is_set", value=True)
    assert fields_of(And(all=[one, Or(any=[Not(filter=two)])])) == {"state", "tags"}
    assert fields_of(None) == set()


@pytest.mark.parametrize("seen", [-1, 1001, True, "3"])
def test_a_cursor_stays_within_its_bounds(seen: object) -> None:
    with pytest.raises(ServiceError):
        position(encode_cursor("mongodb", 1.0, "ticket:a", seen))


def test_pages_end_after_a_thousand_hits() -> None:
    assert IndexQuery("", QUERY.scopes, 100).left == 100
    assert IndexQuery("", QUERY.scopes, 100, Position("x", 950)).left == 50
