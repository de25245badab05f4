"""The fake and MongoDB stores of people, teams and tickets keep the newest event in any order. Parked events wait for
people and teams."""

from datetime import timedelta
from itertools import permutations

import pytest

from notifications.usecases.ports import (
    FillStore,
    KnownStore,
    OrganisationStore,
    ParkedStore,
    PersonStore,
    TeamStore,
    TicketStore,
)
from trackline_schemas.events import OrganisationChanged, TeamChanged

from .builders import NOW, PEOPLE, ticket_event


@pytest.mark.parametrize("order", list(permutations([1, 2, 3])))
def test_the_newest_is_kept(
    people: PersonStore,
    teams: TeamStore,
    known: KnownStore,
    organisation: OrganisationStore,
    order: tuple[int, ...],
) -> None:
    assert organisation.name() is None
    for sequence in [*order, order[0]]:
        people.apply(PEOPLE["anna"].model_copy(update={"name": f"Anna {sequence}"}), sequence)
        teams.apply(TeamChanged(id="it", name="IT", confidential=sequence == 3), sequence)
        organisation.apply(OrganisationChanged(name=f"Harbour {sequence}"), sequence)
    assert people.by_ids(["anna", "nobody"])["anna"].name == "Anna 3"
    assert people.sequences(["anna", "nobody"]) == {"anna": 3}
    assert known.read((), ()).teams == {"it": True}
    assert organisation.name() == "Harbour 3"


def test_unknown_people_are_left_out(people: PersonStore) -> None:
    assert people.by_ids(["nobody"]) == {}


def test_members_are_active_people_of_the_teams(people: PersonStore) -> None:
    for person in PEOPLE.values():
        people.apply(person, 1)
    assert {person.id for person in people.members(["it"])} == {"anna", "carl"}
    assert {person.id for person in people.members(["it", "hr"])} == {"anna", "carl", "sven"}
    people.apply(PEOPLE["carl"].model_copy(update={"teams": {}}), 2)
    assert {person.id for person in people.members(["it"])} == {"anna"}


def test_a_parked_event_waits_for_its_person_and_its_team(parked: ParkedStore) -> None:
    event = ticket_event("carl", changes={"assignee_id": [None, "anna"]})
    parked.park(event, "anna", "it")
    parked.park(event, "anna", "it")
    assert [each.id for each in parked.waiting_for(["anna"], [])] == [event.id]
    assert list(parked.waiting_for([], ["it"])) == [event]
    assert list(parked.waiting_for(["anna"], ["it"])) == [event]
    assert list(parked.waiting_for(["carl"], ["hr"])) == []


@pytest.mark.parametrize("order", list(permutations([1, 2, 3])))
def test_the_newest_rights_of_a_ticket_are_kept(
    tickets: TicketStore, known: KnownStore, order: tuple[int, ...]
) -> None:
    rights = {sequence: {"team_id": f"team {sequence}", "requester_id": "rita"} for sequence in order}
    for sequence in [*order, order[0]]:
        tickets.apply({"t1": (sequence, rights[sequence]), "t2": (9, rights[1])})
    assert known.read((), ["t1", "unknown"]).tickets == {"t1": rights[3]}
    tickets.forget(["t1"])
    assert known.read((), ["t1", "t2"]).tickets == {"t2": rights[1]}


def test_people_tickets_and_teams_are_read_at_once(
    known: KnownStore, people: PersonStore, tickets: TicketStore, teams: TeamStore
) -> None:
    nothing = known.read(["anna"], ["t1"])
    assert (nothing.people, nothing.tickets, nothing.teams) == ({}, {}, {})
    for person in PEOPLE.values():
        people.apply(person, 1)
    rights = {"team_id": "it", "requester_id": "rita"}
    # The same id in two stores stays two things.
    tickets.apply({"anna": (1, rights), "t2": (1, rights)})
    teams.apply(TeamChanged(id="it", name="IT"), 1)
    teams.apply(TeamChanged(id="hr", name="HR", confidential=True), 1)
    found = known.read(["anna", "nobody"], ["anna", "t9"])
    assert found.people == {"anna": PEOPLE["anna"]}
    assert found.tickets == {"anna": rights}
    assert found.teams == {"it": False, "hr": True}
    people.apply(PEOPLE["anna"].model_copy(update={"active": False}), 2)
    teams.apply(TeamChanged(id="it", name="IT", confidential=True), 2)
    later = known.read(["anna"], [])
    assert (later.people["anna"].active, later.tickets, later.teams) == (False, {}, {"it": True, "hr": True})


def test_two_replays_fill_the_tickets(fills: FillStore) -> None:
    hour, later = timedelta(hours=1), NOW + timedelta(minutes=15)
    assert fills.claim(NOW, NOW + hour)
    assert not fills.claim(NOW + hour / 2, NOW + 2 * hour)
    for _ in range(2):
        fills.finish("first", later)
    assert not fills.claim(NOW, NOW + hour)
    assert fills.claim(later, later + hour)
    # Nothing has said that the second replay has ended, so it is asked for again.
    assert fills.claim(later + hour, later + 2 * hour)
    fills.finish("second", later)
    assert not fills.claim(later + 9 * hour, later + 10 * hour)
