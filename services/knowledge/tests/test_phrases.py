"""Quotes and minus: what must occur in a hit as it is, and what must not, with each of the search indices."""

import pytest

from .samples import AGENT, ALICE, HR, ticket_event
from .world import World


@pytest.fixture
def desk(world: World) -> World:
    network = {"team_id": "network", "requester_id": "alice"}
    humming = {**network, "number": "INC-3", "title": "Printer: Gerät hört nicht auf"}
    world.hear(
        ticket_event("t1", 1, "The paper jam is back", number="INC-1", title="Printer on floor 3", **network),
        ticket_event("t2", 1, "Jam of paper", number="INC-2", title="Printer on floor 4", **network),
        ticket_event("t3", 1, "It hums", **humming),
        ticket_event("t3", 2, "Perhaps a paper jam", "internal", **humming),
        ticket_event("t4", 1, "Straße 5, wi-fi is slow", number="INC-4", title="Laptop", **network),
    )  # fmt: skip
    return world


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("paper jam", {"INC-1", "INC-3"}),
        ("PAPER Jam", {"INC-1", "INC-3"}),
        ("paper-jam", {"INC-1", "INC-3"}),
        ("aper jam", set()),
        ("paper ja", set()),
        ("jam paper", set()),
        ("gerat hort", {"INC-3"}),
        ("Gerät hört", {"INC-3"}),
        ("strasse 5", {"INC-4"}),
        ("straße 5", {"INC-4"}),
        ("wi-fi", {"INC-4"}),
        ("hor", set()),
        ("INC-2", {"INC-2"}),
        ("#2", {"INC-2"}),
        (".*", set()),
    ],
)
def test_a_phrase_occurs_as_it_is(desk: World, phrase: str, expected: set[str]) -> None:
    assert set(desk.found(phrase, AGENT, phrases=[phrase])) == expected


def test_words_beside_a_phrase_count_too(desk: World) -> None:
    assert desk.found("printer paper jam", AGENT, phrases=["paper jam"])[0] == "INC-1"
    assert "INC-2" not in desk.found("printer paper jam", AGENT, phrases=["paper jam"])
    assert desk.found("floor paper jam", AGENT, phrases=["paper jam"])[:1] == ["INC-1"]
    assert desk.found("printer", AGENT, phrases=["paper jam", "floor 3"]) == ["INC-1"]


@pytest.fixture
def numbered(world: World) -> World:
    mine = {"team_id": "network", "requester_id": "alice"}
    world.hear(
        ticket_event("t1", 1, "Toner", number="INC-1042", title="Printer", external_ref="2024-01-15", **mine),
        ticket_event("t2", 1, "Toner", number="INC-1043", title="Laptop", **mine),
        ticket_event("t3", 1, "Call 1042 again", number="INC-7", title="Phone", **mine),
    )
    return world


@pytest.mark.parametrize(
    ("q", "phrases", "expected"),
    [
        ('"1042"', ["1042"], ["INC-1042"]),
        ('"INC-1042"', ["INC-1042"], ["INC-1042"]),
        ('"INC-1043" "INC-1042"', ["INC-1043", "INC-1042"], ["INC-1043", "INC-1042"]),
        ('"1042" "1043"', ["1042", "1043"], ["INC-1042", "INC-1043"]),
        ('"2024-01-15"', ["2024-01-15"], ["INC-1042"]),
        ('call "1042"', ["1042"], ["INC-7"]),
        ("call again", ["call 1042 again"], ["INC-7"]),
    ],
)
def test_a_number_in_quotes_finds_what_has_it(numbered: World, q: str, phrases: list[str], expected: list[str]) -> None:
    assert numbered.found(q, AGENT, phrases=phrases) == expected


@pytest.mark.parametrize("phrase", ["1042", "#1042", "inc-1042", "2024-01-15"])
def test_a_number_behind_a_minus_excludes_what_has_it(numbered: World, phrase: str) -> None:
    assert numbered.found("toner", AGENT, without=[phrase]) == ["INC-1043"]


def test_without_a_word_or_a_phrase(desk: World) -> None:
    assert set(desk.found("printer", AGENT, without=["jam"])) == set()
    assert set(desk.found("printer", AGENT, without=["paper jam"])) == {"INC-2"}
    assert set(desk.found("printer", AGENT, without=["floor"])) == {"INC-3"}
    assert set(desk.found("printer", AGENT, without=["jams"])) == {"INC-1", "INC-2", "INC-3"}
    assert set(desk.found("", AGENT, without=["Printer", "wi-fi"])) == set()
    assert set(desk.found("", AGENT, without=["printer"])) == {"INC-4"}


def test_a_note_neither_finds_nor_excludes_a_ticket_for_those_who_cannot_read_it(desk: World) -> None:
    assert set(desk.found("paper jam", ALICE, phrases=["paper jam"])) == {"INC-1"}
    assert set(desk.found("printer", ALICE, without=["paper jam"])) == {"INC-2", "INC-3"}
    assert set(desk.found("printer", HR, without=["paper jam"])) == {"INC-2"}


def test_each_page_of_many_keeps_to_them(desk: World) -> None:
    first = desk.ask("printer", AGENT, phrases=["paper jam"], size=1)
    second = desk.ask("printer", AGENT, phrases=["paper jam"], size=1, after=first.after)
    assert {hit.number for hit in first.items + second.items} == {"INC-1", "INC-3"}


def test_the_longest_phrase_is_found(desk: World) -> None:
    """Most letters of it have many forms with accents."""
    long = "oae " * 124
    desk.hear(ticket_event("t5", 1, f"It said öAé {long}", number="INC-5", title="Loop", team_id="network"))
    assert desk.found(long, AGENT, phrases=[f"oae {long}".strip()]) == ["INC-5"]
    assert desk.found(long, AGENT, phrases=[f"{long}aoe"]) == []
