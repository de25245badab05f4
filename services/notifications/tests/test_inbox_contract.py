"""The inbox in the fake store and in MongoDB, and the use cases on it."""

from dataclasses import astuple, replace
from datetime import timedelta
from typing import Any, get_args

import pytest
from pymongo.database import Database

from notifications.channels.inbox.ports import InboxPorts, InboxStore, Row
from notifications.channels.inbox.reading import mark_read, read
from notifications.channels.inbox.store import MongoInbox
from trackline_schemas.errors import ServiceError
from trackline_schemas.notifications import InboxEntry, InboxQuery, MarkRead, Reason
from trackline_schemas.paging import encode_cursor
from trackline_schemas.viewer import Viewer

from .builders import NOW, READABLE
from .fakes import FakeKnown, FakePeople, FakePublisher, FakeTeams, FakeTickets

ANNA, CARL = Viewer(id="anna", teams={"it": "reply"}), Viewer(id="carl", teams={"it": "read"})


def entry(sequence: int, recipient: str = "anna", ticket: str = "t1", seconds: int = 0) -> Row:
    key = f"{ticket}:{sequence:08d}:{recipient}:inbox"
    shown = InboxEntry(
        id=key,
        ticket_id=ticket,
        number="INC-1",
        title="VPN",
        reason="assigned",
        actor_id="carl",
        time=NOW + timedelta(seconds=seconds or sequence),
    )
    return Row(key, recipient, shown, staff_only=True)


def unread(inbox: InboxStore, *people: str) -> dict[str, int]:
    return {person: sum(one.entries for one in inbox.unread(person)) for person in people}


def test_adding_twice_is_adding_once(inbox: InboxStore) -> None:
    assert set(inbox.add([entry(1), entry(2, "carl")])) == {"anna", "carl"}
    inbox.mark_read("anna", None, None)
    assert set(inbox.add([entry(1), entry(3, "carl")])) == {"carl"}
    assert unread(inbox, "anna", "carl") == {"anna": 0, "carl": 2}
    [seen], _ = inbox.page("anna", False, 10, None)
    assert seen == replace(entry(1), entry=entry(1).entry.model_copy(update={"read": True}))


def test_unread_entries_are_counted_by_ticket_and_by_who_may_read_them(inbox: InboxStore) -> None:
    inbox.add([entry(1), entry(2), replace(entry(3), staff_only=False), entry(4, ticket="t2"), entry(5, "carl")])
    expected = {("t1", True, 2), ("t1", False, 1), ("t2", True, 1)}
    assert {astuple(one) for one in inbox.unread("anna")} == expected


@pytest.mark.parametrize("reason", get_args(Reason))
def test_rows_of_an_earlier_release_are_for_staff_by_their_reason(db: Database[dict[str, Any]], reason: Reason) -> None:
    inbox = MongoInbox(db)
    row = entry(1)
    inbox.add([replace(row, entry=row.entry.model_copy(update={"reason": reason}))])
    db["inbox"].update_many({}, {"$unset": {"staff_only": 1}})
    for_staff = reason in ("assigned", "requester_replied", "new_unassigned")
    assert [one.staff_only for one in inbox.page("anna", False, 10, None)[0]] == [for_staff]
    assert [one.staff_only for one in inbox.unread("anna")] == [for_staff]


def test_pages_show_everything_once_newest_first(inbox: InboxStore) -> None:
    # Two entries have the same time, and the cursor must lose neither.
    inbox.add([entry(1), entry(2, seconds=9), entry(3, seconds=9), entry(4, seconds=4), entry(5, "carl")])
    seen, after = [], None
    for _ in range(4):
        page, after = inbox.page("anna", False, 1, after)
        seen += [int(row.id.split(":")[1]) for row in page]
    assert (seen, after) == ([3, 2, 4, 1], None)


def test_unread_only(inbox: InboxStore) -> None:
    inbox.add([entry(1), entry(2)])
    inbox.mark_read("anna", [entry(1).id], None)
    assert [row.id for row in inbox.page("anna", True, 10, None)[0]] == [entry(2).id]


def test_marking_changes_only_the_named_entries(inbox: InboxStore) -> None:
    inbox.add([entry(1), entry(2), entry(3, ticket="t2"), entry(4, "carl")])
    inbox.mark_read("carl", [entry(1).id], None)
    assert unread(inbox, "anna") == {"anna": 3}
    inbox.mark_read("anna", None, "t2")
    assert unread(inbox, "anna") == {"anna": 2}
    inbox.mark_read("anna", [], None)
    assert unread(inbox, "anna") == {"anna": 2}
    inbox.mark_read("anna", None, None)
    assert unread(inbox, "anna", "carl") == {"anna": 0, "carl": 1}


def test_people_see_only_their_own_inbox(inbox: InboxStore) -> None:
    publisher = FakePublisher()
    tickets = FakeTickets()
    tickets.apply({"t1": (1, READABLE)})
    ports = InboxPorts(inbox, FakeKnown(FakePeople(), tickets, FakeTeams()), publisher, lambda: NOW)
    inbox.add([entry(1), entry(2), entry(3, "carl")])
    first = read(ports, InboxQuery(size=1), ANNA)
    assert ([row.id for row in first.items], first.unread) == ([entry(2).id], 2)
    assert first.after
    rest = read(ports, InboxQuery(size=1, after=first.after), ANNA)
    assert ([row.id for row in rest.items], rest.after) == ([entry(1).id], None)
    assert mark_read(ports, MarkRead(ids=[entry(3, "carl").id]), ANNA) == 2
    assert mark_read(ports, MarkRead(), ANNA) == 0
    assert read(ports, InboxQuery(), CARL).unread == 1
    assert [event.data["unread"] for event in publisher.published] == [2, 0]


@pytest.mark.parametrize(
    "cursor", ["nonsense", "WzEsMl0", "WyJ4IiwgInkiXQ", encode_cursor("9999-12-31T23:59:59-23:00", "x")]
)
def test_a_cursor_of_another_list_is_refused(db: object, cursor: str) -> None:
    with pytest.raises(ServiceError, match="cursor"):
        MongoInbox(db).page("anna", False, 10, cursor)  # type: ignore[arg-type]
