"""What only Elasticsearch does: which searches look for typing errors, and which words are marked."""

from typing import Any

import pytest
from elasticsearch import Elasticsearch

from .samples import AGENT, ticket_event
from .world import World, numbers

Body = dict[str, Any]


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


def test_only_the_rows_of_the_answer_are_marked(elastic_world: World, asked: list[Body]) -> None:
    """Four requests: the hits with all the words as typed, those with most of them, the page that goes on with others,
    and its marks."""
    elastic_world.hear(ticket_event("a", 1, "Two printers jammed", number="INC-1", title="First"))
    assert elastic_world.found("printer", AGENT) == ["INC-1"]
    assert len(asked) == 4


def test_a_page_of_hits_with_all_the_words_needs_no_other_ways(elastic_world: World, asked: list[Body]) -> None:
    elastic_world.hear(*(ticket_event(f"t{at}", 1, "Printers jam", number=f"INC-{at}", title="X") for at in range(3)))
    assert len(elastic_world.ask("printers", AGENT, size=2).items) == 2
    (body,) = asked
    assert "text.parts" not in str(body)


def test_facets_count_all_hits_beside_the_ranking(elastic_world: World, asked: list[Body]) -> None:
    elastic_world.hear(
        ticket_event("a", 1, "One printer", number="INC-1", title="X", state="open"),
        ticket_event("b", 1, "Two printers", number="INC-2", title="X", state="pending"),
        ticket_event("c", 1, "Laserprinter", "internal", number="INC-3", title="A printed page", state="closed"),
    )
    found = elastic_world.ask("printer", AGENT, size=1, facets=True)
    assert {one.value: one.count for one in found.facets["state"]} == {"open": 1, "pending": 1, "closed": 1}
    ranked, counted = asked
    assert "aggs" not in ranked
    assert (counted["size"], "sort" in counted) == (0, False)


def test_words_in_public_texts_come_before_words_in_notes(elastic_world: World) -> None:
    noted = {"number": "INC-1", "title": "The printer"}
    elastic_world.hear(
        ticket_event("a", 1, "Nothing", **noted),
        ticket_event("a", 2, "printer jam, printer jam, printer jam", "internal", **noted),
        ticket_event("b", 1, f"The printer {'and ' * 50} jam", number="INC-2", title="Told"),
    )
    assert elastic_world.found("printer jam", AGENT) == ["INC-2", "INC-1"]
    assert listed(elastic_world, "printer jam", size=1) == ["INC-2", "INC-1"]


def test_pages_hold_each_hit_once_from_the_best_way_to_the_last(elastic_world: World) -> None:
    texts = {"a": "printer jam", "b": "PrinterJam", "c": "jammed printers", "d": "prnter jam", "e": "the jam"}
    for at in range(3):
        elastic_world.hear(
            *(ticket_event(f"{one}{at}", 1, text, number=f"{one}{at}", title="X") for one, text in texts.items())
        )
    for size in (1, 2, 4, 20):
        assert "".join(number[0] for number in listed(elastic_world, "printer jam", size)) == "aaabbbcccdddeee"


def listed(world: World, q: str, size: int) -> list[str]:
    found = world.ask(q, AGENT, size=size)
    numbers_ = numbers(found)
    while found.after:
        found = world.ask(q, AGENT, size=size, after=found.after)
        numbers_ += numbers(found)
    assert len(set(numbers_)) == len(numbers_)
    return numbers_


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Body]:
    """The bodies of all searches that Elasticsearch is sent."""
    bodies: list[Body] = []
    search, msearch = Elasticsearch.search, Elasticsearch.msearch

    def single(client: Elasticsearch, **fields: Any) -> object:
        bodies.append(fields)
        return search(client, **fields)

    def several(client: Elasticsearch, searches: list[Body]) -> object:
        bodies.extend(searches[1::2])
        return msearch(client, searches=searches)

    monkeypatch.setattr(Elasticsearch, "search", single)
    monkeypatch.setattr(Elasticsearch, "msearch", several)
    return bodies
