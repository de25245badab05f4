"""What only Elasticsearch does: which searches look for typing errors, and which words are marked."""

import pytest
from elasticsearch import Elasticsearch

from .samples import AGENT, ticket_event
from .world import World, numbers


def test_typing_errors_follow_where_the_page_has_room(elastic_world: World) -> None:
    elastic_world.hear(
        *(ticket_event(f"t{at}", 1, "Nothing", number=f"INC-{at}", title="The printer jams") for at in range(3)),
        *(ticket_event(f"m{at}", 1, "Nothing", number=f"INC-9{at}", title="The prnter jams") for at in range(3)),
    )
    first = elastic_world.ask("printer", AGENT, size=2)
    listed, after = numbers(first), first.after
    while after:
        page = elastic_world.ask("printer", AGENT, size=2, after=after)
        listed, after = [*listed, *numbers(page)], page.after
    assert set(listed[:3]) == {"INC-0", "INC-1", "INC-2"}
    assert set(listed[3:]) == {"INC-90", "INC-91", "INC-92"}
    assert len(listed) == 6


def test_words_with_digits_are_taken_as_they_were_typed(elastic_world: World) -> None:
    names = ["asset041", "asset042", "asset043"]
    elastic_world.hear(*(ticket_event(one, 1, f"Broken {one}", number=f"INC-{one[5:]}", title=one) for one in names))
    assert elastic_world.found("asset042", AGENT) == ["INC-042"]
    assert elastic_world.found("brokn asset042", AGENT)[0] == "INC-042"


def test_words_are_marked_as_typed_or_else_by_their_stem(elastic_world: World) -> None:
    elastic_world.hear(
        ticket_event("a", 1, "Two printers jammed", number="INC-1", title="First"),
        ticket_event("b", 1, "One printer jams", number="INC-2", title="Second"),
    )
    hits = elastic_world.ask("printer", AGENT).items
    marked = {hit.number: [part.text for line in hit.highlights for part in line if part.hit] for hit in hits}
    assert marked == {"INC-1": ["printers"], "INC-2": ["printer"]}


def test_only_the_rows_of_the_answer_are_marked(elastic_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three requests: the hits with most of the words, the page that goes on with others, and its marks."""
    elastic_world.hear(ticket_event("a", 1, "Two printers jammed", number="INC-1", title="First"))
    asked, search = [], Elasticsearch.search

    def count(client: Elasticsearch, **fields: object) -> object:
        asked.append(fields)
        return search(client, **fields)  # type: ignore[arg-type]

    monkeypatch.setattr(Elasticsearch, "search", count)
    assert elastic_world.found("printer", AGENT) == ["INC-1"]
    assert len(asked) == 3
