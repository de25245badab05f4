"""Tests for MongoDB's text search only."""

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo.database import Database
from pymongo.errors import ExecutionTimeout

from knowledge.adapters import search
from knowledge.adapters.document import MongoDocuments
from knowledge.domain.document import Document
from trackline_schemas.filters import Condition, Not

from .samples import AGENT, ALICE, BOB, HR, ticket_event
from .world import World, numbers

INCIDENT = Condition(field="kind", op="eq", value="incident")


@pytest.mark.parametrize("language", ["uk", "zh", "de", "en"])
def test_articles_in_any_language_can_be_saved_and_found(mongo_world: World, language: str) -> None:
    mongo_world.write(title="Принтер drucker", body="text", language=language, state="published")
    assert mongo_world.found("drucker", AGENT) == ["KB-1001"]
    assert mongo_world.found("принтер", AGENT) == ["KB-1001"]


def test_all_words_are_required_if_that_finds_anything(mongo_world: World) -> None:
    mongo_world.hear(
        ticket_event("a", 1, "cable and adapter", number="INC-1", title="Both"),
        ticket_event("b", 1, "cable", number="INC-2", title="One"),
    )
    assert mongo_world.found("cable adapter", AGENT) == ["INC-1"]
    assert set(mongo_world.found("cable unicorn", AGENT)) == {"INC-1", "INC-2"}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("outlok", "outlook"),
        ("uotlook", "outlook"),
        ("oultook calendar", "outlook calendar"),
        ("vpm", "vpn"),
        ("VNP", "vpn"),
    ],
)
def test_the_query_with_known_words_is_asked(mongo_world: World, typed: str, meant: str) -> None:
    mongo_world.hear(
        ticket_event("a", 1, "It vanished", number="INC-1", title="Outlook calendar"),
        ticket_event("b", 1, "It drops", number="INC-2", title="VPN"),
    )
    found = mongo_world.ask(typed, AGENT)
    assert found.did_you_mean == meant
    assert numbers(found) == mongo_world.found(meant, AGENT) != []


def test_swapped_letters_are_likelier_than_a_common_word(mongo_world: World) -> None:
    mongo_world.hear(
        ticket_event("a", 1, "It drops", number="INC-1", title="VPN port"),
        *(ticket_event(f"b{at}", 1, "The prop pan", number=f"INC-{at}", title="Prop pan") for at in (2, 3, 4)),
    )
    assert mongo_world.ask("prot", AGENT).did_you_mean == "port"
    assert mongo_world.ask("pvn", AGENT).did_you_mean == "vpn"


def test_no_word_is_asked_that_the_viewer_cannot_read(mongo_world: World) -> None:
    secret = ticket_event("a", 1, "The bonus", number="INC-1", title="Rumpelstilzchen", team_id="people")
    mongo_world.hear(secret, ticket_event("b", 1, "The keyboard", number="INC-2", title="Keyboard", requester_id="bob"))
    assert mongo_world.ask("rumpelstilzchn", HR).did_you_mean == "rumpelstilzchen"
    for viewer in (BOB, AGENT):
        assert mongo_world.ask("rumpelstilzchn", viewer).did_you_mean is None
        assert mongo_world.ask("the keybord", viewer).did_you_mean == "the keyboard"
    assert mongo_world.ask("keyboard", BOB).did_you_mean is None
    assert mongo_world.ask("xyzzyplugh", BOB).did_you_mean is None


def test_minus_and_quotes_are_no_operators(mongo_world: World) -> None:
    mongo_world.hear(ticket_event("a", 1, "cable and adapter", number="INC-1", title="Both"))
    assert mongo_world.found("cable -adapter", AGENT) == ["INC-1"]


