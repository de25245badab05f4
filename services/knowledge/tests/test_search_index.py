"""The contract of search indices, for Elasticsearch, MongoDB's text search and the fake."""

import pytest

from knowledge.usecases.query import Position
from knowledge.usecases.search import suggest
from trackline_schemas.errors import ServiceError
from trackline_schemas.filters import Condition, Not
from trackline_schemas.viewer import Viewer

from .samples import ADMIN, AGENT, ALICE, BOB, HR, ticket_event
from .world import World, numbers, plain

PASTED = [
    "INC-1042",
    "[INC-1042]",
    "INC-1042:",
    "#INC-1042",
    "INC 1042",
    "inc1042",
    "Re: [INC-1042]",
    "INC\u20111042",
    "#1042",
    "https://desk.example.org/t/INC-1042#comment-2",
    "INC0001349",
    "[inc0001349]",
]


@pytest.fixture
def desk(world: World) -> World:
    """Alice's tickets: one of the network team with a note, one of the confidential people team with a note."""
    network = {"number": "INC-1042", "title": "VPN drops every hour", "team_id": "network"}
    people = {"number": "INC-1043", "title": "Payslip shows a wrong amount", "team_id": "people"}
    world.hear(
        ticket_event("t1", 1, "The tunnel closes while I work from home", **network),
        ticket_event("t1", 2, "Suspect the zebra gateway", "internal", **network),
        ticket_event("t2", 1, "The salary of March is wrong", **people),
        ticket_event("t2", 2, "Ask the flamingo auditor", "internal", **people),
        ticket_event("t3", 1, "Paper jam in tray two", number="REQ-1044", title="Printer broken", requester_id="bob"),
    )
    return world


class TestRights:
    @pytest.mark.parametrize(
        ("viewer", "expected"),
        [
            (ALICE, {"INC-1042", "INC-1043"}),
            (BOB, {"REQ-1044"}),
            (AGENT, {"INC-1042", "REQ-1044"}),
            (HR, {"INC-1042", "INC-1043", "REQ-1044"}),
            (ADMIN, {"INC-1042", "REQ-1044"}),
        ],
        ids=lambda value: getattr(value, "id", None),
    )
    def test_everybody_sees_their_own_and_staff_what_is_open_to_it(
        self, desk: World, viewer: Viewer, expected: set[str]
    ) -> None:
        assert set(desk.found("", viewer)) == expected
        words = {"tunnel": "INC-1042", "salary": "INC-1043", "jam": "REQ-1044"}
        assert {number for word in words for number in desk.found(word, viewer)} == expected

    @pytest.mark.parametrize(
        ("word", "viewer", "expected"),
        [
            ("zebra", AGENT, ["INC-1042"]),
            ("zebra", HR, ["INC-1042"]),
            ("zebra", ALICE, []),
            ("zebra", BOB, []),
            ("flamingo", HR, ["INC-1043"]),
            ("flamingo", AGENT, []),
            ("flamingo", ADMIN, []),
            ("flamingo", ALICE, []),
        ],
    )
    def test_words_of_a_note_find_its_ticket_for_staff_only(
        self, desk: World, word: str, viewer: Viewer, expected: list[str]
    ) -> None:
        assert desk.found(word, viewer) == expected

    def test_a_note_is_shown_to_staff_only(self, desk: World) -> None:
        shown = [plain(hit) for hit in desk.ask("zebra gateway", AGENT).items]
        assert any("zebra" in text for text in shown)
        own = desk.ask("tunnel zebra VPN", ALICE).items + desk.ask("VPN", ALICE).items
        assert own
        assert not any("zebra" in plain(hit) for hit in own)

    def test_an_agent_sees_no_notes_of_their_own_confidential_ticket(self, desk: World) -> None:
        own = ticket_event("t4", 1, "About my contract", number="INC-1050", team_id="people", requester_id="agent")
        note = ticket_event(
            "t4", 2, "Prepare the pelican letter", "internal", number="INC-1050", team_id="people", requester_id="agent"
        )
        desk.hear(own, note)
        assert desk.found("contract", AGENT) == ["INC-1050"]
        assert desk.found("pelican", AGENT) == []
        assert not any("pelican" in plain(hit) for hit in desk.ask("contract pelican", AGENT).items)

    def test_facets_count_what_the_viewer_may_read(self, desk: World) -> None:
        teams = {facet.value: facet.count for facet in desk.ask("", AGENT, facets=True).facets["team_id"]}
        assert teams == {"network": 1}
        mine = desk.ask("", ALICE, facets=True).facets
        assert {facet.value: facet.count for facet in mine["team_id"]} == {"network": 1, "people": 1}
        assert [(facet.value, facet.count) for facet in mine["type"]] == [("ticket", 2)]
        assert desk.ask("", ALICE).facets == {}

    def test_requesters_cannot_find_tickets_by_tags(self, desk: World) -> None:
        desk.hear(ticket_event("t5", 1, "Hello", number="INC-1060", title="Odd", tags=["vip", "legal"]))
        legal = Condition(field="tags", op="eq", value="legal")
        assert desk.found("", AGENT, filter=legal) == ["INC-1060"]
        assert desk.found("", ALICE, filter=legal) == []
        assert desk.found("", ALICE, filter=Not(filter=legal)) == []
        assert desk.found("legal", ALICE) == []

    def test_articles_by_visibility_and_state(self, world: World) -> None:
        world.write(title="Reset a password", body="Open the page", state="published")
        world.write(title="Reset a router", body="Staff only", state="published", visibility="internal")
        world.write(title="Reset a badge", body="Not ready")
        world.write(HR, title="Reset a salary", body="Ours", state="published", visibility="team", team_id="people")
        assert world.found("reset", ALICE) == ["KB-1001"]
        assert set(world.found("reset", AGENT)) == {"KB-1001", "KB-1002", "KB-1003"}
        assert set(world.found("reset", HR)) == {"KB-1001", "KB-1002", "KB-1003", "KB-1004"}
        assert numbers(suggest(world.ports, "how do I reset a r", 5, AGENT)) != []
        assert "KB-1003" not in numbers(suggest(world.ports, "reset badge", 5, AGENT))
        assert numbers(suggest(world.ports, "how do i reset", 5, ALICE)) == ["KB-1001"]


