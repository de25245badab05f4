"""What only Elasticsearch does: mistyped words, two languages, and a proposal of what was meant."""

from .samples import ADMIN, AGENT, ALICE, BOB, HR, ticket_event
from .world import World, numbers


def fill(world: World) -> None:
    world.hear(
        ticket_event("t1", 1, "The calendar invitation vanished", number="INC-1", title="Outlook calendar"),
        ticket_event("t2", 1, "My keyboard is broken", number="INC-2", title="Keyboard", requester_id="bob"),
        ticket_event("t3", 1, "The bonus of Rumpelstilzchen", number="INC-3", title="Payslip", team_id="people"),
        ticket_event("t4", 1, "Hello", number="INC-4", title="Keyboard stand"),
        ticket_event("t4", 2, "Blame quicksilver", "internal", number="INC-4", title="Keyboard stand"),
        ticket_event("t5", 1, "Die Bildschirme flackern, mein Passwort läuft ab", number="INC-5", title="Störung"),
    )


def test_typing_errors_are_forgiven(elastic_world: World) -> None:
    fill(elastic_world)
    assert elastic_world.found("calender", AGENT) == ["INC-1"]
    assert set(elastic_world.found("keybord", ADMIN)) == {"INC-2", "INC-4"}
    assert elastic_world.found("outlok calandar", ADMIN) == ["INC-1"]


def test_letters_in_front_may_be_wrong(elastic_world: World) -> None:
    fill(elastic_world)
    for q in ("aclendar", "clendar", "valendar", "uotlook", "utlook calendar"):
        assert elastic_world.found(q, AGENT)[:1] == ["INC-1"], q


def test_the_meant_query_is_asked_where_nothing_has_all_words(elastic_world: World) -> None:
    elastic_world.hear(
        ticket_event("a", 1, "It drops", number="INC-1", title="VPN"),
        ticket_event("b", 1, "It is slow", number="INC-2", title="Outlook"),
        ticket_event("c", 1, "It is slow too", number="INC-3", title="Outlook"),
    )
    for typed, meant in (("vpm", "vpn"), ("outlok", "outlook"), ("outloook", "outlook"), ("vpn dorps", "vpn drops")):
        found = elastic_world.ask(typed, AGENT)
        assert found.did_you_mean == meant
        assert numbers(found) == elastic_world.found(meant, AGENT) != []
    first = elastic_world.ask("outlok", AGENT, size=1)
    second = elastic_world.ask("outlok", AGENT, size=1, after=first.after)
    assert {*numbers(first), *numbers(second)} == {"INC-2", "INC-3"}


def test_swapped_letters_are_likelier_than_a_common_word(elastic_world: World) -> None:
    elastic_world.hear(
        ticket_event("a", 1, "It drops", number="INC-1", title="VPN port"),
        *(ticket_event(f"b{at}", 1, "The prop pan", number=f"INC-{at}", title="Prop pan") for at in (2, 3, 4)),
    )
    assert elastic_world.ask("prot", AGENT).did_you_mean == "port"
    assert elastic_world.ask("pvn", AGENT).did_you_mean == "vpn"


def test_hits_with_any_of_the_words_fill_a_short_page(elastic_world: World) -> None:
    elastic_world.hear(
        ticket_event("a", 1, "The toner is empty", number="INC-1", title="Laser printer"),
        ticket_event("b", 1, "Toner", number="INC-2", title="Toner toner toner"),
        ticket_event("c", 1, "The desk is empty", number="INC-3", title="Desk"),
        ticket_event("d", 1, "The door is the door", number="INC-4", title="Door"),
    )
    assert elastic_world.found("the empty toner", AGENT)[0] == "INC-1"
    assert set(elastic_world.found("the empty toner", AGENT)) == {"INC-1", "INC-2", "INC-3"}
    seen, after = list[str](), None
    for _ in range(3):
        page = elastic_world.ask("the empty toner", AGENT, size=1, after=after)
        seen, after = seen + numbers(page), page.after
    assert seen == elastic_world.found("the empty toner", AGENT)


def test_german_and_english_endings(elastic_world: World) -> None:
    fill(elastic_world)
    for q in ("Bildschirm", "bildschirmen", "Passwörter", "stoerung", "Störungen"):
        assert "INC-5" in elastic_world.found(q, AGENT), q
    assert elastic_world.found("invitations", AGENT) == ["INC-1"]


def test_words_of_different_places_count_together(elastic_world: World) -> None:
    fill(elastic_world)
    assert elastic_world.found("keyboard quicksilver", AGENT)[0] == "INC-4"


def test_any_word_counts_where_no_document_has_most(elastic_world: World) -> None:
    fill(elastic_world)
    assert elastic_world.found("keyboard unicorn", ADMIN, size=1) != []
    first = elastic_world.ask("keyboard unicorn", ADMIN, size=1)
    second = elastic_world.ask("keyboard unicorn", ADMIN, size=1, after=first.after)
    assert {*numbers(first), *numbers(second)} == {"INC-2", "INC-4"}


def test_the_query_with_known_words_is_proposed(elastic_world: World) -> None:
    fill(elastic_world)
    assert elastic_world.ask("calandr", AGENT).did_you_mean == "calendar"
    assert elastic_world.ask("brokken keyboard", ADMIN).did_you_mean == "broken keyboard"
    assert elastic_world.ask("keyboard", ADMIN).did_you_mean is None
    assert elastic_world.ask("keyb", ADMIN).did_you_mean is None
    assert elastic_world.ask("xyzzyplugh", ADMIN).did_you_mean is None


def test_no_word_is_proposed_that_the_asker_cannot_read(elastic_world: World) -> None:
    fill(elastic_world)
    assert elastic_world.ask("rumpelstilzchn", HR).did_you_mean == "rumpelstilzchen"
    for viewer in (BOB, AGENT, ADMIN):
        assert elastic_world.ask("rumpelstilzchn", viewer).did_you_mean is None
        assert elastic_world.ask("keyboard rumpelstilzchn", viewer).did_you_mean is None
    assert elastic_world.ask("quicksilvr", ALICE).did_you_mean is None


def test_whether_a_hidden_word_exists_changes_nothing(elastic_world: World) -> None:
    """A misspelt word gets the same suggestion, whether hidden documents contain it or not."""
    fill(elastic_world)
    before = elastic_world.ask("calendak", BOB).did_you_mean, elastic_world.ask("keyboads", BOB).did_you_mean
    elastic_world.hear(ticket_event("s", 1, "keyboads calendak", number="INC-9", title="Secret", team_id="people"))
    after = elastic_world.ask("calendak", BOB).did_you_mean, elastic_world.ask("keyboads", BOB).did_you_mean
    assert before == after == (None, "keyboard")
