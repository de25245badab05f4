"""Whoever pastes a title finds the ticket that is called so, also if the title looks like a query."""

from harness.api import Api, wait_for

TITLES = (
    "Team:Meeting startet nicht", "Requester:John Smith cannot log in", "Assignee:missing in form",
    "Category:Network printer offline", "Update:2024-10 schlägt fehl", "Priority:High VPN down",
    "Location:Berlin no internet", "Tag:Montag Drucker defekt", "Channel:Mail is broken", "Last:Agent wrote nothing",
    "-Outlook startet nicht", "Outlook -Fehler 0x80040610", "-Drucker defekt- bitte prüfen",
    "Zugriff auf Laufwerk -H: nicht möglich", "State:closed door in the lift", "Created:yesterday but empty",
    "Printer -Toner is empty", "Resolved:no, please look again", 'Type:ticket shows "no entry"',
)  # fmt: skip


# As a query, one of the titles finds these.
OTHERS = (
    "Es startet nicht",
    "Outlook 0x80040610",
    "Bitte prüfen",
    "Zugriff auf Laufwerk nicht möglich",
    "Printer is empty",
)


def test_a_title_that_looks_like_a_query_finds_its_own_ticket_first(admin: Api) -> None:
    with admin.new_person("Tilda Title") as tilda:
        numbers = {title: tilda.new_ticket(title)["number"] for title in TITLES}
        for title in OTHERS:
            tilda.new_ticket(title)
        for who in (tilda, admin):
            wait_for(lambda who=who: {title: _first(who, title) for title in TITLES} == numbers)  # type: ignore[misc]


def _first(who: Api, q: str) -> str | None:
    return next((hit["number"] for hit in who.get("/search", q=q)["data"]), None)
