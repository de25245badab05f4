"""No channel shows any part of an internal note to the requester or to anybody who is not staff."""

from dataclasses import asdict
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from trackline_schemas.access import readable, readable_as_staff
from trackline_schemas.events import Event, UserChanged
from trackline_schemas.filters import matches
from trackline_schemas.viewer import Viewer

from .builders import team_event, ticket_event, user_event
from .world import World

SECRET = "the-secret-of-the-note"
PERSON = st.sampled_from(["p1", "p2", "p3", "p4"])
TEAM = st.sampled_from([None, "it", "hr", "unheard-of"])
STATE = st.sampled_from(["new", "open", "pending", "on_hold", "resolved", "closed", "cancelled"])


@st.composite
def persons(draw: st.DrawFn) -> list[UserChanged]:
    ids = draw(st.sets(PERSON))
    return [
        UserChanged(
            id=key,
            name=key,
            emails=[f"{key}@example.org"],
            active=draw(st.booleans()),
            admin=draw(st.booleans()),
            teams=draw(st.dictionaries(st.sampled_from(["it", "hr"]), st.just("read"))),
        )
        for key in sorted(ids)
    ]


@st.composite
def noted(draw: st.DrawFn) -> Event:
    """Draws a ticket event with an internal note."""
    ticket = {
        "requester_id": draw(PERSON),
        "assignee_id": draw(st.none() | PERSON),
        "team_id": draw(TEAM),
        "state": draw(STATE),
    }
    fields = draw(st.sets(st.sampled_from(["state", "assignee_id", "team_id"])))
    changes: dict[str, Any] = {name: (None, ticket[name]) for name in fields}
    actor = draw(PERSON)
    words = {
        "id": "c",
        "text": SECRET,
        "visibility": "internal",
        "author_id": draw(PERSON),
        "role": "agent",
        "time": "2026-03-02T09:00:00Z",
        "attachments": [{"id": "f", "name": f"{SECRET}.log", "type": "text/plain", "size": 8}],
    }
    return ticket_event(actor, created=draw(st.booleans()), changes=changes, said=words, ticket=ticket)


@settings(max_examples=150)
@given(event=noted(), known=persons(), confidential=st.dictionaries(st.sampled_from(["it", "hr"]), st.booleans()))
def test_only_staff_get_a_note(event: Event, known: list[UserChanged], confidential: dict[str, bool]) -> None:
    world = World()
    world.consume([user_event(person) for person in known])
    world.consume([team_event(team, hidden) for team, hidden in confidential.items()])
    world.consume([event])
    snapshot = event.data["ticket"]
    people = {person.id: person for person in known}

    def viewer(key: str) -> Viewer:
        person = people.get(key)
        return Viewer(id=key, admin=person.admin, teams=person.teams) if person else Viewer(id=key)

    leaves = [(owner, str(entry)) for owner, entry in world.inbox.rows.values()]
    leaves += [(row.recipient_id, str(asdict(row))) for row in world.deliveries.rows.values()]
    for person_id, content in leaves:
        assert matches(readable(viewer(person_id), confidential), snapshot)
        assert person_id not in people or people[person_id].active
        if SECRET in content:
            assert matches(readable_as_staff(viewer(person_id), confidential), snapshot)
            assert person_id != snapshot["requester_id"]
            assert person_id not in (event.actor, event.data["comment"]["author_id"])
