from typing import Any

import pytest

from tickets.usecases import history, read
from trackline_schemas.errors import ServiceError
from trackline_schemas.events import TICKET_UPDATED, Seen
from trackline_schemas.filters import Condition
from trackline_schemas.paging import PageQuery, encode_cursor
from trackline_schemas.viewer import Viewer

from .world import ALICE, BOB, CHARLIE, DANA, World


def numbers(world: World, **query: Any) -> list[str]:
    """Returns the numbers of all pages, which it reads by their cursors."""
    found: list[str] = []
    after = None
    while True:
        page = read.page(world.ports, PageQuery(after=after, **query), ALICE)
        found += [view.number for view in page.items]
        after = page.after
        if after is None:
            return found
        assert len(page.items) == query["size"]


@pytest.fixture
def several(world: World) -> World:
    for impact, urgency in ((3, 3), (1, 1), (3, 3), (2, 2), (1, 1)):
        world.create(impact=impact, urgency=urgency)
        world.clock.forward(minutes=1)
    return world


@pytest.mark.parametrize("size", [1, 2, 3, 5, 9])
@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("number", [1, 2, 3, 4, 5]),
        ("-number", [5, 4, 3, 2, 1]),
        ("created_at", [1, 2, 3, 4, 5]),
        ("-updated_at", [5, 4, 3, 2, 1]),
        ("priority", [2, 5, 4, 1, 3]),
        ("-priority", [3, 1, 4, 5, 2]),
    ],
)
def test_pages_have_each_ticket_once(several: World, sort: str, expected: list[int], size: int) -> None:
    found = numbers(several, sort=sort, size=size)
    assert [int(number.removeprefix("INC-100")) for number in found] == expected


def test_a_cursor_stays_valid_while_tickets_are_added_and_removed(several: World) -> None:
    page = read.page(several.ports, PageQuery(sort="-created_at", size=2), ALICE)
    several.create()
    rest = read.page(several.ports, PageQuery(sort="-created_at", size=9, after=page.after), ALICE)
    assert [view.number for view in rest.items] == ["INC-1003", "INC-1002", "INC-1001"]
    assert rest.after is None


@pytest.mark.parametrize(
    "after",
    [
        "",
        "%%%",
        "bm90IGpzb24",
        "W10",
        "WyJwcmlvcml0eSIsIDEsICJpZCJd",
        "WyItdXBkYXRlZF9hdCIsIDEsIDJd",
        encode_cursor("-updated_at", "9999-12-31T23:59:59-23:00", "x"),
        encode_cursor("-updated_at", "0001-01-01T00:00:00+14:00", "x"),
    ],
)
def test_a_foreign_cursor_is_refused(several: World, after: str) -> None:
    with pytest.raises(ServiceError) as refused:
        read.page(several.ports, PageQuery(after=after), ALICE)
    assert refused.value.code == "invalid_cursor"
    with pytest.raises(ServiceError):
        history.events(several.ports, "INC-1001", 5, after, ALICE)


@pytest.mark.parametrize("key", ["9" * 40, "1", "x", None, 1.5])
def test_a_cursor_for_numbers_must_have_a_number(several: World, key: Any) -> None:
    with pytest.raises(ServiceError) as refused:
        read.page(several.ports, PageQuery(sort="number", after=encode_cursor("number", key, "x")), ALICE)
    assert refused.value.code == "invalid_cursor"


def test_a_cursor_is_only_valid_for_its_sort(several: World) -> None:
    after = read.page(several.ports, PageQuery(sort="priority", size=1), ALICE).after
    with pytest.raises(ServiceError, match="cursor_not_of_this_list"):
        read.page(several.ports, PageQuery(sort="-priority", after=after), ALICE)


def test_unknown_sorts_and_filters_are_refused(several: World) -> None:
    with pytest.raises(ServiceError, match="no order title"):
        read.page(several.ports, PageQuery(sort="title"), ALICE)
    with pytest.raises(ServiceError) as refused:
        read.count(several.ports, [Condition(field="title", op="eq", value="x")], 9, ALICE)
    assert refused.value.code == "invalid_filter"


def test_counts_stop_at_the_limit(several: World) -> None:
    every = Condition(field="state", op="eq", value="new")
    critical = Condition(field="priority", op="eq", value=1)
    assert read.count(several.ports, [every, critical], 3, ALICE) == [3, 2]
    with pytest.raises(ServiceError):
        read.count(several.ports, [every] * 51, 3, ALICE)


