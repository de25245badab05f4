"""What was written for somebody reaches them only while they may read it, by every channel that there is."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client import REGISTRY

from notifications.channels.inbox.reading import mark_read, read
from notifications.domain.delivery import Delivery
from notifications.usecases import fill
from notifications.usecases.channel import Channel
from notifications.usecases.ports import Known
from trackline_schemas.events import REPLAY_FINISHED, REPLAY_REQUESTED, Event, ReplayFinished
from trackline_schemas.notifications import Inbox, InboxQuery, MarkRead
from trackline_schemas.viewer import Viewer
from trackline_testing.staff_fields import WORLDS

from .builders import NOW, PEOPLE, comment, snapshot, team_event, ticket_event, user_event
from .fakes import FakeKnown, FakeMailServer
from .test_adding_a_channel import ChatServer, chat_channel
from .world import World

__all__ = ["chat_channel"]  # the fixture

ANNA, RITA = PEOPLE["anna"], PEOPLE["rita"]
SECRET = "the-words-of-the-note"
MOVED = {"team_id": "hr", "assignee_id": None}


def knowing(*channels: Channel) -> World:
    world = World(more=list(channels))
    world.consume([*map(user_event, PEOPLE.values()), team_event("it"), team_event("hr", confidential=True)])
    return world


@pytest.fixture
def chat() -> ChatServer:
    return ChatServer()


@pytest.fixture
def world(chat_channel: Callable[..., Channel], chat: ChatServer) -> World:
    """Anna, of a confidential team, has a note and replies in her inbox and in the queues of mail and chat. Rita, who
    asked, has a reply."""
    world = knowing()
    world.more.append(chat_channel(world.deliveries, lambda: world.now, chat.post))
    world.consume([team_event("it", confidential=True, sequence=2)])
    world.consume(
        [
            ticket_event("carl", sequence=1, created=True),
            ticket_event("carl", sequence=2, said=comment("carl", SECRET, "internal")),
            ticket_event("rita", sequence=3, said=comment("rita", f"{SECRET} of Rita", role="requester")),
            ticket_event("carl", sequence=4, said=comment("carl", f"{SECRET} to Rita")),
        ]
    )
    assert inbox(world, viewer(ANNA.id, teams={"it": "reply"})).unread == 4
    assert inbox(world, viewer("rita")).unread == 2
    return world


def viewer(who: str, **rights: Any) -> Viewer:
    return Viewer(id=who, **rights)


def inbox(world: World, who: Viewer, **query: Any) -> Inbox:
    return read(world.inbox_ports, InboxQuery.model_validate(query), who)


def send_everything(world: World) -> None:
    for _ in range(3):
        world.later(minutes=2)
        for channel in ("mail", "chat"):
            world.send_all(channel)


def send_first(world: World, person: str) -> None:
    rows = world.deliveries.rows
    early = {key: replace(row, due_at=row.due_at - timedelta(hours=1)) for key, row in rows.items()}
    rows.update({key: row for key, row in early.items() if row.recipient_id == person})


def sent_to(world: World, chat: ChatServer, address: str) -> str:
    mails = [str(mail) for to, mail in world.server.taken if to == address]
    return "\n".join([*mails, *(text for to, text, _ in chat.taken if to == address)])


# What ends Anna's right to read the ticket, as an event, and who she is afterwards for the gateway.
OUT = user_event(ANNA.model_copy(update={"teams": {"net": "reply"}}), 2)
REVOCATIONS: dict[str, tuple[Event, Viewer]] = {
    "out of the team": (OUT, viewer("anna", teams={"net": "reply"})),
    "out of all teams": (user_event(ANNA.model_copy(update={"teams": {}}), 2), viewer("anna")),
    "administrator, but out": (
        user_event(ANNA.model_copy(update={"teams": {}, "admin": True}), 2),
        viewer("anna", admin=True),
    ),
    "ticket moved": (
        ticket_event("carl", sequence=5, changes={"team_id": ("it", "hr")}, ticket=MOVED),
        viewer("anna", teams={"it": "reply"}),
    ),
    "ticket moved by an import": (
        ticket_event("carl", sequence=5, historical=True, changes={"team_id": ("it", "hr")}, ticket=MOVED),
        viewer("anna", teams={"it": "reply"}),
    ),
}


@pytest.mark.parametrize("reason", REVOCATIONS)
def test_nothing_leaves_after_a_right_ended(world: World, chat: ChatServer, reason: str) -> None:
    event, anna = REVOCATIONS[reason]
    world.consume([event])
    assert inbox(world, anna) == Inbox(items=[], unread=0)
    assert inbox(world, anna, unread_only=True, size=1).items == []
    send_everything(world)
    assert sent_to(world, chat, "anna@example.org") == ""
    assert {row.state for row in world.deliveries.rows.values() if row.recipient_id == "anna"} == {"failed"}
    # Rita may still read her ticket.
    assert SECRET in sent_to(world, chat, "rita@example.org")


def test_a_team_that_becomes_confidential_ends_the_right_of_the_others(world: World, chat: ChatServer) -> None:
    world.consume([team_event("it", sequence=3), user_event(ANNA.model_copy(update={"teams": {"net": "reply"}}), 2)])
    anna = viewer("anna", teams={"net": "reply"})
    assert inbox(world, anna).unread == 4
    world.consume([team_event("it", confidential=True, sequence=4)])
    assert inbox(world, anna).unread == 0
    send_everything(world)
    assert sent_to(world, chat, "anna@example.org") == ""


def test_another_requester_ends_the_right_of_the_one_before(world: World, chat: ChatServer) -> None:
    changes = {"requester_id": ("rita", "sven")}
    world.consume([ticket_event("carl", sequence=5, changes=changes, ticket={"requester_id": "sven"})])
    assert inbox(world, viewer("rita")) == Inbox(items=[], unread=0)
    send_everything(world)
    assert sent_to(world, chat, "rita@example.org") == ""


def test_whoever_is_only_the_requester_afterwards_gets_no_note(world: World, chat: ChatServer) -> None:
    """Anna leaves the team, and the ticket becomes her own. She may read it, but not what she got as staff."""
    ticket = {"requester_id": "anna", "assignee_id": None}
    world.consume([OUT, ticket_event("carl", sequence=5, changes={"requester_id": ("rita", "anna")}, ticket=ticket)])
    assert inbox(world, viewer("anna", teams={"net": "reply"})) == Inbox(items=[], unread=0)
    send_everything(world)
    assert SECRET not in sent_to(world, chat, "anna@example.org")


def test_a_right_that_comes_back_shows_the_inbox_again(world: World) -> None:
    world.consume([OUT, user_event(ANNA, 3)])
    assert inbox(world, viewer("anna", teams={"it": "reply"})).unread == 4


def test_the_rows_of_a_message_are_judged_one_by_one(world: World, chat: ChatServer) -> None:
    """Of two waiting changes that would share a mail, the one for staff stays out."""
    change = {"changes": {"state": ("open", "closed")}, "ticket": {"state": "closed", "assignee_id": None}}
    world.consume([ticket_event("carl", sequence=5, **change)])  # type: ignore[arg-type]
    rows = world.deliveries.rows
    [row] = [one for one in rows.values() if (one.recipient_id, one.sequence, one.channel) == ("rita", 5, "mail")]
    rows["staff"] = Delivery(**{**vars(row), "id": "staff", "sequence": 6, "staff_only": True})
    send_everything(world)
    assert (rows[row.id].state, rows["staff"].state) == ("sent", "failed")


class Preparing(FakeMailServer):
    """`then` happens while the mail server takes its time before it accepts the recipient."""

    def __init__(self, address: str, then: Callable[[], None]) -> None:
        super().__init__()
        self._address = address
        self._then = then

    @contextmanager
    def to(self, address: str) -> Iterator[Any]:
        with super().to(address) as handover:
            if address == self._address:
                self._then()
            yield handover


def slowly(world: World, news: Event) -> None:
    """It takes the news longer to arrive than rights count as fresh."""
    world.later(seconds=0.1)
    world.consume([news])


def test_the_mails_of_a_quick_round_share_one_look_at_the_rights(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[Collection[str]] = []
    read = FakeKnown.read

    def counted(known: FakeKnown, people: Collection[str], tickets: Collection[str]) -> Known:
        reads.append(people)
        return read(known, people, tickets)

    monkeypatch.setattr(FakeKnown, "read", counted)
    world.later(hours=1)
    assert world.send_some()
    assert len(world.server.taken) > 1
    assert len(reads) == 1


def test_a_right_that_ends_while_a_message_is_prepared_holds_it_back(world: World, chat: ChatServer) -> None:
    world.server = Preparing("anna@example.org", lambda: slowly(world, OUT))
    send_everything(world)
    assert sent_to(world, ChatServer(), "anna@example.org") == ""
    mails = [row for row in world.deliveries.rows.values() if (row.recipient_id, row.channel) == ("anna", "mail")]
    assert {(row.state, row.error) for row in mails} == {("failed", "The recipient may no longer read this.")}


@pytest.mark.parametrize("delayed", ["anna", "rita"])
def test_a_new_address_counts_from_the_next_hand_over_on(world: World, delayed: str) -> None:
    """It changes while the mail itself, or one before it in the round, is being prepared."""
    send_first(world, "rita")
    moved = user_event(ANNA.model_copy(update={"emails": ["anna@new.example"]}), 2)
    world.server = Preparing(f"{delayed}@example.org", lambda: slowly(world, moved))
    send_everything(world)
    assert SECRET not in sent_to(world, ChatServer(), "anna@example.org")
    assert SECRET in sent_to(world, ChatServer(), "anna@new.example")


def test_a_right_that_comes_during_a_round_counts(world: World) -> None:
    send_first(world, "rita")
    world.consume([OUT])
    world.server = Preparing("rita@example.org", lambda: slowly(world, user_event(ANNA, 3)))
    send_everything(world)
    assert SECRET in sent_to(world, ChatServer(), "anna@example.org")


def test_a_refusal_is_no_alarm(world: World) -> None:
    def attempts(outcome: str) -> float:
        return REGISTRY.get_sample_value("trackline_mails_total", {"channel": "mail", "outcome": outcome}) or 0

    before = attempts("failed"), attempts("refused")
    world.consume([OUT])
    send_everything(world)
    assert attempts("failed") == before[0]
    assert attempts("refused") > before[1]


def test_a_page_is_full_although_unreadable_entries_lie_between() -> None:
    world = knowing()
    for number in range(1, 8):
        hidden = number % 2 == 0
        ticket = {"id": f"t{number}", "team_id": "it", "assignee_id": None, "number": f"INC-{number}"}
        world.consume([ticket_event("carl", sequence=1, created=True, ticket={**ticket, "state": "new"})])
        world.now = NOW
        if hidden:
            world.consume([ticket_event("carl", sequence=2, ticket={**ticket, "team_id": "hr"})])
    anna = viewer("anna", teams={"it": "reply"})
    seen, after = [], None
    for _ in range(4):
        page = inbox(world, anna, size=1, after=after)
        assert page.unread == 4
        seen += [entry.number for entry in page.items]
        after = page.after
    assert (sorted(seen), after) == (["INC-1", "INC-3", "INC-5", "INC-7"], None)


def test_the_count_that_a_window_asks_for_leaves_out_what_is_not_readable(world: World) -> None:
    world.consume([OUT])
    world.publisher.published.clear()
    other = {"id": "t2", "team_id": "net", "number": "INC-2", "assignee_id": "anna"}
    world.consume([team_event("net")])
    world.consume([ticket_event("carl", sequence=2, changes={"assignee_id": (None, "anna")}, ticket=other)])
    assert [one.data["unread"] for one in world.publisher.published if one.subject == "anna"] == [None]
    assert inbox(world, viewer("anna", teams={"net": "reply"})).unread == 1
    assert mark_read(world.inbox_ports, MarkRead(), viewer("anna", teams={"net": "reply"})) == 0


def test_nothing_is_shown_or_sent_about_a_ticket_that_is_not_known_yet(world: World, chat: ChatServer) -> None:
    """After an update from a release that did not store tickets, everything waits for the replay."""
    world.tickets.forget(["t1"])
    anna = viewer("anna", teams={"it": "reply"})
    assert inbox(world, anna).items == []
    send_everything(world)
    assert (world.server.taken, chat.taken) == ([], [])
    assert {row.state for row in world.deliveries.rows.values()} == {"queued"}
    before = set(world.rows())
    world.consume([ticket_event("carl", sequence=number, replay=True) for number in (1, 2, 3, 4)])
    assert world.rows() == before
    assert inbox(world, anna).unread == 4
    world.later(hours=2)
    send_everything(world)
    assert {row.state for row in world.deliveries.rows.values()} == {"sent"}


def test_an_old_replay_does_not_restore_a_right(world: World) -> None:
    event, anna = REVOCATIONS["ticket moved"]
    world.consume([event])
    world.consume([ticket_event("carl", sequence=4, replay=True)])
    assert inbox(world, anna).items == []


def test_two_replays_of_tickets_and_people_are_asked_for() -> None:
    world = World()

    def requests() -> list[str]:
        fill.ask(world.ports)
        asked = [one for one in world.publisher.published if one.type == REPLAY_REQUESTED]
        world.publisher.published.clear()
        assert {one.data["consumer"] for one in asked} <= {"notifications.events"}
        jobs.extend(one.id for one in asked if one.data["of"] == "tickets")
        return [one.data["of"] for one in asked]

    jobs: list[str] = []
    assert requests() == ["people", "tickets"]
    assert requests() == []
    for job in ("of-somebody-else", jobs[-1]):
        world.consume([finished(job)])
    assert requests() == []
    world.later(minutes=15)
    assert requests() == ["people", "tickets"]
    world.consume([finished(jobs[-1])])
    world.later(days=9)
    assert requests() == []


def finished(job_id: str) -> Event:
    about = ReplayFinished(job_id=job_id, consumer="notifications.events", of="tickets", events=1, subjects=1)
    return Event.unlogged(REPLAY_FINISHED, "/trackline/tests", job_id, about, NOW)


@pytest.mark.parametrize("created", [True, False])
def test_no_notice_for_the_requester_depends_on_a_staff_field(created: bool) -> None:
    found = []
    for secrets in WORLDS:
        world = knowing()
        changes = {name: (None, value) for name, value in secrets.items()}
        ticket = {**snapshot(), **secrets, "assignee_id": None}
        world.consume([ticket_event("carl", sequence=2, created=created, changes=changes, ticket=ticket)])
        found.append((inbox(world, viewer("rita")), [vars(row) for row in world.deliveries.rows.values()]))
    assert found[0] == found[1]
