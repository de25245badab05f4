"""Who hears what, as a table. The rights are decided by the real rule, on the snapshot."""

from typing import Any

import pytest

from notifications.domain.audience import Audience
from notifications.usecases.audience import Audiences, to_happening
from trackline_schemas.events import Event, TicketEvent

from .builders import PEOPLE, comment, ticket_event

OPEN = {"it": False, "hr": False}


def heard(event: Event, teams: dict[str, bool] = OPEN) -> Audience:
    told = TicketEvent.model_validate(event.data)
    return Audiences(PEOPLE, teams).decide(to_happening(event, told), told.ticket)


def lines(event: Event, teams: dict[str, bool] = OPEN) -> set[tuple[str, str, bool]]:
    """Returns (person, reason, whether by mail too)."""
    return {(notice.recipient_id, notice.reason, notice.mail) for notice in heard(event, teams).notices}


STILL = comment("rita", "Still down", role="requester")
LEFT = {"assignee_id": ("gone", None)}
NEW = {"state": "new", "assignee_id": None, "version": 1}

TABLE: list[tuple[str, Event, set[tuple[str, str, bool]]]] = [
    (
        "one's own ticket is confirmed, the team sees it in the app only",
        ticket_event("rita", created=True, ticket=NEW),
        {("rita", "received", True), ("anna", "new_unassigned", False), ("carl", "new_unassigned", False)},
    ),
    (
        "opened by an agent for somebody: the agent does not hear it",
        ticket_event("carl", created=True, ticket=NEW),
        {("rita", "received", True), ("anna", "new_unassigned", False)},
    ),
    (
        "opened and solved at once for somebody",
        ticket_event("carl", created=True, ticket={"state": "resolved", "assignee_id": "carl", "resolution": "Done"}),
        {("rita", "resolved", True)},
    ),
    (
        "opened with an assignee: the team has nothing to take",
        ticket_event("rita", created=True, ticket={"state": "new"}),
        {("rita", "received", True), ("anna", "assigned", True)},
    ),
    (
        "without a team nobody is asked to take it",
        ticket_event("rita", created=True, ticket=NEW | {"team_id": None}),
        {("rita", "received", True)},
    ),
    (
        "moved to another team while unassigned",
        ticket_event("anna", changes={"team_id": ("it", "hr")}, ticket={"team_id": "hr", "assignee_id": None}),
        {("sven", "new_unassigned", False)},
    ),
    ("an agent's reply", ticket_event("anna", said=comment("anna", "Hello")), {("rita", "replied", True)}),
    (
        "a colleague's reply is news for the assignee too",
        ticket_event("carl", said=comment("carl", "Hello")),
        {("rita", "replied", True), ("anna", "replied", True)},
    ),
    (
        "the requester's reply",
        ticket_event("rita", said=comment("rita", "Still down", role="requester")),
        {("anna", "requester_replied", True)},
    ),
    (
        "the requester's reply with nobody assigned reaches the team",
        ticket_event("rita", said=comment("rita", "Still down", role="requester"), ticket={"assignee_id": None}),
        {("anna", "requester_replied", False), ("carl", "requester_replied", False)},
    ),
    (
        "with nobody assigned, whoever replied hears of the answer",
        ticket_event("rita", said=STILL, ticket={"assignee_id": None}, repliers=["carl", "boss"]),
        {("carl", "requester_replied", True), ("boss", "requester_replied", True)},
    ),
    (
        "whoever replied hears of the answer beside the assignee",
        ticket_event("rita", said=STILL, repliers=["anna", "carl"]),
        {("anna", "requester_replied", True), ("carl", "requester_replied", True)},
    ),
    (
        "when all who replied have left or may not read it, the team hears",
        ticket_event("rita", said=STILL, ticket={"assignee_id": None, "state": "pending"}, repliers=["gone", "nobody"]),
        {("anna", "requester_replied", False), ("carl", "requester_replied", False)},
    ),
    (
        "when all who replied may only read by now, the team hears as well",
        ticket_event("rita", said=STILL, ticket={"assignee_id": None}, repliers=["sven"]),
        {
            ("sven", "requester_replied", True),
            ("anna", "requester_replied", False), ("carl", "requester_replied", False),
        },
    ),
    (
        "one of those who replied may still answer",
        ticket_event("rita", said=STILL, ticket={"assignee_id": None}, repliers=["sven", "carl"]),
        {("sven", "requester_replied", True), ("carl", "requester_replied", True)},
    ),
    (
        "the answer that takes the ticket from who may only read it reaches the team",
        ticket_event(
            "rita", said=STILL, changes={"assignee_id": ("sven", None)}, ticket={"assignee_id": None},
            repliers=["sven"],
        ),
        {
            ("sven", "requester_replied", True),
            ("anna", "new_unassigned", False), ("carl", "new_unassigned", False),
        },
    ),
    (
        "a reply of an agent is no news for others who replied",
        ticket_event("anna", said=comment("anna", "Hello"), repliers=["carl", "anna"]),
        {("rita", "replied", True)},
    ),
    (
        "the team hears that nobody has the ticket any more",
        ticket_event("system", changes=LEFT, ticket={"assignee_id": None, "state": "pending"}),
        {("anna", "new_unassigned", False), ("carl", "new_unassigned", False)},
    ),
    (
        "a ticket that is done asks nobody to take it",
        ticket_event("system", changes=LEFT, ticket={"assignee_id": None, "state": "closed"}),
        set(),
    ),
    (
        "a note goes to the assignee, never to the requester",
        ticket_event("carl", said=comment("carl", "Careful", "internal")),
        {("anna", "replied", True)},
    ),
    (
        "assigned by somebody else",
        ticket_event("carl", changes={"assignee_id": (None, "anna")}),
        {("anna", "assigned", True)},
    ),
    ("taken by oneself", ticket_event("anna", changes={"assignee_id": (None, "anna")}), set()),
    (
        "waiting for the requester",
        ticket_event("anna", changes={"state": ("open", "pending")}, ticket={"state": "pending"}),
        {("rita", "state_changed", True)},
    ),
    (
        "reply and resolve is one notice",
        ticket_event(
            "anna",
            said=comment("anna", "Done"),
            changes={"state": ("open", "resolved")},
            ticket={"state": "resolved", "resolution": "Rebooted"},
        ),
        {("rita", "resolved", True)},
    ),
    (
        "closed by the system",
        ticket_event("system", changes={"state": ("resolved", "closed")}, ticket={"state": "closed"}),
        {("rita", "state_changed", True)},
    ),
    (
        "cancelled by the requester",
        ticket_event("rita", changes={"state": ("open", "cancelled")}, ticket={"state": "cancelled"}),
        set(),
    ),
    (
        "other states are not news",
        ticket_event("anna", changes={"state": ("open", "on_hold")}, ticket={"state": "on_hold"}),
        set(),
    ),
    (
        "neither are priority and tags",
        ticket_event("carl", changes={"priority": (5, 1), "tags": ([], ["vpn"])}),
        set(),
    ),
    (
        "an assignee without the right to read",
        ticket_event("anna", changes={"assignee_id": ("anna", "nobody")}, ticket={"assignee_id": "nobody"}),
        set(),
    ),
    (
        "inactive people hear nothing",
        ticket_event(
            "anna", said=comment("anna", "Hello"), changes={"assignee_id": (None, "gone")},
            ticket={"requester_id": "gone", "assignee_id": "gone"},
        ),
        set(),
    ),
    (
        "who asks and is assigned hears once, as the one who asks",
        ticket_event("carl", said=comment("carl", "Hello"), ticket={"requester_id": "anna"}),
        {("anna", "replied", True)},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("event", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_table(event: Event, expected: set[tuple[str, str, bool]]) -> None:
    assert lines(event) == expected


def test_an_assignee_of_another_team_loses_a_confidential_ticket() -> None:
    event = ticket_event("rita", said=comment("rita", "Secret", role="requester"), ticket={"assignee_id": "sven"})
    assert lines(event) == {("sven", "requester_replied", True)}
    assert lines(event, {"it": True, "hr": False}) == set()


def test_an_unknown_team_counts_as_confidential() -> None:
    event = ticket_event("carl", changes={"assignee_id": (None, "boss")}, ticket={"assignee_id": "boss"})
    assert lines(event) == {("boss", "assigned", True)}
    assert lines(event, {}) == set()
    assert heard(event, {}).refused == ("boss",)


def test_a_requester_who_is_unknown_is_told_all_the_same() -> None:
    event = ticket_event("anna", said=comment("anna", "Hello"), ticket={"requester_id": "newcomer"})
    assert lines(event) == {("newcomer", "replied", True)}


def test_texts() -> None:
    solved = ticket_event(
        "carl", created=True, ticket={"state": "resolved", "assignee_id": "carl", "resolution": "Done"}
    )
    [both] = heard(solved).notices
    assert (both.news, both.text, both.solution) == (("received", "resolved"), None, "Done")
    said, note = comment("anna", "Done"), comment("carl", "Careful", "internal")
    resolved: dict[str, Any] = {"changes": {"state": ("open", "resolved")}}
    shot = {"state": "resolved", "resolution": "Rebooted"}
    [both] = heard(ticket_event("anna", said=said, ticket=shot, **resolved)).notices
    assert (both.news, both.text, both.solution, both.alone) == (("replied", "resolved"), "Done", "Rebooted", True)
    rita, anna = heard(ticket_event("carl", said=note, ticket=shot, **resolved)).notices
    assert (rita.news, rita.text, rita.solution, rita.alone) == (("resolved",), None, "Rebooted", False)
    assert (anna.news, anna.text, anna.solution, anna.alone) == (("noted",), "Careful", None, False)


def test_a_note_is_not_pushed_to_an_agent_who_asked() -> None:
    note = comment("carl", "Careful", "internal")
    assert lines(ticket_event("carl", said=note, ticket={"requester_id": "anna"})) == set()
    assigned = ticket_event("carl", said=note, changes={"assignee_id": (None, "anna")}, ticket={"requester_id": "anna"})
    [notice] = heard(assigned).notices
    assert (notice.reason, notice.text) == ("assigned", None)
