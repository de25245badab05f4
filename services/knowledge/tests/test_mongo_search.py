"""What only MongoDB's text search has to mind."""

import pytest

from .samples import AGENT, ticket_event
from .world import World


@pytest.mark.parametrize("language", ["uk", "zh", "de", "en"])
def test_articles_in_any_language_can_be_saved_and_found(mongo_world: World, language: str) -> None:
    mongo_world.write(title="Принтер drucker", body="text", language=language, state="published")
    assert mongo_world.found("drucker", AGENT) == ["KB-1001"]
    assert mongo_world.found("принтер", AGENT) == ["KB-1001"]


def test_all_words_are_wanted_where_that_finds_something(mongo_world: World) -> None:
    mongo_world.hear(
        ticket_event("a", 1, "cable and adapter", number="INC-1", title="Both"),
        ticket_event("b", 1, "cable", number="INC-2", title="One"),
    )
    assert mongo_world.found("cable adapter", AGENT) == ["INC-1"]
    assert set(mongo_world.found("cable unicorn", AGENT)) == {"INC-1", "INC-2"}


def test_minus_and_quotes_are_no_operators(mongo_world: World) -> None:
    mongo_world.hear(ticket_event("a", 1, "cable and adapter", number="INC-1", title="Both"))
    assert mongo_world.found("cable -adapter", AGENT) == ["INC-1"]
