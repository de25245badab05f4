"""The live hub: who receives which events, slow clients, and resuming a stream."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from prometheus_client import REGISTRY

from gateway.kit.credential import Credential
from gateway.live.frames import parse_cursor, ticket_frame
from gateway.live.hub import LiveHub
from gateway.live.resume import MOST_EVENTS, read_missed
from gateway.live.stream import BUFFER, Stream
from gateway.live.unread import SOON
from trackline_schemas.context import CallContext
from trackline_schemas.events import Event, EventsSince, Seen, Sight
from trackline_schemas.events.registry import LIVE, handled_by
from trackline_testing.staff_fields import WORLDS

from .fakes import FakePeople, event, person, ticket
from .streams import Sent, count_nothing, parse
from .waiting import until

HR = {"team_id": "hr"}
NOTE = {"id": "c", "text": "secret", "visibility": "internal", "author_id": "alf", "role": "agent"}
REPLY = {**NOTE, "visibility": "public"}


@pytest.fixture
def people() -> FakePeople:
    return FakePeople()


@pytest.fixture
def hub(people: FakePeople) -> LiveHub:
    return LiveHub(people.directory, count_nothing, heartbeat_seconds=15)


def make(sequence: int = 1, **fields: Any) -> Event:
    return Event.model_validate(event(sequence, **fields))


def seen(sequence: int, sight: Sight = "ticket") -> Seen:
    return Seen.of(make(sequence), sight)


def other(type: str, **data: Any) -> Event:  # noqa: A002
    return make(type=type, subject=data.get("id", "x")).model_copy(update={"data": data})


def join(hub: LiveHub, people: FakePeople, who: str) -> Stream:
    found = people.directory.user(who)
    assert found
    return hub.join(Credential("token", "", who))


async def got(stream: Stream) -> list[Sent]:
    """Closes the stream and returns all events that wait in it."""
    stream.close("client")
    return parse(b"".join([piece async for piece in stream.frames()]).decode())


async def names(stream: Stream) -> list[str]:
    return [sent.name for sent in await got(stream)]


async def test_an_event_reaches_whoever_may_read_the_ticket(hub: LiveHub, people: FakePeople) -> None:
    people.directory.put_user(person("sam"))
    streams = [join(hub, people, who) for who in ("rita", "alf", "sam")]
    hub.publish(make())
    mine, agents, strangers = [await got(stream) for stream in streams]
    assert mine == agents
    assert strangers == []
    assert mine[0].name == "ticket"
    assert mine[0].data == {"type": "ticket.created.v1", "id": "ticket-1", "number": "INC-1", "sequence": 1}


@pytest.mark.parametrize("others", [{}, {"priority": [5, 1]}], ids=["alone", "with another field"])
async def test_a_requester_learns_nothing_of_staff_fields(
    hub: LiveHub, people: FakePeople, others: dict[str, Any]
) -> None:
    """Only the event of the other field is sent, and it is the same whatever the staff fields hold."""
    sent = []
    for number, secrets in enumerate(WORLDS):
        stream = join(hub, people, "rita")
        changes = {name: [None, value] for name, value in secrets.items()} | others
        hub.publish(make(2, changes=changes, ticket=ticket(**HR, **secrets), subject=f"t{number}"))
        sent.append([(one.name, one.data | {"id": None}) for one in await got(stream)])
    assert sent[0] == sent[1]
    assert len(sent[0]) == len(others)


async def test_payloads_hold_no_text(hub: LiveHub, people: FakePeople) -> None:
    stream = join(hub, people, "alf")
    hub.publish(make(2, comment=REPLY, changes={"title": ["a secret", "b"]}))
    (sent,) = await got(stream)
    assert sent.data.keys() == {"type", "id", "number", "sequence"}


@pytest.mark.parametrize(
    ("fields", "seen"),
    [
        ({"comment": NOTE}, []),
        ({"comment": NOTE, "changes": {"tags": [[], ["vip"]]}}, []),
        ({"changes": {"priority_reason": [None, "why"]}}, []),
        ({}, []),
        ({"comment": REPLY}, ["ticket"]),
        ({"comment": NOTE, "changes": {"state": ["new", "open"]}}, ["ticket"]),
    ],
)
async def test_requesters_get_no_internal_events(
    hub: LiveHub, people: FakePeople, fields: dict[str, Any], seen: list[str]
) -> None:
    requester, agent = join(hub, people, "rita"), join(hub, people, "alf")
    hub.publish(make(2, **fields))
    assert await names(requester) == seen
    assert await names(agent) == ["ticket"]


async def test_an_agent_who_asked_for_help_is_a_requester_in_a_confidential_team(
    hub: LiveHub, people: FakePeople
) -> None:
    stream = join(hub, people, "alf")
    own = ticket(requester_id="alf", **HR)
    hub.publish(make(2, ticket=own, comment=NOTE))
    hub.publish(make(3, ticket=own, comment=REPLY))
    assert [sent.sequence for sent in await got(stream)] == [3]


async def test_a_ticket_that_the_viewer_may_no_longer_see_is_hidden(hub: LiveHub, people: FakePeople) -> None:
    requester, agent = join(hub, people, "rita"), join(hub, people, "alf")
    hub.publish(make(2, ticket=ticket(**HR), changes={"team_id": ["desk", "hr"]}))
    hub.publish(make(3, ticket=ticket(**HR), comment=REPLY))
    assert await names(requester) == ["ticket", "ticket"]
    assert [(sent.name, sent.data["number"]) for sent in await got(agent)] == [("ticket.hidden", "INC-1")]


async def test_an_unknown_team_counts_as_confidential(hub: LiveHub, people: FakePeople) -> None:
    stream = join(hub, people, "alf")
    hub.publish(make(1, ticket=ticket(team_id="brand-new")))
    assert await names(stream) == []


async def test_replayed_and_historical_events_never_go_live(hub: LiveHub, people: FakePeople) -> None:
    stream = join(hub, people, "alf")
    hub.publish(make(1, historical=True))
    hub.publish(make(2, replay=True))
    assert await names(stream) == []


def count_skipped(type_: str) -> float:
    return REGISTRY.get_sample_value("trackline_events_skipped_total", {"reader": LIVE, "type": type_}) or 0


@pytest.mark.parametrize(
    "type_", ["ticket.sla.v1", "ticket.updated.v2", "inbox.cleared.v1", "user.erased.v1", "weather.changed.v1"]
)
async def test_a_type_that_is_not_handled_is_counted_and_the_next_event_goes_live(
    hub: LiveHub, people: FakePeople, type_: str
) -> None:
    stream, before = join(hub, people, "alf"), count_skipped(type_)
    hub.publish(make(2, type=type_).model_copy(update={"data": {"breached": True}}))
    hub.publish(make(3, type=type_))
    hub.publish(make(4))
    assert [sent.sequence for sent in await got(stream)] == [4]
    assert count_skipped(type_) == before + 2


def test_the_hub_handles_exactly_the_types_of_the_registry(hub: LiveHub) -> None:
    assert hub._publishers.keys() == handled_by(LIVE)


async def test_duplicates_are_dropped_and_the_order_of_the_bus_is_kept(hub: LiveHub, people: FakePeople) -> None:
    stream = join(hub, people, "alf")
    for sequence in (2, 1, 2, 1, 3):
        hub.publish(make(sequence))
    assert [sent.sequence for sent in await got(stream)] == [2, 1, 3]


def follow(events: list[Sent]) -> dict[str, str]:
    """Returns id → the last event name, as docs/api.md tells clients to follow a ticket."""
    sequences, shown = dict[str, int](), dict[str, str]()
    for sent in events:
        if sent.data["sequence"] >= sequences.get(sent.data["id"], 0):
            sequences[sent.data["id"]], shown[sent.data["id"]] = sent.data["sequence"], sent.name
    return shown


@pytest.mark.parametrize("order", [(1, 2, 3), (2, 1, 3), (3, 1, 2), (3, 2, 1), (2, 3, 1)])
async def test_an_event_that_comes_after_its_successor_is_sent_and_sequence_decides(
    order: tuple[int, ...], hub: LiveHub, people: FakePeople
) -> None:
    """A sweep publishes late what a killed relay left behind."""
    stream = join(hub, people, "alf")
    moved = {3: make(3, ticket=ticket(**HR), changes={"team_id": ["desk", "hr"]})}
    for sequence in order:
        hub.publish(moved.get(sequence) or make(sequence))
    events = await got(stream)
    assert [sent.data["sequence"] for sent in events] == [*order]
    assert follow(events) == {events[0].data["id"]: "ticket.hidden"}


async def test_inbox_events_reach_only_their_recipient(hub: LiveHub, people: FakePeople) -> None:
    requester, agent = join(hub, people, "rita"), join(hub, people, "alf")
    hub.publish(other("inbox.changed.v1", recipient_id="rita", unread=0))
    await asyncio.sleep(SOON * 3)
    assert [(sent.name, sent.data, sent.id) for sent in await got(requester)] == [("inbox", {"unread": 0}, None)]
    assert await names(agent) == []


async def test_category_events_reach_everybody(hub: LiveHub, people: FakePeople) -> None:
    stream = join(hub, people, "rita")
    hub.publish(other("category.changed.v1", id="c1", name="Network"))
    assert [(sent.name, sent.data) for sent in await got(stream)] == [("category", {"id": "c1"})]


async def test_changed_rights_cause_a_resync(hub: LiveHub, people: FakePeople) -> None:
    agent, requester = join(hub, people, "alf"), join(hub, people, "rita")
    user = {"id": "alf", "name": "Alf", "emails": ["alf@example.org"], "teams": {"desk": "read", "hr": "read"}}
    changed = other("user.changed.v1", **user).model_copy(update={"sequence": 2})
    hub.publish(changed)
    hub.publish(make(1, ticket=ticket(requester_id="somebody", **HR)))
    assert await names(agent) == ["resync", "ticket"]
    assert await names(requester) == []


async def test_a_changed_name_causes_no_event(hub: LiveHub, people: FakePeople) -> None:
    stream = join(hub, people, "alf")
    user = {"id": "alf", "name": "Alfred", "emails": ["alf@example.org"], "teams": {"desk": "manage"}}
    hub.publish(other("user.changed.v1", **user).model_copy(update={"sequence": 2}))
    assert await names(stream) == []


async def test_a_team_that_becomes_confidential_causes_a_resync(hub: LiveHub, people: FakePeople) -> None:
    admin, requester = join(hub, people, "anna"), join(hub, people, "rita")
    team = other("team.changed.v1", id="desk", name="Desk", confidential=True)
    hub.publish(team.model_copy(update={"sequence": 2}))
    assert await names(admin) == ["resync"]
    assert await names(requester) == []


async def test_streams_of_deactivated_people_are_closed(hub: LiveHub, people: FakePeople) -> None:
    stream = join(hub, people, "alf")
    user = {"id": "alf", "name": "Alf", "emails": ["alf@example.org"], "active": False}
    hub.publish(other("user.changed.v1", **user).model_copy(update={"sequence": 2}))
    assert stream.closed


async def test_a_client_that_does_not_keep_up_is_closed(hub: LiveHub, people: FakePeople) -> None:
    slow, quick = join(hub, people, "alf"), join(hub, people, "alf")
    pieces = quick.frames()
    for sequence in range(1, BUFFER + 2):
        hub.publish(make(sequence))
        await anext(pieces)
    assert (slow.closed, quick.closed) == (True, False)
    assert len(await got(slow)) == BUFFER


async def test_a_lost_broker_closes_all_streams(hub: LiveHub, people: FakePeople) -> None:
    streams = [join(hub, people, who) for who in ("rita", "alf")]
    hub.on_disconnect()
    assert [stream.closed for stream in streams] == [True, True]


async def test_heartbeats_until_the_token_expires(people: FakePeople) -> None:
    hub = LiveHub(people.directory, count_nothing, heartbeat_seconds=0.05)
    stream = hub.join(Credential("token", "", "rita", expires_at=time.time() + 0.3))
    async with asyncio.timeout(20):
        pieces = [piece async for piece in stream.frames()]
    assert 2 <= len(pieces) <= 6
    assert {sent.name for sent in parse(b"".join(pieces).decode())} == {"heartbeat"}
    hub.leave(stream)
    assert REGISTRY.get_sample_value("trackline_gateway_live_clients") == 0


class FakeLog:
    """If `go` is set, `events_since` waits for it, so that live events can arrive in between."""

    def __init__(self, *events: Seen, complete: bool = True) -> None:
        self.events, self.complete = list(events), complete
        self.asked: list[tuple[datetime, int]] = []
        self.go: asyncio.Event | None = None

    async def events_since(self, context: CallContext, since: datetime, limit: int) -> EventsSince:
        self.asked.append((since, limit))
        if self.go:
            await self.go.wait()
        return EventsSince(events=self.events, complete=self.complete)


def cursor(seconds_ago: float = 1.0, event_id: str = "") -> str:
    return f"{int((time.time() - seconds_ago) * 1000)}-{event_id}"


async def resume(log: FakeLog, stream: Stream, last: str) -> list[Sent]:
    frames = await read_missed(log, CallContext(viewer=stream.eyes.viewer), stream, last)
    return parse(b"".join(frames).decode())


async def test_missed_events_come_first_and_none_comes_twice(hub: LiveHub, people: FakePeople) -> None:
    stream, log = join(hub, people, "alf"), FakeLog(seen(1), seen(2), seen(3))
    log.go = asyncio.Event()
    task = asyncio.create_task(resume(log, stream, cursor(event_id="ticket-1:00000001")))
    await until(lambda: log.asked)
    hub.publish(make(3))
    hub.publish(make(4))
    log.go.set()
    replayed = await task
    # The bus delivers an event late that the log has already returned.
    hub.publish(make(2))
    live = await got(stream)
    assert [sent.sequence for sent in replayed] == [2, 3]
    assert [sent.sequence for sent in live] == [4]


async def test_the_log_is_read_with_an_overlap(hub: LiveHub, people: FakePeople) -> None:
    stream, log = join(hub, people, "alf"), FakeLog()
    last = cursor(60)
    assert await resume(log, stream, last) == []
    since, limit = log.asked[0]
    assert since == datetime.fromtimestamp(int(last[:-1]) / 1000, UTC) - timedelta(seconds=10)
    assert limit == MOST_EVENTS


async def test_a_cursor_from_the_future_reads_the_last_seconds(hub: LiveHub, people: FakePeople) -> None:
    stream, log = join(hub, people, "alf"), FakeLog()
    await resume(log, stream, cursor(-3600))
    assert abs((datetime.now(UTC) - log.asked[0][0]).total_seconds() - 10) < 1


@pytest.mark.parametrize("last", [cursor(24 * 3600 + 60), "nonsense", "12", "-x", "9" * 40 + "-"])
async def test_a_cursor_that_is_too_old_or_unknown_causes_a_resync(hub: LiveHub, people: FakePeople, last: str) -> None:
    stream, log = join(hub, people, "alf"), FakeLog()
    (sent,) = await resume(log, stream, last)
    assert sent.name == "resync"
    assert sent.id
    assert parse_cursor(sent.id)
    assert log.asked == []


async def test_too_many_missed_events_cause_a_resync(hub: LiveHub, people: FakePeople) -> None:
    stream, log = join(hub, people, "alf"), FakeLog(seen(1), complete=False)
    assert [sent.name for sent in await resume(log, stream, cursor())] == ["resync"]


async def test_a_resume_reports_a_ticket_that_the_viewer_may_no_longer_see(hub: LiveHub, people: FakePeople) -> None:
    log = FakeLog(seen(2), seen(3, "ticket.hidden"))
    sent = await resume(log, join(hub, people, "alf"), cursor())
    assert [(one.name, one.sequence) for one in sent] == [("ticket", 2), ("ticket.hidden", 3)]


async def test_a_cursor_contains_the_log_time_and_the_event_id() -> None:
    at = datetime(2026, 3, 2, 9, 0, 0, 123000, tzinfo=UTC)
    (sent,) = parse(ticket_frame(Seen.of(make(7, at=at), "ticket")).decode())
    assert sent.id == f"{int(at.timestamp() * 1000)}-ticket-1:00000007"


@pytest.fixture(autouse=True)
async def _leave_all_streams(hub: LiveHub) -> AsyncIterator[None]:
    yield
    for stream in list(hub._streams):
        hub.leave(stream)
