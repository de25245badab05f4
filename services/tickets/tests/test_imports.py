"""Importing histories from another system: their events, and what a second import adds."""

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from tickets.usecases import history, imports, read
from trackline_schemas.errors import ServiceError
from trackline_schemas.events import TICKET_PURGED, Event, TicketPurged
from trackline_schemas.filters import And
from trackline_schemas.imports import ImportTicket, PurgeTickets, TicketImported, TicketsPurged
from trackline_schemas.paging import PageQuery
from trackline_schemas.ticket.views import TicketView
from trackline_schemas.viewer import Viewer
from trackline_testing.tickets import Racing

from .world import ALICE, ROOT, World, call

START = datetime(2016, 2, 29, 1, 16, tzinfo=UTC)
OPENED = {"title": "Category 55: Symptom 72", "requester_id": "caller", "impact": 2, "urgency": 2, "priority": 3}


def at(hours: float) -> str:
    return (START + timedelta(hours=hours)).isoformat()


def step(hours: float, **changes: Any) -> dict[str, Any]:
    return {"time": at(hours), "actor_id": "clerk", "changes": changes}


def import_steps(world: World, *steps: dict[str, Any], viewer: Viewer = ROOT, **members: Any) -> TicketImported:
    body = {"source": "old", "external_ref": "INC77", "channel": "phone", "steps": [step(0, **OPENED), *steps]}
    return imports.import_ticket(world.ports, ImportTicket.model_validate(body | members), call(viewer))


def log(world: World, ticket_id: str) -> list[Event]:
    stored = world.tickets.by_id(ticket_id)
    assert stored is not None
    return list(world.tickets.events(stored))


def get(world: World, imported: TicketImported) -> TicketView:
    return read.get(world.ports, imported.number, None, ROOT)


def test_all_events_of_a_ticket_are_written_at_once_with_their_own_times(world: World) -> None:
    steps = [step(1, state="open", team_id="it"), step(2, state="resolved"), step(3, state="closed")]
    done = import_steps(world, *steps)
    events = log(world, done.id)
    assert (done.number, done.version, done.added) == ("INC-1001", 4, 4)
    assert [event.sequence for event in events] == [1, 2, 3, 4]
    assert [event.time for event in events] == [START + timedelta(hours=hours) for hours in range(4)]
    assert {event.recordedat for event in events} == {world.clock()}
    assert all(event.historical for event in events)
    assert {event.actor for event in events} == {"clerk"}
    assert events[1].data["changes"] == {"state": ["new", "open"], "team_id": [None, "it"]}
    ticket = get(world, done)
    assert (ticket.created_at, ticket.resolved_at, ticket.closed_at) == (
        START,
        START + timedelta(hours=2),
        START + timedelta(hours=3),
    )
    assert (ticket.channel, ticket.source, ticket.external_ref) == ("phone", "old", "INC77")
    assert [event.data["ticket"]["state"] for event in events] == ["new", "open", "resolved", "closed"]


def test_only_administrators_import(world: World) -> None:
    with pytest.raises(ServiceError) as refused:
        import_steps(world, viewer=ALICE)
    assert refused.value.code == "forbidden"


def test_a_second_import_only_adds_new_steps(world: World) -> None:
    first = import_steps(world, step(1, state="open"))
    assert import_steps(world, step(1, state="open")) == first.model_copy(update={"added": 0})
    assert import_steps(world).added == 0
    longer = import_steps(world, step(1, state="open"), step(1, team_id="it"), step(2, state="resolved"))
    assert (longer.id, longer.version, longer.added) == (first.id, 4, 2)
    assert [event.time for event in log(world, first.id)][2:] == [START + timedelta(hours=h) for h in (1, 2)]


