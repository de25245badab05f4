"""The contract of a ticket store, for the fake and for MongoDB."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tickets.domain.create import create as open_ticket
from tickets.domain.ticket import Attachment, Ticket
from tickets.domain.update import Author, Update, update
from tickets.usecases import read
from tickets.usecases.category import categories
from tickets.usecases.events import purged_event, ticket_event
from tickets.usecases.ports import Done, Order, Stored, Taken
from tickets.usecases.views import to_view
from trackline_chassis.records import MongoRecords
from trackline_core.outbox import CommandRecord, VersionConflict
from trackline_schemas.errors import ServiceError
from trackline_schemas.events import TeamChanged, UserChanged, event_id
from trackline_schemas.filters import And, Condition
from trackline_schemas.viewer import Viewer

from .drafts import draft_of
from .stores import RelaySteps, in_memory, in_mongo
from .world import ALICE, BOB, ROOT, World, call

HASH = b"h" * 32
STAFF = Author("alice", staff=True)


@pytest.fixture(params=["fake", "mongo"])
def both(request: pytest.FixtureRequest) -> Iterator[tuple[World, RelaySteps]]:
    if request.param == "fake":
        yield in_memory()
    else:
        yield in_mongo(request.getfixturevalue("store"), request.getfixturevalue("settings"))


@pytest.fixture
def world(both: tuple[World, RelaySteps]) -> World:
    return both[0]


@pytest.fixture
def relay(both: tuple[World, RelaySteps]) -> RelaySteps:
    return both[1]


def refused(code: str) -> pytest.RaisesExc[ServiceError]:
    return pytest.raises(ServiceError, check=lambda error: error.code == code)


def make_ticket(world: World, **members: Any) -> Ticket:
    draft = draft_of(**members)
    return open_ticket(draft, "bob", str(uuid4()), world.tickets.next_serial(), world.clock())


def insert(world: World, ticket: Ticket) -> Ticket:
    world.tickets.insert(ticket, [ticket_event(ticket, call(BOB))], HASH)
    return load(world, ticket).ticket


def load(world: World, ticket: Ticket) -> Stored:
    stored = world.tickets.by_id(ticket.id)
    assert stored is not None
    return stored


def change(world: World, ticket: Ticket, command: CommandRecord | None = None, **changes: str) -> Ticket:
    after = update(ticket, Update(changes), STAFF, world.clock(), timedelta(days=7))
    world.tickets.save(ticket, after, [ticket_event(after, call(ALICE))], command)
    return after


def test_a_ticket_is_read_as_it_was_saved(world: World) -> None:
    ticket = make_ticket(world, team_id="it", source="otrs", external_ref="77")
    insert(world, ticket)
    plain = replace(ticket, events=())
    found = [
        world.tickets.by_id(ticket.id),
        world.tickets.by_number(ticket.number),
        world.tickets.by_ref("otrs", "77"),
    ]
    for stored in found:
        assert stored is not None
        assert (stored.ticket, stored.create_hash, dict(stored.done)) == (plain, HASH, {})
        assert [event.id for event in stored.pending] == [f"{ticket.id}:00000001"]
    assert world.tickets.views(["INC-1", ticket.number]) == [None, to_view(plain)]
    assert world.tickets.by_id("other") is None
    assert world.tickets.by_number("INC-1") is None
    assert world.tickets.by_ref("otrs", "78") is None


def test_serials_start_at_1001(world: World) -> None:
    assert [world.tickets.next_serial() for _ in range(3)] == [1001, 1002, 1003]


def test_concurrent_callers_draw_different_serials(world: World) -> None:
    with ThreadPoolExecutor(12) as pool:
        drawn = list(pool.map(lambda _: world.tickets.next_serial(), range(60)))
    assert sorted(drawn) == list(range(1001, 1061))


def test_of_concurrent_inserts_only_the_copy_is_refused(world: World) -> None:
    first = insert(world, make_ticket(world))
    fresh = [make_ticket(world) for _ in range(11)]

    def refused(ticket: Ticket) -> str | None:
        try:
            world.tickets.insert(ticket, [ticket_event(ticket, call(BOB))], HASH)
        except Taken as taken:
            return taken.field
        return None

    with ThreadPoolExecutor(12) as pool:
        assert list(pool.map(refused, [*fresh, replace(make_ticket(world), id=first.id)])) == [None] * 11 + ["id"]
    for ticket in fresh:
        stored = world.tickets.by_id(ticket.id)
        assert stored is not None
        assert stored.ticket.number == ticket.number


def test_an_error_names_the_unique_field(world: World) -> None:
    first = insert(world, make_ticket(world, source="otrs", external_ref="77"))
    other = make_ticket(world)
    copies = {
        "id": replace(other, id=first.id),
        "number": replace(other, number=first.number),
        "external_ref": replace(other, source="otrs", external_ref="77"),
    }
    for field, copy in copies.items():
        with pytest.raises(Taken) as taken:
            world.tickets.insert(copy, [ticket_event(copy, call(BOB))], HASH)
        assert taken.value.field == field
    insert(world, replace(other, source="otrs"))
    insert(world, make_ticket(world, source="otrs"))


def test_a_save_sets_all_fields_and_adds_its_event(world: World) -> None:
    ticket = insert(world, make_ticket(world, team_id="it"))
    after = update(
        ticket,
        Update({"team_id": None, "tags": ["a", "b"], "state": "pending"}, "Words", time_spent=5),
        STAFF,
        world.clock.forward(minutes=1),
        timedelta(days=7),
    )
    command = CommandRecord(uuid4(), HASH)
    world.tickets.save(ticket, after, [ticket_event(after, call(ALICE))], command)
    stored = load(world, ticket)
    assert stored.ticket == replace(after, events=())
    assert dict(stored.done) == {command.id: Done(HASH, 2)}
    assert [event.sequence for event in stored.pending] == [1, 2]


def test_only_the_first_of_two_saves_wins(world: World) -> None:
    ticket = insert(world, make_ticket(world))
    change(world, ticket, title="First")
    with pytest.raises(VersionConflict):
        change(world, ticket, title="Second")
    stored = load(world, ticket)
    assert (stored.ticket.title, stored.ticket.version, len(stored.pending)) == ("First", 2, 2)


def test_fifty_commands_are_kept(world: World) -> None:
    ticket = insert(world, make_ticket(world))
    ids = [UUID(int=number) for number in range(51)]
    for number, command_id in enumerate(ids):
        ticket = change(world, ticket, CommandRecord(command_id, HASH), title=f"Title {number}")
    assert list(load(world, ticket).done) == ids[1:]
    assert load(world, ticket).done[ids[50]].version == 52


@pytest.mark.parametrize("steps", [(), ("log_pending",), ("log_pending", "clear_pending")])
def test_all_events_can_be_read_between_any_two_steps_of_the_relay(
    world: World, relay: RelaySteps, steps: tuple[str, ...]
) -> None:
    ticket = insert(world, make_ticket(world))
    ticket = change(world, ticket, title="Second")
    for step in steps:
        getattr(relay, step)()
    ticket = change(world, ticket, title="Third")
    stored = load(world, ticket)
    events = list(world.tickets.events(stored))
    assert [event.sequence for event in events] == [1, 2, 3]
    assert [event.data["ticket"]["title"] for event in events] == ["No network", "Second", "Third"]
    assert [event.sequence for event in world.tickets.events(stored, 1)] == [2, 3]
    assert list(world.tickets.events(stored, 3)) == []
    assert [event.sequence for event in world.tickets.latest_events(stored)] == [3, 2, 1]
    assert [event.sequence for event in world.tickets.latest_events(stored, 3)] == [2, 1]
    assert [event.sequence for event in world.tickets.latest_events(stored, 9)] == [3, 2, 1]
    assert list(world.tickets.latest_events(stored, 1)) == []


def test_a_list_of_digests_is_kept_once_and_for_ever(world: World) -> None:
    steps = world.ports.imported_steps
    assert list(steps.find("t1", b"l1")) == []
    steps.keep("t1", b"l1", [b"a" * 32, b"b" * 32])
    steps.keep("t1", b"l1", [b"c" * 32])
    steps.keep("t1", b"l2", [b"d" * 32])
    assert list(steps.find("t1", b"l1")) == [b"a" * 32, b"b" * 32]
    assert list(steps.find("t2", b"l1")) == []


def test_a_ticket_keeps_the_digest_of_its_import(world: World) -> None:
    ticket = insert(world, make_ticket(world))
    world.tickets.save(ticket, replace(ticket, import_digest=HASH), [], None)
    assert load(world, ticket).ticket.import_digest == HASH


def test_a_purged_ticket_is_found_by_id_only_and_removed_once_its_end_is_on_the_bus(
    world: World, relay: RelaySteps
) -> None:
    ticket = insert(world, make_ticket(world, source="old", external_ref="7"))
    kept = insert(world, make_ticket(world, source="new", external_ref="7"))
    assert [stored.ticket for stored in world.tickets.find_by_source("old", 10)] == [ticket]
    after = ticket.purge("root", world.clock())
    world.tickets.save(ticket, after, [purged_event(after, call(ROOT))], None)
    assert (world.tickets.find_by_source("old", 10), world.tickets.count_by_source("old")) == ([], 1)
    assert world.tickets.by_number(ticket.number) is world.tickets.by_ref("old", "7") is None
    assert world.tickets.views([ticket.number]) == [None]
    found = world.tickets.find(And(all=[]), Order("number", False), None, 10)
    assert [view.id for view in found] == [kept.id]
    assert world.tickets.count(And(all=[]), 10) == 1
    assert load(world, ticket).ticket.purged_at == world.clock()
    assert world.tickets.remove_purged("old", 10) == 0
    relay.log_pending()
    relay.clear_pending()
    assert world.tickets.count_removed("old", "7") == 0
    assert world.tickets.remove_purged("old", 10) == 1
    assert world.tickets.by_id(ticket.id) is None
    assert (world.tickets.count_by_source("old"), world.tickets.count_removed("old", "7")) == (0, 1)
    logged = world.tickets.logged_since(ticket.created_at, And(all=[]), ["state"])
    assert {event.subject for event in logged} == {kept.id}


def test_events_that_the_relay_moves_after_the_ticket_was_read_are_found(world: World, relay: RelaySteps) -> None:
    ticket = change(world, insert(world, make_ticket(world)), title="Second")
    stored = load(world, ticket)
    relay.log_pending()
    relay.clear_pending()
    change(world, ticket, title="Third")
    relay.log_pending()
    assert [event.sequence for event in world.tickets.events(stored)] == [1, 2]


def test_the_log_has_events_of_tickets_that_moved_to_another_team(world: World, relay: RelaySteps) -> None:
    mine = insert(world, make_ticket(world, team_id="it"))
    mine = change(world, change(world, mine, team_id="hr"), title="Third")
    change(world, mine, requester_id="charlie")
    relay.log_pending()
    wanted = Condition(field="team_id", op="in", value=["it"])
    for moves, sequences in ((["team_id"], [1, 2]), (["team_id", "requester_id"], [1, 2, 4]), (["state"], [1])):
        found = world.tickets.logged_since(mine.created_at, wanted, moves)
        assert [event.sequence for event in found] == sequences


def test_the_log_is_read_by_logging_time_and_snapshot(world: World, relay: RelaySteps) -> None:
    mine = insert(world, make_ticket(world, team_id="it"))
    insert(world, make_ticket(world, team_id="hr"))
    change(world, mine, title="Second")
    start = mine.created_at
    wanted = Condition(field="team_id", op="in", value=["it"])
    assert list(world.tickets.logged_since(start, wanted, ["team_id"])) == []
    relay.log_pending()
    found = list(world.tickets.logged_since(start, wanted, ["team_id"]))
    assert [(event.subject, event.sequence) for event in found] == [(mine.id, 1), (mine.id, 2)]
    logged = found[-1].loggedat
    assert logged is not None
    assert list(world.tickets.logged_since(logged + timedelta(seconds=1), And(all=[]), ["team_id"])) == []
    assert len(list(world.tickets.logged_since(logged, And(all=[]), ["team_id"]))) == 3


def test_an_event_without_a_snapshot_disturbs_no_query(world: World, relay: RelaySteps) -> None:
    mine = insert(world, make_ticket(world, team_id="it"))
    after = replace(mine, version=2)
    event = ticket_event(change(world, insert(world, make_ticket(world)), title="Other"), call(ALICE))
    sla = {"id": event_id(mine.id, 2), "subject": mine.id, "type": "ticket.sla.v1", "data": {"breached": True}}
    world.tickets.save(mine, after, [event.model_copy(update=sla)], None)
    change(world, after, title="Third")
    relay.log_pending()
    assert [one.sequence for one in world.tickets.events(load(world, mine))] == [1, 2, 3]
    wanted = Condition(field="team_id", op="in", value=["it"])
    found = world.tickets.logged_since(mine.created_at, wanted, ["team_id"])
    assert [one.sequence for one in found] == [1, 3]
    assert world.tickets.find_attached(["f1"]) == set()


def test_files_are_in_use_once_their_event_is_logged(world: World, relay: RelaySteps) -> None:
    attached = tuple(Attachment(file_id, "a.txt", "text/plain", 1) for file_id in ("f1", "f2"))
    insert(world, make_ticket(world, attachments=attached))
    insert(world, make_ticket(world))
    relay.log_pending()
    assert world.tickets.find_attached(["f1", "f2", "f3"]) == {"f1", "f2"}
    assert world.tickets.find_attached(["f2"]) == {"f2"}


def test_category_names_are_unique_among_active_ones(world: World) -> None:
    network, printers = world.category("Network", team_id="it"), world.category("Printers")
    with refused("conflict"):
        world.category("NETWORK")
    with refused("conflict"):
        world.set_category(printers, name="network")
    retired = world.set_category(network, active=False, team_id=None)
    assert world.ports.records["category"].find(network.id) == retired
    world.category("NETWORK")
    assert {category.name for category in categories(world.ports)} == {"Network", "Printers", "NETWORK"}


def test_a_category_of_an_earlier_release_can_be_read_and_changed(both: tuple[World, RelaySteps]) -> None:
    world = both[0]
    made = world.category("Network")
    store = world.stores["category"]
    if isinstance(store, MongoRecords):
        unknown = dict.fromkeys(("updated_at", "updated_by_id", "created_at", "commands"), "")
        store._documents.update_one({"_id": made.id}, {"$unset": unknown})
        assert categories(world.ports) == [made.model_copy(update={"updated_at": None, "updated_by_id": None})]
    later = world.set_category(made, name="LAN")
    assert (later.name, later.version, later.updated_by_id) == ("LAN", 2, ROOT.id)


def test_teams_keep_the_newest_event(world: World) -> None:
    for sequence, confidential in ((5, True), (4, False), (5, False)):
        world.teams.apply(TeamChanged(id="it", name="IT", confidential=confidential), sequence)
        assert world.teams.confidential()["it"] is True
    world.teams.apply(TeamChanged(id="it", name="IT"), 6)
    assert world.teams.confidential()["it"] is False


def user(person_id: str, **members: Any) -> UserChanged:
    return UserChanged.model_validate({"id": person_id, "name": person_id, "emails": ["a@example.org"], **members})


def known(world: World, person_id: str) -> tuple[bool, bool, str | None]:
    found = world.people.find(person_id)
    assert found is not None
    assert found.viewer.id == person_id
    return found.at_work, found.worked, found.successor_id


def test_people_are_known_by_their_newest_event_and_whether_they_ever_worked(world: World) -> None:
    people = world.people
    assert (people.known(), people.find("ann")) == (False, None)
    people.apply(user("ann", active=False, successor_id="ben"), 3)
    assert known(world, "ann") == (False, False, "ben")
    people.apply(user("ann", teams={"it": "reply"}), 2)
    assert known(world, "ann") == (False, True, "ben")
    people.apply(user("boss", admin=True), 1)
    people.apply(user("rita"), 1)
    assert [known(world, one) for one in ("boss", "rita")] == [(True, True, None), (False, False, None)]
    people.apply(user("boss"), 2)
    assert known(world, "boss") == (False, True, None)
    people.apply(user("ann", teams={"it": "read"}), 4)
    found = people.find("ann")
    assert found is not None
    assert (found.viewer.teams, found.at_work, people.known()) == ({"it": "read"}, True, True)


def test_active_tickets_are_found_by_who_has_or_had_them(world: World) -> None:
    mine = insert(world, replace(make_ticket(world), assignee_id="ann", team_id="it", state="pending"))
    insert(world, replace(make_ticket(world), assignee_id="ann", team_id="hr", state="resolved"))
    insert(world, replace(make_ticket(world), assignee_id="ben", left_by_id="ann", team_id="it"))
    insert(world, replace(make_ticket(world), team_id="it"))
    left = insert(world, replace(make_ticket(world), left_by_id="ann"))
    tickets = world.tickets
    assert [one.ticket for one in tickets.find_assigned("ann", "it", 10)] == [mine]
    assert [one.ticket.id for one in tickets.find_left_by("ann", None, 10)] == [left.id]
    assert tickets.find_assigned("ann", None, 10) == tickets.find_left_by("ann", "it", 10) == []
    assert sorted(tickets.holders(), key=str) == [("ann", "it"), ("ann", None), ("ben", "it")]
    assert sorted(tickets.holders(people=["ann", "carl"]), key=str) == [("ann", "it"), ("ann", None)]
    assert sorted(tickets.holders(teams=["it", "hr"])) == [("ann", "it"), ("ben", "it")]


def test_a_team_says_whether_replies_assign(world: World) -> None:
    world.teams.apply(TeamChanged(id="new", name="New", replies_assign=False), 2)
    world.teams.apply(TeamChanged(id="new", name="New"), 1)
    assert [world.teams.replies_assign(team) for team in ("it", "new", "unknown", None)] == [True, False, True, True]


def test_tags_are_completed_from_tickets_of_which_the_viewer_is_staff(world: World) -> None:
    world.create(ALICE, requester_id="bob", team_id="it", tags=["VPN", "vip"])
    world.create(ALICE, requester_id="bob", team_id="it", tags=["vip", "a.b"])
    world.create(ALICE, requester_id="bob", team_id="hr", tags=["violin"])
    agent = Viewer(id="agent", teams={"network": "read"})
    assert read.tags(world.ports, "v", 5, agent) == ["vip", "VPN"]
    assert read.tags(world.ports, "vp", 5, agent) == ["VPN"]
    assert read.tags(world.ports, "", 1, agent) == ["vip"]
    assert read.tags(world.ports, "a.", 5, agent) == ["a.b"]
    assert read.tags(world.ports, "a+", 5, agent) == []
    assert read.tags(world.ports, "v", 5, BOB) == []
