"""The numbers from the columns equal those that are counted fact by fact, for every filter, group and period."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from random import Random
from typing import Any

import pytest

from analytics.adapters import columns
from analytics.adapters.columns import Columns
from analytics.adapters.document import to_document
from analytics.adapters.state_time import times
from analytics.adapters.tally import tallies
from analytics.domain.fact import Fact
from analytics.domain.period import Period
from trackline_schemas.filters import And, Condition, Filter, Not, Or
from trackline_schemas.ticket.fields import GROUPS

from .fakes import FakeFacts
from .stories import HOUR, START, Story, random_story
from .test_facts_store import one_by_one
from .world import fold_in_order

FIELDS: dict[str, list[Any]] = {
    "team_id": ["desk", "hr", "none of them"],
    "tags": ["vpn", "sap", ""],
    "priority": [1, 2, 5],
    "state": ["open", "closed"],
}
NO_FILTER = And(all=[])


def naive(value: Any) -> Any:
    match value:
        case datetime():
            return value.replace(tzinfo=None)
        case dict():
            return {name: naive(one) for name, one in value.items()}
        case list() | tuple():
            return [naive(one) for one in value]
    return value


def folded(seed: int, count: int = 60) -> list[Fact]:
    random = Random(seed)
    return list(fold_in_order(*(random_story(random, f"t{n}", skewed=True) for n in range(count))).values())


def in_columns(facts: Iterable[Fact]) -> Columns:
    told = Columns()
    told.take([naive(to_document(fact)) for fact in facts])
    return told


def one_at_a_time(facts: Iterable[Fact]) -> FakeFacts:
    store = FakeFacts()
    store.save(1, list(facts))
    return store


def random_filter(random: Random, depth: int = 0) -> Filter:
    match random.randint(0, 9 if depth < 3 else 5):
        case 6 | 7:
            return And(all=[random_filter(random, depth + 1) for _ in range(random.randint(0, 2))])
        case 8:
            return Or(any=[random_filter(random, depth + 1) for _ in range(random.randint(0, 2))])
        case 9:
            return Not(filter=random_filter(random, depth + 1))
    field = random.choice([*FIELDS])
    op = random.choice(["eq", "in", "is_set", *(["lt", "lte", "gt", "gte"] if field == "priority" else [])])
    values = random.sample(FIELDS[field], 2)
    return Condition(field=field, op=op, value={"in": values, "is_set": random.random() < 0.5}.get(op, values[0]))


@pytest.mark.parametrize("seed", range(6))
def test_tallies_are_those_of_each_fact(seed: int) -> None:
    random, facts = Random(seed), folded(seed)
    told, counted = in_columns(facts), one_at_a_time(facts)
    for _ in range(60):
        where, key = random_filter(random), random.sample(GROUPS, random.randint(0, 2))
        edges = sorted(START + random.randint(0, 800 * 60) * HOUR / 60 for _ in range(random.randint(2, 9)))
        found = one_by_one(tallies(told, told.matching(where), edges, key))
        assert found == one_by_one(counted.tallies(1, where, edges, key)), (where, edges, key)


@pytest.mark.parametrize("seed", range(6))
def test_state_times_are_those_of_each_fact(seed: int) -> None:
    random, facts = Random(seed), folded(seed)
    told, counted = in_columns(facts), one_at_a_time(facts)
    for _ in range(60):
        where, key = random_filter(random), random.sample(GROUPS, random.randint(0, 2))
        first, last = sorted(START + random.randint(0, 800 * 60) * HOUR / 60 for _ in range(2))
        period = Period(first, last + HOUR)
        found: dict[Any, float] = {}
        for fields, state, milliseconds in times(told, told.matching(where), period, key, spans_of(facts)):
            of = (tuple(fields.items()), state)
            found[of] = found.get(of, 0) + milliseconds / 1000
        expected = {
            (tuple(fields.items()), state): seconds
            for fields, state, seconds in counted.state_time(1, where, period, key)
        }
        assert {of: round(time, 3) for of, time in found.items() if time} == expected, (where, period, key)


def spans_of(facts: Sequence[Fact]) -> Any:
    def spans(ids: Sequence[str]) -> Iterator[tuple[str, str, int, int]]:
        for fact in facts:
            for span in fact.spans:
                if fact.id in ids and span.end:
                    yield fact.id, span.state, columns.milliseconds(span.start), columns.milliseconds(span.end)

    return spans


def test_a_fact_that_moves_on_meanwhile_is_counted_once() -> None:
    """The spans are read after the columns, and may be newer."""
    story = Story().update(10, state="open").update(30, state="pending")
    before, period = folded_from(story), Period(START + 20 * HOUR, START + 50 * HOUR)
    after = folded_from(story.update(40, state="open").update(45, state="resolved"))
    told = in_columns(before)
    found = Counter[str]()
    for _, state, milliseconds in times(told, told.matching(NO_FILTER), period, [], spans_of(after)):
        found[state] += milliseconds
    assert +found == {"open": 10 * 3_600_000, "pending": 20 * 3_600_000}


def folded_from(*stories: Story) -> list[Fact]:
    return list(fold_in_order(*stories).values())


def test_a_fact_that_comes_again_replaces_the_one_before() -> None:
    before, after = folded(1), folded(2)
    told = in_columns(before)
    told.take([naive(to_document(fact)) for fact in after[:30]])
    expected = one_at_a_time([*after[:30], *before[30:]])
    edges = [START, START + 300 * HOUR, START + 800 * HOUR]
    every = one_by_one(tallies(told, told.matching(NO_FILTER), edges, ["team_id"]))
    assert every == one_by_one(expected.tallies(1, NO_FILTER, edges, ["team_id"]))


def test_a_purged_fact_counts_nowhere() -> None:
    told = in_columns([*folded(1, 5), Fact("t2", applied=9), Fact("t9", applied=9)])
    assert (
        sum(
            one.measures()[0].created
            for _, _, one in tallies(told, told.matching(NO_FILTER), [START, START + 800 * HOUR], [])
        )
        == 4
    )


def test_more_facts_than_the_table_has_room_for() -> None:
    facts = folded(3, 20)
    told = Columns()
    for batch in range(200):
        told.take([{**naive(to_document(fact)), "_id": f"{batch} {fact.id}"} for fact in facts])
    once = one_by_one(tallies(told, told.rows(f"7 {fact.id}" for fact in facts), [START, START + 800 * HOUR], []))
    assert once == one_by_one(one_at_a_time(facts).tallies(1, NO_FILTER, [START, START + 800 * HOUR], []))


def test_an_edge_between_two_milliseconds() -> None:
    """The facts have milliseconds, but a question may have microseconds."""
    [fact] = folded(4, 1)
    at: datetime = fact.ticket["created_at"]
    told = in_columns([fact])
    for more, counted in ((-1, 1), (0, 1), (1, 0), (999, 0)):
        edges = [at.replace(microsecond=at.microsecond // 1000 * 1000) + more * datetime.resolution, at + HOUR]
        [(_, _, found)] = tallies(told, told.matching(NO_FILTER), edges, [])
        assert found.measures()[0].created == counted, more