def test_local_changes_are_kept_and_come_before_newer_steps(world: World) -> None:
    steps = [step(1, priority=3), step(2, category_id=None)]
    first = import_steps(world, *steps)
    here = world.change(get(world, first), ALICE, title="Renamed here", impact=1)
    done = import_steps(world, *steps, step(3, state="resolved"))
    events = log(world, first.id)
    assert (done.added, [event.historical for event in events]) == (1, [True, False, True])
    assert events[-1].time == here.updated_at
    assert get(world, done).title == "Renamed here"


def test_steps_that_change_nothing_are_counted_and_not_repeated(world: World) -> None:
    first = import_steps(world)
    unchanged = step(1, title=OPENED["title"])
    assert import_steps(world, unchanged).added == 0
    world.change(get(world, first), ALICE, title="Renamed here")
    assert import_steps(world, unchanged, step(2, team_id="it")).added == 1
    assert get(world, first).title == "Renamed here"


def test_another_history_under_the_same_reference_is_refused(world: World) -> None:
    import_steps(world, step(1, state="open"))
    with pytest.raises(ServiceError, match="INC-1001") as refused:
        import_steps(world, step(1.5, state="pending"), step(2, state="open"))
    assert refused.value.code == "conflict"


CHANGED: dict[str, tuple[int, dict[str, Any]]] = {
    "another state": (1, step(2, state="pending")),
    "another time": (1, step(1.5, state="open")),
    "another author": (1, {**step(2, state="open"), "actor_id": "colleague"}),
    "another value of the first step": (0, step(0, **OPENED, location="Room 7")),
    "a comment more": (2, {**step(4, state="resolved"), "comment": {"text": "Done."}}),
    "time spent": (2, {**step(4, state="resolved"), "time_spent": 5}),
    "a value that changed nothing": (2, step(4, state="resolved", kind="incident")),
}


@pytest.mark.parametrize("name", CHANGED)
def test_a_history_with_a_changed_step_is_refused_and_the_step_is_named(world: World, name: str) -> None:
    steps = [step(0, **OPENED), step(2, state="open"), step(4, state="resolved")]
    import_steps(world, steps=steps)
    number, changed = CHANGED[name]
    sent = [*steps[:number], changed, *steps[number + 1 :]]
    for later in ([], [step(5, state="closed")]):
        with pytest.raises(ServiceError, match=f"INC-1001 .* step {number + 1} ") as refused:
            import_steps(world, steps=[*sent, *later])
        assert refused.value.code == "conflict"
        assert refused.value.detail["errors"][0]["pointer"] == f"/steps/{number}"


def test_a_member_that_is_left_out_does_not_differ_from_its_default(world: World) -> None:
    import_steps(world, {**step(1), "comment": {"text": "Done."}, "time_spent": None})
    again = {**step(1), "comment": {"text": "Done.", "visibility": "public"}}
    assert import_steps(world, again, step(2, state="closed")).added == 1


@pytest.mark.parametrize("hours", [0.5, 2, 24 * 5])
def test_a_shorter_history_loses_no_step(world: World, hours: float) -> None:
    """The step that differs may be before, between and after those that were imported."""
    first = import_steps(world, *(step(number, state="resolved") for number in (1, 2, 3)))
    assert import_steps(world, step(1, state="resolved"), step(2, state="resolved")).added == 0
    with pytest.raises(ServiceError, match="step 3 ") as refused:
        import_steps(world, step(1, state="resolved"), step(hours, state="closed"))
    assert (refused.value.code, get(world, first).version) == ("conflict", 4)


def test_of_a_history_that_the_release_before_imported_number_and_times_are_compared(world: World) -> None:
    steps = [step(1, state="open"), step(2, state="resolved")]
    first = import_steps(world, *steps)
    stored = world.tickets.by_id(first.id)
    assert stored is not None
    world.tickets.save(stored.ticket, replace(stored.ticket, import_digest=None), [], None)
    assert import_steps(world, *steps).added == import_steps(world, steps[0]).added == 0
    for sent in ([step(1, state="open"), step(3, state="resolved")], [step(24 * 5, state="closed")]):
        with pytest.raises(ServiceError, match="INC-1001"):
            import_steps(world, *sent)
    assert import_steps(world, *steps, step(3, state="closed")).added == 1
    with pytest.raises(ServiceError, match="step 2 "):
        import_steps(world, step(1, state="pending"), *steps[1:], step(3, state="closed"))


