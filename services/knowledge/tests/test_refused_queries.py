"""Queries that are beyond a limit of Elasticsearch are answered by somebody, and none of them looks like an outage."""

from typing import Any

import pytest

from knowledge.domain.text import LONGEST_WORD
from knowledge.usecases.ports import QueryRefused
from knowledge.usecases.search import suggest
from trackline_schemas.paging import encode_cursor

from .samples import AGENT, ticket_event
from .world import World, numbers

LONG_WORDS = ["tuer" + "a" * 260, "tuer" + "s" * 400, "k4" * 240, "ueoeae" * 80, "tuer" + "a" * 260 + " printer"]


@pytest.fixture
def printer(elastic_world: World) -> World:
    elastic_world.hear(ticket_event("t1", 1, "The printer jams", number="INC-1"))
    return elastic_world


@pytest.mark.parametrize("q", [*LONG_WORDS, *(f'"{word}"' for word in LONG_WORDS)])
def test_elasticsearch_takes_words_of_any_length(printer: World, q: str) -> None:
    assert numbers(printer.ask(q, AGENT)) in ([], ["INC-1"])
    assert numbers(suggest(printer.ports, q, 5, AGENT)) in ([], ["INC-1"])


def test_the_page_after_a_number_that_was_not_asked_for_is_empty(printer: World) -> None:
    made_up = encode_cursor("elasticsearch-number", 0, "", 0)
    assert numbers(printer.ask("hello", AGENT, after=made_up)) == []


def test_what_elasticsearch_refuses_is_told_from_an_outage(printer: World) -> None:
    beyond: dict[str, Any] = {"field": "state", "op": "eq", "value": "x" * 33_000}
    with pytest.raises(QueryRefused):
        printer.ask("printer", AGENT, filter=beyond)


def test_only_words_that_somebody_types_are_searched_with_typing_errors(printer: World) -> None:
    assert printer.found("prnter", AGENT) == ["INC-1"]
    assert len("Donaudampfschifffahrtsgesellschaft") < LONGEST_WORD
