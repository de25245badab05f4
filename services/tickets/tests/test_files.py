"""A file has the same readers as its comment."""

from typing import Any

import pytest

from tickets.usecases import attachment, create, history, update, views
from trackline_schemas.errors import ServiceError
from trackline_schemas.ticket.commands import CreateTicket, UpdateTicket
from trackline_schemas.ticket.views import Attachment, Comment, TicketView
from trackline_schemas.viewer import SYSTEM, Viewer

from .world import ALICE, BOB, CHARLIE, DANA, ROOT, World, call, new_id

SCREEN = Attachment(id="f1", name="screen.png", type="image/png", size=5)
LOG = Attachment(id="f2", name="syslog.txt", type="text/plain", size=70_000)


@pytest.fixture
def world() -> World:
    return World()


def open_ticket(
    world: World, *attached: Attachment, ids: list[str] | None = None, key: str | None = None
) -> TicketView:
    ids = [one.id for one in attached] if ids is None else ids
    command = CreateTicket(title="Error", description="See the picture.", attachments=ids)
    return create.create(world.ports, command, call(BOB, key), attached)


def reply(world: World, ticket: TicketView, *attached: Attachment, visibility: Any = "public") -> TicketView:
    comment = {"text": "Look.", "visibility": visibility, "attachments": [one.id for one in attached]}
    command = UpdateTicket.model_validate({"comment": comment})
    return update.update(world.ports, ticket.number, command, None, call(ALICE), attached)


def comments(world: World, ticket: TicketView, viewer: Viewer) -> list[Comment]:
    return history.comments(world.ports, ticket.number, 100, None, viewer).items


def fetch(world: World, ticket: TicketView, viewer: Viewer, file_id: str) -> Attachment | str:
    try:
        return attachment.get(world.ports, ticket.number, file_id, viewer)
    except ServiceError as error:
        return error.code


def test_a_description_and_a_reply_have_their_files(world: World) -> None:
    ticket = open_ticket(world, SCREEN)
    reply(world, ticket, LOG)
    assert [one.attachments for one in comments(world, ticket, BOB)] == [[SCREEN], [LOG]]
    assert fetch(world, ticket, BOB, "f1") == SCREEN
    assert fetch(world, ticket, ALICE, "f2") == LOG
    assert fetch(world, ticket, BOB, "f3") == "not_found"


def test_only_staff_get_the_files_of_a_note(world: World) -> None:
    ticket = open_ticket(world)
    reply(world, ticket, SCREEN, visibility="internal")
    assert fetch(world, ticket, ALICE, "f1") == SCREEN
    assert fetch(world, ticket, BOB, "f1") == "not_found"
    assert "screen.png" not in str(history.events(world.ports, ticket.number, 100, None, BOB))


def test_a_viewer_who_may_not_read_the_ticket_gets_no_file(world: World) -> None:
    ticket = open_ticket(world, SCREEN)
    world.change(ticket, team_id="hr")
    assert {who.id: fetch(world, ticket, who, "f1") for who in (CHARLIE, DANA, ROOT)} == dict.fromkeys(
        ("charlie", "dana", "root"), "not_found"
    )


def test_a_file_is_not_found_through_another_ticket(world: World) -> None:
    open_ticket(world, SCREEN)
    assert fetch(world, open_ticket(world), BOB, "f1") == "not_found"


def test_a_file_that_is_named_twice_is_attached_once(world: World) -> None:
    ticket = open_ticket(world, SCREEN, ids=["f1", "f1"])
    assert comments(world, ticket, BOB)[0].attachments == [SCREEN]


def test_a_file_that_the_gateway_has_not_described_is_refused(world: World) -> None:
    with pytest.raises(ServiceError) as caught:
        open_ticket(world, SCREEN, ids=["f1", "f2"])
    assert caught.value.code == "internal"


def test_a_repeated_command_is_one_event_and_another_file_another_command(world: World) -> None:
    key = new_id()
    first = open_ticket(world, SCREEN, key=key)
    assert open_ticket(world, SCREEN, key=key) == first
    with pytest.raises(ServiceError) as caught:
        open_ticket(world, LOG, key=key)
    assert caught.value.code == "key_reused"


def test_a_comment_with_files_is_one_event(world: World) -> None:
    ticket = open_ticket(world)
    reply(world, ticket, SCREEN, LOG)
    stored = world.tickets.by_number(ticket.number)
    assert stored is not None
    *_, newest = world.tickets.events(stored)
    told = views.parse(newest).comment
    assert told is not None
    assert told.attachments == [SCREEN, LOG]


def test_only_the_system_may_ask_which_files_are_in_use(world: World) -> None:
    open_ticket(world, SCREEN)
    world.fake.log_pending()
    assert attachment.find_attached(world.ports, ["f1", "f2"], SYSTEM) == ["f1"]
    with pytest.raises(ServiceError) as caught:
        attachment.find_attached(world.ports, ["f1"], ROOT)
    assert caught.value.code == "forbidden"