def test_a_ticket_without_history_does_not_count_as_imported(world: World) -> None:
    world.create(ALICE, source="old", external_ref="INC77")
    with pytest.raises(ServiceError, match="INC-1001") as refused:
        import_steps(world)
    assert refused.value.code == "conflict"


def test_resolving_again_moves_the_resolution_without_a_reopening(world: World) -> None:
    done = import_steps(world, step(1, state="resolved"), step(2, state="resolved"), step(3, state="closed"))
    ticket = get(world, done)
    assert (ticket.resolved_at, ticket.reopens, done.version) == (START + timedelta(hours=2), 0, 4)
    assert log(world, done.id)[2].data["changes"] == {"state": ["resolved", "resolved"]}


@pytest.mark.parametrize(
    ("states", "resolved"),
    [
        ("resolved new closed", 1),
        ("resolved open resolved closed", 3),
        ("resolved closed open closed", 1),
        ("resolved cancelled closed", 1),
        ("resolved open cancelled closed", 1),
        ("open closed", 2),
        ("cancelled closed", None),
        ("resolved open", None),
    ],
)
def test_a_closed_ticket_has_the_time_of_its_last_resolution(world: World, states: str, resolved: float | None) -> None:
    done = import_steps(world, *(step(hours, state=state) for hours, state in enumerate(states.split(), 1)))
    expected = None if resolved is None else START + timedelta(hours=resolved)
    assert get(world, done).resolved_at == expected


def test_every_step_that_resolves_is_an_event_even_within_the_same_minute(world: World) -> None:
    steps = [step(1, state="resolved"), step(1, state="resolved"), step(0.5, state="resolved")]
    done = import_steps(world, *steps)
    assert (done.added, get(world, done).resolved_at) == (4, START + timedelta(hours=1))


def test_any_state_may_follow_any_other_and_leaving_a_final_one_is_a_reopening(world: World) -> None:
    states = ["resolved", "new", "closed", "pending", "cancelled", "resolved", "closed"]
    done = import_steps(world, *(step(hours, state=state) for hours, state in enumerate(states, 1)))
    ticket = get(world, done)
    assert (ticket.state, ticket.reopens, done.version) == ("closed", 2, 8)


def test_a_step_before_the_first_one_counts_as_simultaneous(world: World) -> None:
    done = import_steps(world, step(-3, state="open"), step(1, state="pending"))
    assert [event.time for event in log(world, done.id)] == [START, START, START + timedelta(hours=1)]
    assert read.get(world.ports, done.number, START, ROOT).state == "open"
    assert read.get(world.ports, done.number, START + timedelta(minutes=59), ROOT).state == "open"
    with pytest.raises(ServiceError):
        read.get(world.ports, done.number, START - timedelta(minutes=1), ROOT)


def test_a_priority_that_contradicts_impact_and_urgency_is_an_audited_override(world: World) -> None:
    done = import_steps(
        world, step(1, priority=1), step(2, priority=4, impact=3), step(3, priority=2, priority_reason="VIP")
    )
    told = [
        (event.data["ticket"]["priority"], event.data["ticket"]["priority_reason"]) for event in log(world, done.id)
    ]
    assert told == [(3, None), (1, "As it was in old"), (4, None), (2, "VIP")]