def test_as_of_returns_the_ticket_after_the_last_event_by_then(world: World) -> None:
    ticket = world.create()
    early = world.clock()
    later = world.clock.forward(minutes=1)
    world.change(ticket, title="One")
    world.change(ticket, title="Two")
    world.clock.forward(minutes=1)
    world.change(ticket, title="Three")
    titles = [read.get(world.ports, ticket.number, at, BOB).title for at in (early, later, world.clock())]
    assert titles == ["No network", "Two", "Three"]
    with pytest.raises(ServiceError) as before:
        read.get(world.ports, ticket.number, early.replace(year=2020), BOB)
    assert before.value.code == "not_found"


def test_find_by_ref_only_finds_readable_tickets(world: World) -> None:
    ticket = world.create(ALICE, source="otrs", external_ref="77", team_id="hr")
    assert read.find_by_ref(world.ports, "otrs", "77", ALICE) == ticket
    for source, ref, viewer in (("otrs", "77", CHARLIE), ("glpi", "77", ALICE)):
        with pytest.raises(ServiceError) as refused:
            read.find_by_ref(world.ports, source, ref, viewer)
        assert refused.value.code == "not_found"


@pytest.mark.parametrize("newest_first", [False, True])
def test_pages_of_comments_and_history_have_no_gaps(world: World, newest_first: bool) -> None:
    ticket = world.create(ALICE, requester_id="bob")
    for number in range(4):
        world.say(ticket, ALICE, f"Note {number}", "internal")
        world.say(ticket, ALICE, f"Reply {number}")
    texts: list[str | None] = []
    after = None
    while texts == [] or after is not None:
        page = history.comments(world.ports, ticket.number, 2, after, BOB, newest_first=newest_first)
        texts += [comment.text for comment in page.items]
        after = page.after
    expected = ["The cable is in, nothing works.", *(f"Reply {number}" for number in range(4))]
    assert texts == (expected[::-1] if newest_first else expected)
    seen = history.events(world.ports, ticket.number, 9, None, BOB, newest_first=newest_first).items
    assert [entry.sequence for entry in seen] == ([9, 7, 5, 3, 1] if newest_first else [1, 3, 5, 7, 9])


def test_events_since_says_if_there_are_more(world: World) -> None:
    started = world.clock()
    ticket = world.create()
    world.fake.log_pending()
    world.clock.forward(minutes=1)
    resumed = world.clock()
    world.say(ticket, BOB, "Please hurry.")
    world.change(ticket, impact=1)
    world.fake.log_pending()
    everything = history.events_since(world.ports, started, 3, BOB)
    assert ([event.sequence for event in everything.events], everything.complete) == ([1, 2, 3], True)
    some = history.events_since(world.ports, resumed, 1, BOB)
    assert ([event.sequence for event in some.events], some.complete) == ([2], False)
    assert some.events[0] == Seen(
        sight="ticket",
        id=f"{ticket.id}:00000002",
        type=TICKET_UPDATED,
        subject=ticket.id,
        number=ticket.number,
        sequence=2,
        loggedat=resumed,
    )


def test_a_resumed_stream_learns_only_that_a_ticket_was_hidden(world: World) -> None:
    ticket, other = world.create(title="A word nobody should read"), world.create(CHARLIE)
    world.change(ticket, team_id="hr")
    world.say(ticket, ALICE, "Not for all ears.")
    world.change(other, requester_id="bob")
    world.fake.log_pending()

    def seen(viewer: Viewer) -> list[tuple[str, str, int]]:
        found = history.events_since(world.ports, world.clock(), 20, viewer).events
        assert not any("word" in event.model_dump_json() or "ears" in event.model_dump_json() for event in found)
        return sorted((event.subject, event.sight, event.sequence) for event in found if event.sequence > 1)

    moved = (other.id, "ticket", 2)
    assert seen(DANA) == [(ticket.id, "ticket.hidden", 2), moved]
    assert seen(ALICE) == [(ticket.id, "ticket", 2), (ticket.id, "ticket", 3), moved]
    assert seen(BOB) == [(ticket.id, "ticket", 2), (ticket.id, "ticket", 3), moved]
    assert seen(CHARLIE) == [(other.id, "ticket.hidden", 2)]
    assert seen(Viewer(id="somebody else")) == []