def test_frequent_words_are_found(mongo_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """They have no score, because reading all documents with the word would take seconds."""
    monkeypatch.setattr(search, "FEW", 1)
    mongo_world.hear(
        *(ticket_event(f"t{one}", 1, "cable and adapter", number=f"INC-{one}", title="Dock") for one in range(1, 6)),
        ticket_event("b", 1, "cable", number="INC-9", title="Bob's", requester_id="bob"),
        *(ticket_event(f"t{one}", 2, "ask the zebra", "internal", number=f"INC-{one}", title="Dock") for one in (1, 2)),
    )
    assert set(mongo_world.found("cable", AGENT)) == {"INC-9", *(f"INC-{one}" for one in range(1, 6))}
    assert set(mongo_world.found("cable adapter", ALICE)) == {f"INC-{one}" for one in range(1, 6)}
    assert mongo_world.found("cable", BOB) == ["INC-9"]
    assert set(mongo_world.found("zebra", AGENT)) == {"INC-1", "INC-2"}
    assert mongo_world.found("zebra", ALICE) == []


@pytest.fixture
def crowd(mongo_world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Bob has two of many tickets with a word, and an article has it, too."""
    monkeypatch.setattr(search, "FEW", 5)
    mongo_world.hear(
        *(ticket_event(f"t{n}", 1, "The cable hums", number=f"INC-{n}", title="Dock") for n in range(20, 40)),
        ticket_event("b1", 1, "All cables are gone", number="INC-1", title="Monitor", requester_id="bob"),
        ticket_event("b2", 1, "It hums", number="INC-2", title="Cable", requester_id="bob"),
        ticket_event("b2", 2, "Is the adapter there?", number="INC-2", title="Cable", requester_id="bob"),
        ticket_event("b2", 3, "ask the zebra", "internal", number="INC-2", title="Cable", requester_id="bob"),
    )
    mongo_world.write(title="Printers", body="Look at the cable first", state="published")
    return mongo_world


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("cable", ["INC-2", "KB-1001", "INC-1"]),
        ("cable hums", ["INC-2"]),
        ("the cables", ["INC-2", "KB-1001"]),
        ("hum", ["INC-2"]),
        ("cable adapter", ["INC-2"]),
        ("cable zebra", ["INC-2", "KB-1001", "INC-1"]),
        ("cable unicorn", ["INC-2", "KB-1001", "INC-1"]),
    ],
)
def test_a_requester_finds_all_of_theirs_among_many_others(crowd: World, q: str, found: list[str]) -> None:
    assert crowd.found(q, BOB) == found


@pytest.mark.parametrize(
    ("q", "asked", "found"),
    [
        ("cable", {"phrases": ["it hums"]}, ["INC-2"]),
        ("cable", {"phrases": ["hums it"]}, []),
        ("cable", {"phrases": ["cable hums"]}, []),
        ("cable", {"without": ["hums"]}, ["KB-1001", "INC-1"]),
        ("cable", {"without": ["look at"]}, ["INC-2", "INC-1"]),
        ("cable", {"without": ["INC-2"]}, ["KB-1001", "INC-1"]),
        ("cable", {"without": ["zebra"]}, ["INC-2", "KB-1001", "INC-1"]),
        ("cable", {"without": ["1"]}, ["INC-2", "KB-1001"]),
        ("cable", {"phrases": ["monitor"]}, ["INC-1"]),
        ('"INC-1"', {"phrases": ["INC-1"]}, ["INC-1"]),
        ('"1" "2"', {"phrases": ["1", "2"]}, ["INC-1", "INC-2"]),
        ('"INC-25"', {"phrases": ["INC-25"]}, []),
        ("cable", {"type": "article"}, ["KB-1001"]),
        ("cable", {"type": "ticket", "filter": INCIDENT}, ["INC-2", "INC-1"]),
        ("cable", {"type": "ticket", "filter": Not(filter=INCIDENT)}, []),
    ],
)
def test_phrases_exclusions_numbers_and_filters_count_among_many_others_too(
    crowd: World, monkeypatch: pytest.MonkeyPatch, q: str, asked: dict[str, Any], found: list[str]
) -> None:
    assert crowd.found(q, BOB, **asked) == found
    # The same holds where MongoDB ranks by its index.
    monkeypatch.setattr(search, "FEW", 1_000)
    assert sorted(crowd.found(q, BOB, **asked)) == sorted(found)


def test_a_requester_does_not_wait_for_what_others_may_read(crowd: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is found in time where MongoDB must read many documents."""
    monkeypatch.setattr(search, "_in_time", lambda rows: [])
    assert [hit.number for hit in crowd.ask("cable", BOB).items] == ["INC-2", "KB-1001", "INC-1"]


def test_a_word_that_only_others_have_is_asked_in_another_spelling(crowd: World) -> None:
    found = crowd.ask("dok cable", BOB)
    assert found.did_you_mean is None
    assert crowd.ask("mnitor", BOB).did_you_mean == "monitor"


def test_hits_found_within_the_time_limit_are_returned() -> None:
    class Slow:
        def max_time_ms(self, most: int) -> "Slow":
            assert most == search.PATIENCE_MS
            return self

        def __iter__(self) -> Iterator[dict[str, Any]]:
            yield {"_id": "a"}
            raise ExecutionTimeout("operation exceeded time limit")

    assert list(search._in_time(Slow())) == [{"_id": "a"}]  # type: ignore[arg-type]


def test_a_reference_of_the_release_before_is_found_in_any_case(mongo_world: World, store: Database[Document]) -> None:
    """Its document needs no change, only another index."""
    store["search_documents"].drop_index("external_ref_any_case")
    mongo_world.hear(ticket_event("a", 1, "Text", number="INC-1", source="old", external_ref="Inc-AbC12"))
    MongoDocuments(store).prepare()
    assert mongo_world.found("iNC-aBC12", AGENT) == ["INC-1"]
    assert "external_ref_any_case" in store["search_documents"].index_information()


@pytest.mark.parametrize(
    ("q", "text"),
    [
        ("forticlient vpn", "FortiClientVPN"),
        ("iphone 15", "iPhone15"),
        ("new office 365", "new Office365"),
        ("windows11", "Windows 11"),
        ("VisualStudio", "visual studio"),
    ],
)
def test_names_are_found_joined_and_apart(mongo_world: World, q: str, text: str) -> None:
    mongo_world.hear(
        ticket_event("a", 1, f"Since Monday {text} hangs", number="INC-1", title="Trouble"),
        ticket_event("b", 1, "It hangs", number="INC-2", title="Trouble"),
    )
    found = mongo_world.ask(q, AGENT)
    assert (numbers(found), found.did_you_mean) == (["INC-1"], None)