def test_a_ticket_may_begin_in_any_state_and_without_a_description(world: World) -> None:
    closed = {**OPENED, "state": "closed", "team_id": "it", "assignee_id": "alice", "priority": 1}
    done = import_steps(world, steps=[step(0, **closed)])
    ticket = get(world, done)
    assert (ticket.state, ticket.closed_at, ticket.priority, ticket.comment_count) == ("closed", START, 1, 0)
    assert ticket.resolved_at == START
    assert history.comments(world.ports, done.number, 25, None, ROOT).items == []
    (event,) = log(world, done.id)
    assert event.data["changes"]["priority_reason"] == [None, "As it was in old"]


def test_comments_and_time_have_their_own_author(world: World) -> None:
    opened = {**step(0, **OPENED), "actor_id": "caller", "comment": {"text": "It is broken."}}
    reply = {**step(1), "actor_id": "alice", "comment": {"text": "Try again."}, "time_spent": 5}
    note = {**step(2), "actor_id": "alice", "comment": {"text": "Odd.", "visibility": "internal"}}
    done = import_steps(world, steps=[opened, reply, note])
    ticket = get(world, done)
    said = history.comments(world.ports, done.number, 25, None, ROOT).items
    assert [(one.text, one.author_id, one.role) for one in said] == [
        ("It is broken.", "caller", "requester"),
        ("Try again.", "alice", "agent"),
        ("Odd.", "alice", "agent"),
    ]
    assert (ticket.first_reply_at, ticket.comment_count, ticket.excerpt) == (
        START + timedelta(hours=1),
        2,
        "Try again.",
    )
    assert log(world, done.id)[1].data["time_spent"] == 5


def test_errors_have_a_pointer_to_the_wrong_value(world: World) -> None:
    with pytest.raises(ServiceError) as unknown:
        import_steps(world, step(1, category_id="nowhere"))
    assert unknown.value.detail["errors"][0]["pointer"] == "/steps/1/changes/category_id"
    with pytest.raises(ServiceError) as emptied:
        import_steps(world, step(1, state="open"), step(2, title=None))
    assert emptied.value.detail["errors"][0]["pointer"] == "/steps/2/changes/title"
    with pytest.raises(ValidationError, match="requester_id"):
        import_steps(world, steps=[step(0, title="No requester")])


def test_the_future_cannot_be_imported(world: World) -> None:
    hours = (world.clock() - START) / timedelta(hours=1)
    assert import_steps(world, step(hours, state="open")).added == 2
    with pytest.raises(ServiceError, match="Only the past") as refused:
        import_steps(world, step(hours, state="open"), step(hours + 1, state="pending"))
    assert refused.value.detail["errors"][0]["pointer"] == "/steps/2/time"


def test_old_categories_may_be_inactive(world: World) -> None:
    category = world.category("Telex")
    world.set_category(category, active=False)
    assert get(world, import_steps(world, step(1, category_id=category.id))).category_id == category.id


def test_two_concurrent_imports_create_one_ticket() -> None:
    world = World()
    twins = World(tickets=Racing(world.clock, ["number", "id"]))
    done = import_steps(twins, step(1, state="open"))
    assert (done.number, done.added, len(log(twins, done.id))) == ("INC-1002", 0, 2)


def test_an_import_retries_after_a_concurrent_change(world: World) -> None:
    first = import_steps(world)
    ticket = get(world, first)
    world.fake.before_save = lambda: world.change(ticket, ALICE, title="Renamed meanwhile")
    assert import_steps(world, step(1, state="open")).version == 3
    assert get(world, first).title == "Renamed meanwhile"


def purge(world: World, viewer: Viewer = ROOT) -> TicketsPurged:
    return imports.purge(world.ports, PurgeTickets(source="old"), call(viewer))


