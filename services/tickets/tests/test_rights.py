"""Who may do what: Alice (team it and hr), Bob (requester), Charlie (stranger), Dana (team network), Root, and a
reader of team it. The ticket is Bob's, once with the open team it, once with the confidential team hr."""

from collections.abc import Callable
from typing import Any

import pytest

from tickets.usecases import history, read
from trackline_schemas.errors import ServiceError
from trackline_schemas.filters import And, Condition, Not
from trackline_schemas.paging import PageQuery
from trackline_schemas.ticket.commands import NewComment
from trackline_schemas.ticket.views import AskedTicket, TicketView
from trackline_schemas.viewer import Viewer

from .world import ALICE, BOB, CHARLIE, DANA, READER, ROOT, World, new_id

# What each person sees of the ticket: everything, the requester's part, or nothing.
AGENTS = dict.fromkeys(("alice", "dana", "reader", "root"), "staff")
OTHERS = dict.fromkeys(("charlie", "dana", "reader", "root"), "nothing")
SEEN = {
    "it": {**AGENTS, "bob": "requester", "charlie": "nothing"},
    "hr": {**OTHERS, "bob": "requester", "alice": "staff"},
}
WRITERS = {"it": {"alice", "root"}, "hr": {"alice"}}
PEOPLE = {viewer.id: viewer for viewer in (ALICE, BOB, CHARLIE, DANA, ROOT, READER)}

everyone = pytest.mark.parametrize("person", sorted(PEOPLE))
both_teams = pytest.mark.parametrize("team", ["it", "hr"])


def of_bob(world: World, team: str) -> TicketView:
    """Returns a ticket with a public reply, a note, a change of a staff field and an override as versions 2 to 5."""
    ticket = world.create(ALICE, requester_id="bob", team_id=team, tags=["vip"])
    world.update(ticket, ALICE, comment=NewComment(text="We look into it."), time_spent=4321)
    world.say(ticket, ALICE, "He broke it himself.", "internal")
    world.change(ticket, tags=["vip", "broken"])
    return world.change(ticket, priority=1, priority_reason="The director waits")


INTERNAL: dict[str, Callable[[World, TicketView], TicketView]] = {
    "a note": lambda world, ticket: world.say(ticket, ALICE, "He broke it himself.", "internal"),
    "tags": lambda world, ticket: world.change(ticket, tags=["vip", "burnout"]),
    "time": lambda world, ticket: world.update(ticket, ALICE, time_spent=4321),
    "a reason": lambda world, ticket: world.change(ticket, priority=1, priority_reason="He shouts"),
}


@both_teams
@pytest.mark.parametrize("what", INTERNAL)
def test_of_internal_work_a_requester_learns_that_it_happened_and_nothing_else(
    world: World, team: str, what: str
) -> None:
    """ADR 13 says why they learn as much."""
    ticket = of_bob(world, team)
    before = seen_by_bob(world, ticket)
    world.clock.forward(minutes=1)
    after = INTERNAL[what](world, ticket)
    assert (after.version, after.updated_at) == (ticket.version + 1, world.clock())
    assert seen_by_bob(world, ticket) == before


def seen_by_bob(world: World, ticket: TicketView) -> list[Any]:
    """Returns the requester's views, comments and history, without the version and the time of the last change."""
    views = [ask() for ask in reads(world, ticket, BOB)[:2]] + read.page(world.ports, PageQuery(), BOB).items
    pages = [one(world.ports, ticket.number, 100, None, BOB).items for one in (history.comments, history.events)]
    return [*(view.model_dump(exclude={"version", "updated_at"}) for view in views), *pages]


