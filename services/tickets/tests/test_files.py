"""Files follow the comment that they came with."""

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


def opened(world: World, *attached: Attachment, ids: list[str] | None = None, key: str | None = None) -> TicketView:
    ids = [one.id for one in attached] if ids is None else ids
    command = CreateTicket(title="Error", description="See the picture.", attachments=ids)
    return create.create(world.ports, command, call(BOB, key), attached)


def said(world: World, ticket: TicketView, *attached: Attachment, visibility: Any = "public") -> TicketView:
    comment = {"text": "Look.", "visibility": visibility, "attachments": [one.id for one in attached]}
    command = UpdateTicket.model_validate({"comment": comment})
    return update.update(world.ports, ticket.number, command, None, call(ALICE), attached)


def comments(world: World, ticket: TicketView, viewer: Viewer) -> list[Comment]:
    return history.comments(world.ports, ticket.number, 100, None, viewer).items


def fetched(world: World, ticket: TicketView, viewer: Viewer, file_id: str) -> Attachment | str:
    try:
        return attachment.get(world.ports, ticket.number, file_id, viewer)
    except ServiceError as error:
        return error.code


def test_a_description_and_a_reply_have_their_files(world: World) -> None:
    ticket = opened(world, SCREEN)
    said(world, ticket, LOG)
    assert [one.attachments for one in comments(world, ticket, BOB)] == [[SCREEN], [LOG]]
    assert fetched(world, ticket, BOB, "f1") == SCREEN
    assert fetched(world, ticket, ALICE, "f2") == LOG
    assert fetched(world, ticket, BOB, "f3") == "not_found"


def test_files_of_a_note_are_for_staff(world: World) -> None:
    ticket = opened(world)
    said(world, ticket, SCREEN, visibility="internal")
    assert fetched(world, ticket, ALICE, "f1") == SCREEN
    assert fetched(world, ticket, BOB, "f1") == "not_found"
    assert "screen.png" not in str(history.events(world.ports, ticket.number, 100, None, BOB))


def test_who_may_not_read_the_ticket_gets_no_file(world: World) -> None:
    ticket = opened(world, SCREEN)
    world.change(ticket, team_id="hr")
    assert {who.id: fetched(world, ticket, who, "f1") for who in (CHARLIE, DANA, ROOT)} == dict.fromkeys(
        ("charlie", "dana", "root"), "not_found"
    )


def test_a_file_of_one_ticket_is_not_reached_through_another(world: World) -> None:
    opened(world, SCREEN)
    assert fetched(world, opened(world), BOB, "f1") == "not_found"


def test_a_file_that_is_named_twice_is_attached_once(world: World) -> None:
    ticket = opened(world, SCREEN, ids=["f1", "f1"])
    assert comments(world, ticket, BOB)[0].attachments == [SCREEN]


def test_a_file_that_nobody_looked_up_is_not_taken(world: World) -> None:
    with pytest.raises(ServiceError) as caught:
        opened(world, SCREEN, ids=["f1", "f2"])
    assert caught.value.code == "internal"


def test_the_same_command_twice_is_one_event_and_another_file_is_another_command(world: World) -> None:
    key = new_id()
    first = opened(world, SCREEN, key=key)
    assert opened(world, SCREEN, key=key) == first
    with pytest.raises(ServiceError) as caught:
        opened(world, LOG, key=key)
    assert caught.value.code == "key_reused"


def test_an_update_of_nothing_but_a_comment_with_files_is_an_event_with_both(world: World) -> None:
    ticket = opened(world)
    said(world, ticket, SCREEN, LOG)
    stored = world.tickets.by_number(ticket.number)
    assert stored is not None
    *_, newest = world.tickets.events(stored)
    told = views.parse(newest).comment
    assert told is not None
    assert told.attachments == [SCREEN, LOG]


def test_only_the_system_asks_which_files_are_in_use(world: World) -> None:
    opened(world, SCREEN)
    world.fake.log_pending()
    assert attachment.find_attached(world.ports, ["f1", "f2"], SYSTEM) == ["f1"]
    with pytest.raises(ServiceError) as caught:
        attachment.find_attached(world.ports, ["f1"], ROOT)
    assert caught.value.code == "forbidden"