def test_a_source_is_removed_once_the_last_events_are_on_the_bus(world: World) -> None:
    done = import_steps(world, step(1, state="open"))
    other = world.create(ALICE, source="new", external_ref="1")
    assert purge(world) == TicketsPurged(removed=0, remaining=1)
    last = log(world, done.id)[-1]
    assert (last.type, last.sequence, last.historical, last.actor) == (TICKET_PURGED, 3, True, "root")
    assert TicketPurged.model_validate(last.data) == TicketPurged(
        number=done.number, source="old", external_ref="INC77"
    )
    world.fake.log_pending()
    world.fake.clear_pending()
    assert purge(world) == TicketsPurged(removed=1, remaining=0)
    assert world.tickets.by_id(done.id) is None
    assert read.get(world.ports, other.number, None, ROOT).id == other.id


def test_a_purged_ticket_cannot_be_seen_or_changed(world: World) -> None:
    done = import_steps(world)
    ticket = get(world, done)
    purge(world)
    attempts: list[Callable[[], object]] = [
        lambda: get(world, done),
        lambda: read.find_by_ref(world.ports, "old", "INC77", ROOT),
        lambda: world.change(ticket, ALICE, title="Too late"),
    ]
    for attempt in attempts:
        with pytest.raises(ServiceError) as refused:
            attempt()
        assert refused.value.code == "not_found"
    assert read.page(world.ports, PageQuery(), ROOT).items == []
    assert read.count(world.ports, [And(all=[])], 10, ROOT) == [0]
    with pytest.raises(ServiceError) as refused:
        import_steps(world)
    assert refused.value.code == "unavailable"


def test_a_purge_retries_after_a_concurrent_change(world: World) -> None:
    done = import_steps(world)
    ticket = get(world, done)
    world.fake.before_save = lambda: world.change(ticket, ALICE, title="Just changed")
    purge(world)
    assert get(world, done).title == "Just changed"
    purge(world)
    assert [event.sequence for event in log(world, done.id)] == [1, 2, 3]


def test_a_ticket_that_is_imported_again_is_another_ticket(world: World) -> None:
    ids = []
    for _ in range(3):
        done = import_steps(world)
        assert (done.version, done.added) == (1, 1)
        ids.append(done.id)
        purge(world)
        world.fake.clear_pending()
        purge(world)
    assert len(set(ids)) == 3


def test_only_administrators_purge(world: World) -> None:
    with pytest.raises(ServiceError) as refused:
        purge(world, ALICE)
    assert refused.value.code == "forbidden"


def test_streams_skip_historical_events(world: World) -> None:
    import_steps(world)
    purge(world)
    world.fake.log_pending()
    assert history.events_since(world.ports, START, 10, ROOT).events == []


def test_a_history_that_came_decomposed_before_is_the_same_history(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def decomposed(text: str) -> str:
        return unicodedata.normalize("NFD", text)

    steps = [step(1, state="open"), {**step(2), "comment": {"text": "Die Tür ist geölt"}}]
    opened = step(0, **{**OPENED, "title": decomposed("Tür")})
    body = {"source": "Büro", "external_ref": "Tür-7", "steps": [opened, *steps[:1]]}
    with monkeypatch.context() as before:
        # The release before kept texts as they came.
        before.setattr("trackline_schemas.base.compose", str)
        old = {name: decomposed(value) if isinstance(value, str) else value for name, value in body.items()}
        first = imports.import_ticket(world.ports, ImportTicket.model_validate(old), call(ROOT))
    again = imports.import_ticket(
        world.ports, ImportTicket.model_validate(old | {"steps": [opened, *steps]}), call(ROOT)
    )
    assert (again.id, again.added) == (first.id, 1)
    same = imports.import_ticket(
        world.ports, ImportTicket.model_validate(body | {"steps": [opened, *steps]}), call(ROOT)
    )
    assert (same.id, same.added) == (first.id, 0)
    other = [step(0, **{**OPENED, "title": "Tor"}), *steps]
    with pytest.raises(ServiceError, check=lambda error: error.reason == "history_began_otherwise"):
        imports.import_ticket(world.ports, ImportTicket.model_validate(body | {"steps": other}), call(ROOT))