@both_teams
@everyone
def test_reading(world: World, team: str, person: str) -> None:
    ticket, viewer, seen = of_bob(world, team), PEOPLE[person], SEEN[team][person]
    found = read.page(world.ports, PageQuery(), viewer).items
    assert read.count(world.ports, [And(all=[])], 9, viewer) == [len(found)]
    if seen == "nothing":
        assert found == []
        for ask in reads(world, ticket, viewer):
            with pytest.raises(ServiceError) as refused:
                ask()
            assert (refused.value.code, refused.value.status) == ("not_found", 404)
        return
    views = [ask() for ask in reads(world, ticket, viewer)[:3]] + found
    staff = seen == "staff"
    assert [bool(view.tags) for view in views] == [staff] * 4
    assert [view.priority_reason is not None for view in views] == [staff] * 4
    assert [view.priority for view in views] == [1] * 4


def reads(world: World, ticket: TicketView, viewer: Viewer) -> list[Any]:
    return [
        lambda: read.get(world.ports, ticket.number, None, viewer),
        lambda: read.get(world.ports, ticket.number, world.clock(), viewer),
        lambda: read.get(world.ports, ticket.number.lower(), None, viewer),
        lambda: history.comments(world.ports, ticket.number, 10, None, viewer),
        lambda: history.events(world.ports, ticket.number, 10, None, viewer),
    ]


@both_teams
def test_tickets_that_are_asked_for_together_have_each_viewers_rights(world: World, team: str) -> None:
    ticket = of_bob(world, team)
    asked = [AskedTicket(number=ticket.number.lower(), viewer=viewer) for viewer in PEOPLE.values()]
    nobodys = AskedTicket(number="INC-9", viewer=ROOT)
    *found, missing = read.get_many(world.ports, [*asked, nobodys])
    assert missing is None
    for viewer, view in zip(PEOPLE.values(), found, strict=True):
        seen = SEEN[team][viewer.id]
        assert (view is None) == (seen == "nothing")
        assert view is None or view == read.get(world.ports, ticket.number, None, viewer)
        assert view is None or bool(view.tags) == (seen == "staff")


@both_teams
@everyone
def test_comments_and_history(world: World, team: str, person: str) -> None:
    ticket, viewer, seen = of_bob(world, team), PEOPLE[person], SEEN[team][person]
    world.fake.log_pending()
    live = history.events_since(world.ports, world.clock(), 10, viewer).events
    expected = {"staff": [1, 2, 3, 4, 5], "requester": [1, 2, 5], "nothing": []}[seen]
    assert [event.sequence for event in live] == expected
    assert all("broke it" not in event.model_dump_json() for event in live)
    if seen == "nothing":
        return
    said = history.comments(world.ports, ticket.number, 10, None, viewer).items
    entries = history.events(world.ports, ticket.number, 10, None, viewer).items
    told = "".join(item.model_dump_json() for item in (*said, *entries, *live))
    assert [entry.sequence for entry in entries] == expected
    assert [comment.visibility for comment in said].count("internal") == (seen == "staff")
    for secret in ("broke it", "vip", "broken", "director", "4321"):
        assert (secret in told) == (seen == "staff")


@both_teams
@everyone
def test_writing(world: World, team: str, person: str) -> None:
    ticket, viewer, seen = of_bob(world, team), PEOPLE[person], SEEN[team][person]
    if person in WRITERS[team]:
        assert world.say(ticket, viewer, "Noted.", "internal", impact=1).impact == 1
        return
    expected = "not_found" if seen == "nothing" else "forbidden"
    for attempt in ({"changes": {"impact": 1}}, {"comment": {"text": "Noted.", "visibility": "internal"}}):
        with pytest.raises(ServiceError) as refused:
            world.update(ticket, viewer, **attempt)
        assert refused.value.code == expected
    if person == "bob":
        assert world.say(ticket, viewer, "Thank you.").comment_count == 3


def test_an_agent_reads_their_own_confidential_ticket_as_its_requester(world: World) -> None:
    ticket = world.create(ALICE, requester_id="dana", team_id="hr", tags=["case"])
    world.say(ticket, ALICE, "To be dismissed.", "internal")
    assert read.get(world.ports, ticket.number, None, DANA).tags == []
    assert len(history.comments(world.ports, ticket.number, 10, None, DANA).items) == 1
    assert world.say(ticket, DANA, "What is going on?").last_comment_role == "requester"
    with pytest.raises(ServiceError, match="Only agents may write internal notes"):
        world.say(ticket, DANA, "Hm.", "internal")


