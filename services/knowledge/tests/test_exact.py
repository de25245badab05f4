"""Who pastes the number or the reference of one ticket gets this ticket, and nothing else."""

import pytest

from .samples import AGENT, HR, ticket_event
from .world import World, numbers

REFERENCES = (
    "INC0001001", "0001002", "INC0009349", "Fall-2024/17", "SRQ 77 812", "ÄB-12", "a1b2c3d4-e5f6", "RITM0012345",
    "HD#5512", "HD#5513", "4711", "SD-2024-0815", "T_20240116.0042", "2024-001", "A/17-B",
    "2024081510000012", "1234567890123", "20240815-000017", "CAS-01234-K7Q2W4", "#55667",
)  # fmt: skip
# The query → the references of what it finds, in this order
ASKED = {
    "INC0001001": "INC0001001", "[inc0001001]": "INC0001001", "INC-0001001": "INC0001001", "INC 0001001": "INC0001001",
    "0001002": "0001002", "#0001002": "0001002", "Ticket 0001002": "0001002",
    "INC0009349": "INC0009349", "INC 0009349": "INC0009349", "INC-0009349": "INC0009349", "inc0009349": "INC0009349",
    "INC_0009349": "INC0009349", "INC/0009349": "INC0009349", "Ref: INC 0009349": "INC0009349",
    "https://old.example/t/INC0009349": "INC0009349", "<https://old.example/t/INC0009349>": "INC0009349",
    "https://old.example/nav_to.do?uri=incident.do%3Fsysparm_query=number=INC0009349": "INC0009349",
    "INC0009349, INC0001001": "INC0009349 INC0001001", "INC0009349,INC0001001": "INC0009349 INC0001001",
    "INC0001001; INC-0009349": "INC0001001 INC0009349", "RITM0012345,INC0009349": "RITM0012345 INC0009349",
    "RITM0012345 ; a1b2c3d4-e5f6": "RITM0012345 a1b2c3d4-e5f6",
    "fall-2024/17": "Fall-2024/17", "[Fall-2024/17]": "Fall-2024/17", "srq 77 812": "SRQ 77 812",
    "SRQ-77-812": "SRQ 77 812", "äb 12": "ÄB-12", "ÄB12": "ÄB-12", "A1B2C3D4-E5F6": "a1b2c3d4-e5f6",
    "RITM 0012345": "RITM0012345", "RITM-0012345": "RITM0012345", "Re: [RITM0012345]": "RITM0012345",
    "https://old.example/sc/RITM0012345?view=1": "RITM0012345", "https://old.example/a/index.php?id=4711": "4711",
    "SD20240815": "SD-2024-0815", "sd 20240815": "SD-2024-0815", "SD2024/0815": "SD-2024-0815",
    "T20240116.0042": "T_20240116.0042", "T-20240116.0042": "T_20240116.0042",
    "2024/001": "2024-001", "2024001": "2024-001", "Ticket 2024-001": "2024-001",
    "https://old.example/helpdesk/HD%235512": "HD#5512", "https://old.example/a?id=A%2F17-B&x=1": "A/17-B",
    "<old.example/t?n=HD%235513>": "HD#5513", "https://old.example/go?to=%2Ft%2FRITM0012345": "RITM0012345",
    "hd#5512": "HD#5512", "HD 5512": "HD#5512", "HD5513": "HD#5513", "4711": "4711",
    "2024081510000012": "2024081510000012", "[Ticket#2024081510000012]": "2024081510000012",
    "Ticketnummer: 2024081510000012": "2024081510000012", "Nr. 2024081510000012": "2024081510000012",
    "#1234567890123": "1234567890123", '"1234567890123"': "1234567890123", "1234567890123.": "1234567890123",
    "Ticket#20240815-000017": "20240815-000017", "Case Number: CAS-01234-K7Q2W4": "CAS-01234-K7Q2W4",
    "[Ticket#CAS-01234-K7Q2W4]": "CAS-01234-K7Q2W4", "Re: [#55667]": "#55667", "(#55667)": "#55667",
    "Ticket: SD20240815": "SD-2024-0815", "Ticket SRQ 77 812": "SRQ 77 812",
}  # fmt: skip
OWN = (
    "Ticketnummer: 1001", "Ticketnummer 1001", "Ticketnr. 1001", "Ticket-Nr.: 1001", "Ticket ID 1001",
    "Ticket-ID: 1001",
    "ticketid=1001", "ID: 1001", "Fallnummer 1001", "Vorgangsnummer 1001", "Störungsnummer: 1001",
    "Stoerung 1001", "Incident-Nr. 1001", "incident number 1001", "Case ID #1001", "Ticket1001", "INC/1001",
    "INC\\1001", "INC-١٠٠١", "INC-۱۰۰۱", "INC १००१", "№ 1001", "n° 1001", "numéro de ticket 1001",
    "Número de caso: 1001",
    "numero ticket 1001", "melding: 1001", "meldingsnummer 1001", "Zaaknummer 1001", "Antw: [INC-1001]",
)  # fmt: skip


