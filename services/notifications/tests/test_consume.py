"""From events to rows: once each, whatever the bus does."""

from collections.abc import Callable, Sequence
from itertools import permutations

import pytest
from pydantic import ValidationError

from notifications.channels.inbox.ports import Row
from notifications.channels.mail.payload import TicketNotice, parse
from notifications.domain.audience import File
from notifications.usecases.consume import HANDLERS
from trackline_schemas.events import INBOX_CHANGED, Event
from trackline_schemas.events.registry import NOTIFICATIONS, handled_by

from .builders import NOW, PEOPLE, comment, team_event, ticket_event, user_event
from .fakes import FakeInbox, FakeParked
from .world import World

KNOWN = [*map(user_event, PEOPLE.values()), team_event("it"), team_event("hr")]
STORY = [
    ticket_event("rita", sequence=1, created=True, ticket={"state": "new", "assignee_id": None}),
    ticket_event("carl", sequence=2, changes={"assignee_id": (None, "anna")}),
    ticket_event("anna", sequence=3, said=comment("anna", "Try again")),
    ticket_event("rita", sequence=4, said=comment("rita", "No", role="requester")),
    ticket_event("carl", sequence=5, said=comment("carl", "A note", "internal")),
]


@pytest.fixture
def world() -> World:
    made = World()
    made.consume(KNOWN)
    return made


def test_rows_are_named_by_event_recipient_and_channel(world: World) -> None:
    world.consume([STORY[0]])
    first = "t1:00000001"
    assert world.rows() == {
        f"{first}:rita:inbox",
        f"{first}:rita:mail",
        f"{first}:anna:inbox",
        f"{first}:carl:inbox",
    }


def test_files_go_where_their_comment_goes(world: World) -> None:
    file = {"id": "f", "name": "trace.log", "type": "text/plain", "size": 8}
    world.consume([ticket_event("carl", said={**comment("carl", "Look"), "attachments": [file]})])
    told = {row.recipient_id: parse(row.payload) for row in world.deliveries.rows.values()}
    notice = TicketNotice("VPN is down", ("replied",), "Look", (File("trace.log", 8),))
    assert told == dict.fromkeys(("rita", "anna"), notice)


def test_duplicates_and_any_order_leave_the_same_rows(world: World) -> None:
    world.consume(STORY)
    for order in permutations(STORY):
        other = World()
        other.consume(KNOWN)
        for event in order:
            other.consume([event])
            other.consume([event, order[0]])
        assert (other.inbox.rows, other.deliveries.rows) == (world.inbox.rows, world.deliveries.rows)


def test_a_second_delivery_does_not_unread_or_requeue(world: World) -> None:
    world.consume(STORY)
    world.inbox.mark_read("rita", None, None)
    world.deliveries.claim("mail", "c", NOW, NOW)
    before = (dict(world.inbox.rows), dict(world.deliveries.rows), len(world.publisher.published))
    world.consume(STORY)
    assert (world.inbox.rows, world.deliveries.rows, len(world.publisher.published)) == before


@pytest.mark.parametrize("mark", ["replay", "historical"])
def test_replays_and_imports_tell_nobody(world: World, mark: str) -> None:
    world.consume([event.model_copy(update={mark: True}) for event in STORY])
    assert world.rows() == set()


def test_replayed_people_are_taken(world: World) -> None:
    renamed = PEOPLE["rita"].model_copy(update={"name": "Rita Renamed"})
    world.consume([user_event(renamed, sequence=7, replay=True)])
    assert world.people.by_ids(["rita"])["rita"].name == "Rita Renamed"


def test_live_windows_hear_of_new_entries(world: World) -> None:
    world.consume([STORY[1], STORY[3]])
    [event] = world.publisher.published
    assert (event.type, event.data) == (INBOX_CHANGED, {"recipient_id": "anna", "unread": None})


def test_public_replies_go_at_once_and_the_rest_waits(world: World) -> None:
    world.consume(STORY)
    due = {row.id: (row.due_at - NOW).seconds for row in world.deliveries.rows.values()}
    assert due["t1:00000003:rita:mail"] == 0
    assert due["t1:00000002:anna:mail"] == 60


@pytest.mark.parametrize(
    "late",
    [
        pytest.param([user_event(PEOPLE["anna"])], id="the agent is not known yet"),
        pytest.param([team_event("it")], id="the team is not known yet"),
    ],
)
def test_who_is_assigned_before_they_are_known_hears_of_it_later(late: list[Event]) -> None:
    world = World()
    world.consume([event for event in KNOWN if event not in late])
    assigned = ticket_event("carl", changes={"assignee_id": (None, "boss" if late[0].subject == "it" else "anna")})
    snapshot = assigned.data["ticket"] | {"assignee_id": assigned.data["changes"]["assignee_id"][1]}
    assigned = assigned.model_copy(update={"data": assigned.data | {"ticket": snapshot}})
    world.consume([assigned])
    assert world.rows() == set()
    world.consume(late)
    assert len(world.rows()) == 2


class Interrupted(FakeParked):
    """Something else happens right after an event is parked."""

    def __init__(self, then: Callable[[], None]) -> None:
        super().__init__()
        self._then = then

    def park(self, event: Event, person_id: str, team_id: str | None) -> None:
        super().park(event, person_id, team_id)
        self._then()


def test_a_projection_that_comes_while_an_event_is_parked_is_seen() -> None:
    world = World()
    world.parked = Interrupted(lambda: world.people.apply(PEOPLE["anna"], 1))
    world.consume([ticket_event("carl", changes={"assignee_id": (None, "anna")})])
    assert len(world.rows()) == 2


class CrashingInbox(FakeInbox):
    def add(self, rows: Sequence[Row]) -> set[str]:
        raise ConnectionError


def test_a_crash_between_mail_and_inbox_is_made_good_by_redelivery(world: World) -> None:
    inbox, world.inbox = world.inbox, CrashingInbox()
    with pytest.raises(ConnectionError):
        world.consume(STORY)
    world.inbox = inbox
    world.consume(STORY)
    other = World()
    other.consume([*KNOWN, *STORY])
    assert world.rows() == other.rows()


def test_the_registry_names_the_types_that_are_handled(world: World) -> None:
    of_channels = {type_ for channel in world.ports.channels for type_ in channel.handlers}
    assert handled_by(NOTIFICATIONS) == HANDLERS.keys() | of_channels


def test_a_type_that_nobody_knows_is_skipped(world: World) -> None:
    before = world.rows()
    world.consume([ticket_event("anna", type="ticket.sla.v1", data={"target": "first_reply"})])
    assert world.rows() == before


def test_broken_data_is_told_apart(world: World) -> None:
    with pytest.raises(ValidationError):
        world.consume([STORY[0].model_copy(update={"data": {"ticket": {}}})])