def test_an_unknown_team_counts_as_confidential(world: World) -> None:
    ticket = world.create(ALICE, requester_id="bob", team_id="brand-new")
    with pytest.raises(ServiceError):
        read.get(world.ports, ticket.number, None, ALICE)
    member = Viewer(id="erin", teams={"brand-new": "reply"})
    assert world.say(ticket, member, "Hello.").state == "open"


def test_moving_a_ticket_to_a_confidential_team_hides_it_from_the_agent(world: World) -> None:
    ticket = world.create(DANA, requester_id="bob", team_id="network", tags=["vip"])
    after = world.change(ticket, DANA, team_id="hr", title="For human resources")
    assert (after.team_id, after.tags) == ("hr", [])
    with pytest.raises(ServiceError):
        read.get(world.ports, ticket.number, None, DANA)


def test_filters_on_staff_fields_reveal_nothing_to_a_requester(world: World) -> None:
    of_bob(world, "it")
    tagged = Condition(field="tags", op="eq", value="vip")
    for probe in (tagged, Not(filter=tagged), Not(filter=Condition(field="tags", op="is_set", value=True))):
        assert read.count(world.ports, [probe], 9, BOB) == [0]
        assert read.page(world.ports, PageQuery(filter=probe), BOB).items == []
    assert read.count(world.ports, [tagged], 9, ALICE) == [1]


def test_a_repeated_create_shows_only_what_the_viewer_may_read(world: World) -> None:
    key = "6d2b3b0e-6f5e-5f0e-9a51-0a7f0d3f1c11"
    opened: dict[str, Any] = {"requester_id": "dana", "team_id": "network", "tags": ["vip"]}
    ticket = world.create(DANA, key=key, **opened)
    assert ticket.tags == ["vip"]
    world.change(ticket, DANA, team_id="hr")
    assert world.create(DANA, key=key, **opened).tags == []


KEY = "6d2b3b0e-6f5e-5f0e-9a51-0a7f0d3f1c12"
HENRY = Viewer(id="henry", teams={"hr": "reply"})
# How Henry loses the right to read his ticket of the confidential team, and who he is afterwards.
LOSSES: dict[str, tuple[dict[str, Any], Viewer]] = {
    "he leaves the team": ({}, Viewer(id="henry", teams={"it": "reply"})),
    "he leaves all teams": ({}, Viewer(id="henry")),
    "he becomes an administrator": ({}, Viewer(id="henry", admin=True)),
    "the ticket moves": ({"team_id": "payroll"}, HENRY),
}


@pytest.mark.parametrize("loss", LOSSES)
def test_a_repeat_answers_nothing_after_rights_were_lost(world: World, loss: str) -> None:
    changes, henry = LOSSES[loss]
    opened: dict[str, Any] = {"requester_id": "bob", "team_id": "hr", "title": "Burnout", "tags": ["case"]}
    ticket = world.create(HENRY, key=KEY, **opened)
    said: dict[str, Any] = {"comment": {"text": "Noted.", "visibility": "internal"}, "changes": {"impact": 1}}
    world.update(ticket, HENRY, key=new_id(), **said)
    key = new_id()
    assert world.update(ticket, HENRY, key=key, **said) == world.update(ticket, HENRY, key=key, **said)
    assert world.create(HENRY, key=KEY, **opened) == ticket
    if changes:
        world.change(ticket, HENRY, **changes)
    with pytest.raises(ServiceError) as repeated_update:
        world.update(ticket, henry, key=key, **said)
    assert repeated_update.value.code == "not_found"
    with pytest.raises(ServiceError) as repeated_create:
        world.create(henry, key=KEY, **opened)
    # A caller whose first answer got lost learns that the ticket was opened, and nothing else of it.
    assert repeated_create.value.reason == "ticket_opened_before"
    assert repeated_create.value.params == {"number": ticket.number}
    assert "Burnout" not in str(repeated_create.value)