class TestFinding:
    def test_an_exact_number_comes_first(self, desk: World) -> None:
        desk.hear(ticket_event("t9", 1, "Same as INC-1042, see INC-1042", number="INC-1999", title="About INC-1042"))
        assert desk.found("INC-1042", AGENT)[0] == "INC-1042"
        assert desk.found("inc-1042", AGENT)[0] == "INC-1042"
        assert desk.found("1042", AGENT)[0] == "INC-1042"
        assert desk.found("#1042", AGENT)[0] == "INC-1042"

    def test_a_number_finds_its_ticket_alone(self, desk: World) -> None:
        own = {"number": "INC-1042", "title": "VPN drops", "team_id": "network"}
        about = {"number": "INC-1999", "title": "About INC-1042 and INC0001349"}
        desk.hear(ticket_event("t9", 1, f"The same as {', '.join(PASTED)}", **about))
        desk.hear(ticket_event("t1", 3, **own, external_ref="INC0001349", source="old"))
        for q in PASTED:
            assert desk.found(q, AGENT) == ["INC-1042"], q
        assert desk.found("INC-1042", AGENT, size=1) == ["INC-1042"]

    def test_a_marked_number_in_a_sentence_comes_first(self, desk: World) -> None:
        for q in ("ETA for #1042?", "Inc. 1042", "INC-0001042", "what about (#1042), please"):
            assert desk.found(q, AGENT)[:1] == ["INC-1042"], q

    def test_a_reference_is_found_as_it_was_pasted(self, desk: World) -> None:
        own = {"number": "INC-1042", "title": "VPN drops", "team_id": "network", "source": "old"}
        pasted = ("#8810188", "(A27cc7)", "№7727cc1", "u_927cc1_", "2024-001-", "50%27cc1", "[X]527cc1")
        for at, reference in enumerate(pasted, 3):
            desk.hear(ticket_event("t1", at, **own, external_ref=reference))
            assert desk.found(reference, AGENT)[:1] == ["INC-1042"], reference

    def test_a_reference_of_digits_and_marks_is_alone_unless_it_is_a_date(self, desk: World) -> None:
        own = {"number": "INC-1042", "title": "VPN drops", "team_id": "network", "source": "old"}
        about = ticket_event("t9", 1, "The same as 2024-001- of 2024-01-15", number="INC-1999", title="2024 001 01 15")
        found = {}
        for at, reference in enumerate(("2024-001-", "2024-01-15"), 3):
            desk.hear(about, ticket_event("t1", at, **own, external_ref=reference))
            found[reference] = desk.found(reference, AGENT)
        assert found == {"2024-001-": ["INC-1042"], "2024-01-15": ["INC-1042", "INC-1999"]}
        assert "INC-1999" in desk.found("2024-001-", AGENT)

    def test_a_reference_is_found_in_any_case(self, desk: World) -> None:
        own = {"number": "INC-1042", "title": "VPN drops", "team_id": "network", "source": "old"}
        for at, reference in enumerate(("Inc-AbC12", "SctaskX0451", "cHG_9a-B", "(Vorgang-Öß7)", "Ab/12-cD/x"), 3):
            desk.hear(ticket_event("t1", at, **own, external_ref=reference))
            for q in (reference, reference.upper(), reference.lower(), reference.swapcase(), reference.title()):
                if q.casefold() == reference.casefold() and "SS" not in q:
                    assert desk.found(q, AGENT) == ["INC-1042"], q
                    assert desk.found(f"what about {q}", AGENT)[:1] == ["INC-1042"], q

    def test_nobody_finds_by_a_reference_in_another_case_what_they_may_not_read(self, desk: World) -> None:
        own = {"number": "INC-1043", "title": "Payslip", "team_id": "people", "source": "old"}
        desk.hear(ticket_event("t2", 3, **own, external_ref="Inc-AbC12"))
        assert desk.found("INC-abC12", HR) == ["INC-1043"]
        assert desk.found("INC-abC12", AGENT) == desk.found("INC-abC12", BOB) == []

    def test_the_rights_distinguish_capital_letters(self, desk: World) -> None:
        """A reference is compared without its case; who may read a ticket is not."""
        other = {"number": "INC-1050", "title": "Mine", "requester_id": "Bob", "source": "old"}
        desk.hear(ticket_event("t8", 1, "Text", **other, external_ref="Inc-AbC12"))
        assert desk.found("inc-abc12", BOB) == []
        assert desk.found("inc-abc12", AGENT) == ["INC-1050"]

    def test_a_filter_still_compares_references_as_they_are(self, desk: World) -> None:
        own = {"number": "INC-1042", "title": "VPN drops", "team_id": "network", "source": "old"}
        desk.hear(ticket_event("t1", 3, **own, external_ref="Inc-AbC12"))
        for value, expected in (("Inc-AbC12", ["INC-1042"]), ("inc-abc12", [])):
            assert desk.found("", AGENT, filter=Condition(field="external_ref", op="eq", value=value)) == expected

    def test_a_number_that_nobody_has_is_searched_as_words(self, desk: World) -> None:
        desk.hear(ticket_event("t9", 1, "They gave me INC0009999 there", number="INC-1999", title="Old number"))
        assert desk.found("INC0009999", AGENT) == ["INC-1999"]
        assert desk.found("[INC-7777]", BOB) == []

    def test_a_number_among_words_comes_first(self, desk: World) -> None:
        desk.hear(ticket_event("t9", 1, "The VPN drops", number="INC-1999", title="VPN drops every hour, too"))
        assert desk.found("Re: [INC-1042] VPN drops every hour", AGENT)[0] == "INC-1042"
        assert "INC-1999" in desk.found("1042 VPN drops", AGENT) or desk.name == "memory"

    def test_nobody_finds_by_number_what_they_may_not_read(self, desk: World) -> None:
        named = {
            "number": "INC-1043",
            "title": "Payslip",
            "team_id": "people",
            "external_ref": "PRJ-77",
            "source": "old",
        }
        desk.hear(ticket_event("t2", 3, **named))
        for q in ("INC-1043", "#1043", "PRJ-77", "https://desk.example.org/t/INC-1043"):
            assert desk.found(q, HR) == ["INC-1043"]
            assert desk.found(q, AGENT) == []

    def test_the_last_word_may_be_half_typed(self, desk: World) -> None:
        assert desk.found("prin", BOB) == ["REQ-1044"]
        assert desk.found("printer bro", BOB) == ["REQ-1044"]

    def test_a_title_weighs_more_than_a_comment(self, world: World) -> None:
        world.hear(
            ticket_event("a", 1, "My monitor flickers next to the scanner", number="INC-1", title="Monitor flickers"),
            ticket_event("b", 1, "It does not scan", number="INC-2", title="Scanner"),
        )
        assert world.found("scanner", AGENT) == ["INC-2", "INC-1"]

    def test_other_endings_are_found(self, world: World) -> None:
        world.hear(
            ticket_event("a", 1, "Two laptops are slow", number="INC-1", title="Laptops"),
            ticket_event(
                "b", 1, "Der Bildschirm flackert, mein Passwort ist abgelaufen", number="INC-2", title="Hilfe"
            ),
        )
        assert world.found("laptop", AGENT) == ["INC-1"]
        assert world.found("bildschirme", AGENT) == ["INC-2"]

    def test_hits_are_marked_and_never_markup(self, world: World) -> None:
        world.hear(
            ticket_event("a", 1, "a <b>modem</b> & \ue000 more \ue001", number="INC-1", title="<i>Modem</i> dead")
        )
        [hit] = world.ask("modem", AGENT).items
        assert [(part.text, part.hit) for part in hit.title] == [("<i>", False), ("Modem", True), ("</i> dead", False)]
        shown = [part for line in hit.highlights for part in line]
        assert [part.text for part in shown if part.hit] == ["modem"]
        assert "<b>modem</b> & " in plain(hit)

    def test_an_article_shows_the_passage_that_matched_not_its_tags(self, world: World) -> None:
        body = "Start the client. Then choose the tunnel of your office."
        world.write(title="Work from home", body=body, tags=["tunnel", "remote-work"], state="published")
        [hit] = world.ask("tunnel", AGENT).items
        [line] = ["".join(part.text for part in line) for line in hit.highlights]
        assert "choose the tunnel of" in line

    def test_without_words_the_newest_come_first(self, desk: World) -> None:
        desk.hear(ticket_event("t3", 5, number="REQ-1044", title="Printer broken", requester_id="bob"))
        assert desk.found("", AGENT) == ["REQ-1044", "INC-1042"]
        assert desk.found("   ", AGENT, type="ticket") == ["REQ-1044", "INC-1042"]

    def test_punctuation_finds_nothing_and_breaks_nothing(self, desk: World) -> None:
        for q in ('"', "-", "???", "a AND (", "\\", "-printer", '"printer', "{}[]", "*:*", "ß" * 500):
            assert desk.ask(q, AGENT) is not None
        assert desk.found("???", AGENT) == []
        assert desk.found('printer "broken', BOB) == ["REQ-1044"]

    def test_types_and_filters(self, desk: World) -> None:
        desk.write(title="VPN for beginners", body="Install it", state="published", category_id="net")
        assert set(desk.found("vpn", AGENT)) == {"INC-1042", "KB-1001"}
        assert desk.found("vpn", AGENT, type="article") == ["KB-1001"]
        new = Condition(field="state", op="eq", value="new")
        assert desk.found("vpn", AGENT, filter=new) == ["INC-1042"]
        priority = Condition(field="priority", op="gte", value=1)
        assert desk.found("vpn", AGENT, filter=priority) == ["INC-1042"]
        assert desk.found("vpn", AGENT, filter=Condition(field="visibility", op="eq", value="public")) == ["KB-1001"]
        with pytest.raises(ServiceError, match="no field") as caught:
            desk.ask("vpn", AGENT, filter=Condition(field="colour", op="eq", value="red"))
        assert caught.value.code == "invalid_filter"

    def test_a_changed_document_is_found_by_what_it_says_now(self, desk: World) -> None:
        desk.hear(ticket_event("t1", 3, number="INC-1042", title="Firewall closed", team_id="network", state="open"))
        assert desk.found("firewall", AGENT) == ["INC-1042"]
        assert desk.found("drops hour", AGENT) == []
        [hit] = desk.ask("firewall", AGENT).items
        assert (hit.state, hit.type, hit.id, hit.team_id) == ("open", "ticket", "t1", "network")

    def test_pages_by_cursor(self, world: World) -> None:
        world.hear(
            *(ticket_event(f"t{n}", 1, f"cable {n}", number=f"INC-{n}", title="Cable") for n in range(1, 8)),
        )
        for q in ("cable", ""):
            seen: list[str] = []
            after: str | None = None
            for size in (3, 3, 3):
                page = world.ask(q, AGENT, size=size, after=after)
                seen += numbers(page)
                after = page.after
            assert sorted(seen) == [f"INC-{n}" for n in range(1, 8)]
            assert after is None

    def test_a_cursor_of_another_backend_goes_on_after_as_many_hits(self, world: World) -> None:
        world.hear(*(ticket_event(f"t{n}", 1, "cable", number=f"INC-{n}", title="Cable") for n in range(1, 6)))
        first = world.found("cable", AGENT, size=2)
        rest = world.found("cable", AGENT, after=Position("other", 2, 3.5, "ticket:x").encode())
        assert sorted(first + rest) == [f"INC-{n}" for n in range(1, 6)]

    @pytest.mark.parametrize("viewer", [AGENT, ADMIN, HR, ALICE], ids=lambda viewer: viewer.id)
    @pytest.mark.parametrize("q", ["zebra", "tunnel", "VPN", "zebra gateway drops"])
    def test_a_cursor_tells_nothing_of_documents_that_the_viewer_may_not_read(
        self, desk: World, q: str, viewer: Viewer
    ) -> None:
        twin = {"number": "INC-1052", "title": "VPN drops every hour", "team_id": "network"}
        desk.hear(
            ticket_event("t5", 1, "The tunnel closes while I work from home", **twin),
            ticket_event("t5", 2, "Suspect the zebra gateway", "internal", **twin),
        )
        before = desk.ask(q, viewer, size=1).after
        hidden = {"title": "VPN drops every hour", "requester_id": "carol", "team_id": "new"}
        for n in range(20, 26):
            desk.hear(
                ticket_event(f"t{n}", 1, "The tunnel closes", number=f"INC-{n}", **hidden),
                ticket_event(f"t{n}", 2, "Zebra, suspect the zebra gateway", "internal", number=f"INC-{n}", **hidden),
            )
        assert desk.ask(q, viewer, size=1).after == before

    @pytest.mark.parametrize("backend", ["elasticsearch", "elasticsearch-any", "elasticsearch-words", "mongodb"])
    def test_a_made_up_score_does_not_move_the_page(self, world: World, backend: str) -> None:
        """Otherwise a caller could try scores, and so measure the score of a hit."""
        world.hear(*(ticket_event(f"t{n}", 1, "cable", number=f"INC-{n}", title="Cable") for n in range(1, 6)))
        cursors = [Position(backend, 2, score, "ticket:t1").encode() for score in (0.0, 0.1, 1000.0)]
        assert len({tuple(world.found("cable", AGENT, after=cursor)) for cursor in cursors}) == 1

    @pytest.mark.parametrize("cursor", ["x", "e30", "WzEsMiwzXQ", "WyJtb25nb2RiIiwgIngiLCAiayIsIDFd"])
    def test_a_made_up_cursor_is_refused(self, world: World, cursor: str) -> None:
        with pytest.raises(ServiceError) as caught:
            world.ask("cable", AGENT, after=cursor)
        assert caught.value.code == "invalid_cursor"

    def test_suggestions_are_published_articles_for_a_half_typed_sentence(self, world: World) -> None:
        world.write(title="Connect to the VPN", body="Install the client and sign in", state="published")
        world.write(title="Order a monitor", body="Use the catalogue", state="published")
        world.hear(ticket_event("t1", 1, "VPN broken", number="INC-1", title="VPN"))
        assert numbers(suggest(world.ports, "my vpn does not conn", 5, ALICE)) == ["KB-1001"]
        assert suggest(world.ports, "  ", 5, ALICE).items == []

    def test_fill_words_suggest_nothing(self, world: World) -> None:
        world.write(title="The printer does not print", body="Open the tray", state="published")
        world.write(title="Mail on your phone", body="When mail does not arrive: is it not on?", state="published")
        world.write(title="Drucker", body="Wenn der Drucker nicht geht, ist er aus", state="published")
        assert numbers(suggest(world.ports, "Printer does not print", 5, ALICE)) == ["KB-1001"]
        assert numbers(suggest(world.ports, "Drucker geht nicht", 5, ALICE)) == ["KB-1003"]

    def test_what_every_report_says_suggests_nothing(self, world: World) -> None:
        world.write(title="The printer does not print", body="If that works, it is the document", state="published")
        world.write(title="Mail on your phone", body="Leave Mail and Calendars on, and save", state="published")
        world.write(title="Reset your password", body="Call us if you have forgotten it", state="published")
        world.write(title="Drucker", body="Wenn der Drucker nicht funktioniert", state="published")

        def offered(sentence: str) -> list[str]:
            return numbers(suggest(world.ports, sentence, 5, ALICE))

        for sentence in ("my outlook does not work", "Outlook funktioniert nicht", "oracle leave", "it does not work"):
            assert offered(sentence) == [], sentence
        for sentence in (
            "cannot log in",
            "I can't sign in!",
            "Login geht nicht",
            "kann mich nicht anmelden",
            "Passwort",
        ):
            assert offered(sentence)[:1] == ["KB-1003"], sentence
        assert offered("My printer is not working again")[0] == "KB-1001"

    def test_a_ticket_is_found_by_where_the_trouble_is(self, desk: World) -> None:
        desk.hear(ticket_event("t9", 1, "It hums", number="INC-9", title="Noise", location="Building Seven, room 12"))
        assert desk.found("seven", AGENT) == ["INC-9"]
        here = Condition(field="location", op="eq", value="Building Seven, room 12")
        assert desk.found("", AGENT, filter=here) == ["INC-9"]
        assert desk.found("hums", AGENT, filter=here) == ["INC-9"]