@pytest.fixture
def desk(world: World) -> World:
    """Tickets with references, tickets with the numbers that these have without zeros, and texts that name them all."""
    about = " ".join((*REFERENCES, "1001 1002 9349 INC-1001 INC-9349"))
    own = ("INC-1001", "INC-1002", "INC-9349", "KB-1002")
    world.hear(
        *(
            ticket_event(f"r{at}", 1, "Text", number=f"REQ-{at}", title="Imported", source="old", external_ref=one)
            for at, one in enumerate(REFERENCES, 500)
        ),
        *(ticket_event(f"o{one}", 1, "Text", number=one, title="Own") for one in own),
        *(ticket_event(f"a{at}", 1, about, number=f"REQ-{at}", title=about) for at in range(700, 703)),
    )
    return world


def test_a_reference_finds_its_ticket_alone(desk: World) -> None:
    known = {f"REQ-{at}": reference for at, reference in enumerate(REFERENCES, 500)}
    found = {q: [known.get(number, number) for number in desk.found(q, AGENT)] for q in ASKED}
    assert {q: one for q, one in found.items() if " ".join(one) != ASKED[q]} == {}


def test_a_number_finds_its_ticket_alone(desk: World) -> None:
    found = {q: desk.found(q, AGENT) for q in OWN}
    assert {q: one for q, one in found.items() if one != ["INC-1001"]} == {}


def test_several_numbers_find_their_tickets_in_this_order(desk: World) -> None:
    assert desk.found("INC-9349, INC-1001", AGENT) == ["INC-9349", "INC-1001"]
    assert desk.found("Tickets 9349, 1001", AGENT) == ["INC-9349", "INC-1001"]
    assert desk.found("INC-1001,INC0009349", AGENT, size=1) == ["INC-1001"]
    first = desk.ask("INC-1001,INC0009349", AGENT, size=1, facets=True)
    assert [(one.value, one.count) for one in first.facets["type"]] == [("ticket", 2)]
    second = desk.ask("INC-1001,INC0009349", AGENT, size=1, after=first.after)
    assert (numbers(second), second.after) == (["REQ-502"], None)


def test_zeros_in_front_say_nothing_where_no_reference_has_them(desk: World) -> None:
    assert desk.found("INC-0001002", AGENT) == ["INC-1002"]
    assert desk.found("INC0001002", AGENT) == ["INC-1002"]
    assert set(desk.found("#001001", AGENT)) == {"INC-1001"}


def test_a_reference_that_the_viewer_may_not_read_hides_nothing(desk: World) -> None:
    secret = {"number": "REQ-800", "team_id": "people", "requester_id": "carol", "source": "old"}
    desk.hear(ticket_event("s", 1, "x", title="Secret", external_ref="INC01002", **secret))
    assert desk.found("INC01002", AGENT) == ["INC-1002"]
    assert desk.found("INC01002", HR) == ["REQ-800"]


@pytest.mark.parametrize("q", ["1001", "1001!", "Fall 1001", "melding 1001", "id 1001", "1001, 9349", "Tickets 1001"])
def test_bare_digits_and_labels_with_another_meaning_find_other_hits_below(desk: World, q: str) -> None:
    desk.hear(ticket_event("w", 1, "x", number="REQ-900", title=f"About {q}"))
    found = desk.found(q, AGENT)
    assert found[:2] == ["INC-1001", "INC-9349"] if "," in q else found[0] == "INC-1001"
    assert "REQ-900" in found[1:]


def test_a_reference_in_another_spelling_may_be_a_date_too(desk: World) -> None:
    assert desk.found("2024 001", AGENT)[0] == "REQ-513"


def test_a_number_among_words_is_first(desk: World) -> None:
    for q in ("Vorgang 1001 ist noch offen", "what about INC 0001001 now", "Ticket-ID: 1001 broken?"):
        expected = "REQ-500" if "000" in q else "INC-1001"
        assert desk.found(q, AGENT)[0] == expected, q


@pytest.mark.parametrize(
    ("q", "reference"),
    [
        ("[Ticket#2024081510000012] Drucker druckt nicht", "2024081510000012"),
        ("Re: [Ticket#CAS-01234-K7Q2W4] Drucker", "CAS-01234-K7Q2W4"),
        ("Re: [#55667] Drucker", "#55667"),
        ("siehe 1234567890123 bitte", "1234567890123"),
    ],
)
def test_a_reference_in_the_subject_of_a_mail_is_first(desk: World, q: str, reference: str) -> None:
    desk.hear(ticket_event("w", 1, "x", number="REQ-900", title=q.partition("]")[2] or q))
    assert desk.found(q, AGENT)[0] == f"REQ-{500 + REFERENCES.index(reference)}"


@pytest.mark.parametrize(
    "q",
    [
        *("Room number 1001", "Raumnummer 1001", "1001 laptops", "request 1001 laptops", "candid 1001"),
        *("1001 requests", "1001 Anfragen", "1001%", "$1001", "1001€", '1001"'),
    ],
)
def test_other_words_for_numbers_are_words(desk: World, q: str) -> None:
    desk.hear(ticket_event("w", 1, "x", number="REQ-900", title=f"About {q}"))
    assert "REQ-900" in desk.found(q, AGENT)
