"""The beginning of a word is never taken for a mistyped word."""

import pytest

from knowledge.usecases.search import suggest

from .samples import AGENT, ALICE, ticket_event
from .world import World, numbers

TITLES = (
    "Torantrieb", "Lüftung", "Haustürklingel", "Garderobe", "Gaswarner", "Filament", "Türöffner", "Straßenlampe",
    "user_profile_service", "D'Angelo", "Café-Automat", "KB5034441",
)  # fmt: skip
# Common words that differ by a letter or two from the beginning of a title, and that the answer had instead.
COMMON = (
    "torn left hangt card was glass files fur torx lift lost hast gas2 film filme tor stra uset dango cafe5 kb503 new"
)


@pytest.fixture(params=["mongo", "elastic"])
def engine(request: pytest.FixtureRequest) -> World:
    found: World = request.getfixturevalue(f"{request.param}_world")
    return found


def fill(world: World) -> None:
    world.hear(
        *(ticket_event(f"t{at}", 1, "Help", number=f"INC-{at}", title=title) for at, title in enumerate(TITLES)),
        *(ticket_event(f"c{at}", 1, COMMON, number=f"INC-9{at}", title=COMMON) for at in range(3)),
    )


def test_no_beginning_of_a_title_is_corrected(engine: World) -> None:
    fill(engine)
    wrong = []
    for at, title in enumerate(TITLES):
        for end in (3, 5):
            q = title[:end].lower() if end == 3 else f"help {title[:end]}"
            found = engine.ask(q, AGENT, size=100)
            if found.did_you_mean or (engine.name == "elastic" and f"INC-{at}" not in numbers(found)):
                wrong.append((q, found.did_you_mean))
    assert wrong == []


@pytest.mark.parametrize(
    ("q", "number"),
    [
        ("tuer", 6), ("tueroe", 6), ("TUERÖFF", 6), ("luef", 1), ("lueft", 1), ("haustuer", 2), ("cafe-auto", 10),
        ("help uebers", 12), ("Help aerg", 14), ("strassenl", 7), ("uebers", 12), ("uebersch", 12), ("goethe", 13),
        ("goet", 13), ("aer", 14), ("aerger", 14),
    ],
)  # fmt: skip
def test_the_umlauts_of_a_beginning_may_be_spelled_out(engine: World, q: str, number: int) -> None:
    fill(engine)
    more = {12: "Überschwemmung", 13: "Goethestraße", 14: "Ärger"}
    engine.hear(
        *(ticket_event(f"u{at}", 1, "x", number=f"INC-{at}", title=f"Help {title}") for at, title in more.items())
    )
    found = engine.ask(q, AGENT)
    assert (found.did_you_mean, numbers(found)[:1]) == (None, [f"INC-{number}"])


def test_the_letters_of_a_beginning_may_be_swapped(elastic_world: World) -> None:
    fill(elastic_world)
    for q, meant in {
        "toarn": "toran",
        "help fialm": "help filam",
        "gasawrn": "gaswarn",
        "torantrbie": "torantrib",
    }.items():
        found = elastic_world.ask(q, AGENT)
        assert found.did_you_mean in (meant, "torantrieb"), q


def test_a_beginning_is_known_beside_a_word_of_another_document(engine: World) -> None:
    fill(engine)
    for q in ("new toran", "gaswarner filam", "lüft"):
        assert engine.ask(q, AGENT).did_you_mean is None, q


def test_hits_with_the_beginning_count_on_a_page_of_one(elastic_world: World) -> None:
    fill(elastic_world)
    assert elastic_world.found("toran", AGENT, size=1) == ["INC-0"]
    assert elastic_world.found("lüft", AGENT, size=1) == ["INC-1"]


def test_a_word_before_the_last_one_is_still_corrected(engine: World) -> None:
    engine.hear(
        ticket_event("a", 1, "It vanished", number="INC-1", title="Outlook calendar"),
        ticket_event("b", 1, "It is slow", number="INC-2", title="Outlook"),
    )
    found = engine.ask("outlok calen", AGENT)
    assert (found.did_you_mean, numbers(found)[:1]) == ("outlook calen", ["INC-1"])


def test_the_beginning_of_a_note_is_known_to_staff_only(elastic_world: World) -> None:
    elastic_world.hear(
        ticket_event("a", 1, "torn", number="INC-1", title="Curtain"),
        ticket_event("a", 2, "Ask for the Torantrieb", "internal", number="INC-1", title="Curtain"),
    )
    assert elastic_world.ask("toran", AGENT).did_you_mean is None
    assert elastic_world.ask("toran", ALICE).did_you_mean == "torn"


# unfinished word → (a word that begins with it, a word that differs from it by a typing error)
BESIDE_ERRORS = {
    "toran": ("Torantrieb", "torn"),
    "outl": ("Outlook", "outs"),
    "kabe": ("Kabelkanal", "gabe"),
    "lapt": ("Laptop", "last"),
    "monit": ("Monitoring", "monti"),
    "scannr": ("ScannR200", "scanner"),
    "straß": ("Straßenlampe", "strast"),
    "präsen": ("Präsentation", "präsex"),
    "certific": ("certificates4u", "certifik"),
}


@pytest.mark.parametrize("q", BESIDE_ERRORS)
def test_a_beginning_comes_before_typing_errors(elastic_world: World, q: str) -> None:
    begun, mistyped = BESIDE_ERRORS[q]
    much = " ".join([mistyped] * 9)
    elastic_world.hear(
        ticket_event("a", 1, f"{'Something else. ' * 50} The {begun} in the garage", number="INC-1", title="Help"),
        *(ticket_event(f"b{at}", 1, f"garage {much}", number=f"INC-9{at}", title=f"garage {much}") for at in range(4)),
    )
    for typed in (q, f"garage {q}"):
        assert elastic_world.found(typed, AGENT)[:1] == ["INC-1"], typed
        assert elastic_world.found(typed, AGENT, size=1) == ["INC-1"], typed


def test_so_does_one_in_a_note(elastic_world: World) -> None:
    elastic_world.hear(
        ticket_event("a", 1, "Help", number="INC-1", title="Help"),
        ticket_event("a", 2, "Ask for the Torantrieb", "internal", number="INC-1", title="Help"),
        *(ticket_event(f"b{at}", 1, "torn", number=f"INC-9{at}", title="torn torn") for at in range(4)),
    )
    assert elastic_world.found("toran", AGENT)[:1] == ["INC-1"]


def test_so_does_one_among_several_words(elastic_world: World) -> None:
    elastic_world.hear(
        ticket_event("a", 1, "The grey Torantrieb of the garage is loud", number="INC-1", title="Help"),
        ticket_event("b", 1, "The grey torn of the garage is loud", number="INC-2", title="Help"),
    )
    for q in ("grey garage toran", "loud grey garage toran"):
        assert elastic_world.found(q, AGENT)[:2] == ["INC-1", "INC-2"], q


def test_so_does_one_in_a_suggested_article(elastic_world: World) -> None:
    for title in ("torn", "Service for your Torantrieb once a year, and whom to call", "torn torn"):
        elastic_world.write(title=title, body="text", state="published")
    assert numbers(suggest(elastic_world.ports, "toran", 5, ALICE))[0] == "KB-1002"


def test_a_typing_error_still_finds_what_nothing_else_has(elastic_world: World) -> None:
    elastic_world.hear(ticket_event("a", 1, "It is torn", number="INC-1", title="Curtain"))
    assert elastic_world.found("torm", AGENT) == ["INC-1"]
