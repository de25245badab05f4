"""The whole service with a real broker and a real store."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any
from uuid import uuid4

import pytest

from trackline_chassis.bus import Bus
from trackline_chassis.settings import ChassisSettings
from trackline_schemas.events import REPLAY_REQUESTED, TEAM_CHANGED, USER_CHANGED, Event
from trackline_schemas.rpc import METHODS
from trackline_schemas.viewer import SYSTEM
from trackline_testing.backends import own_backends
from trackline_testing.caller import Caller
from trackline_testing.queues import Queue
from trackline_testing.service import Service
from trackline_testing.waiting import wait_for

from .world import ALICE, BOB, DANA, ROOT, call

NEW = {"title": "No network", "description": "The cable is in, nothing works."}


@pytest.fixture(scope="module")
def settings() -> Iterator[ChassisSettings]:
    with own_backends(sweep_seconds=0.2, sweep_age_seconds=0.5) as found:
        yield found


@pytest.fixture(scope="module")
def service(settings: ChassisSettings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    one = Service("tickets", settings, tmp_path_factory.mktemp("tickets"))
    one.start_and_wait()
    yield one
    one.stop()


@pytest.fixture
def caller(service: Service, settings: ChassisSettings) -> Iterator[Caller]:
    with closing(Caller(settings.amqp_url, "tickets")) as one:
        yield one


@pytest.fixture
def bus(settings: ChassisSettings) -> Iterator[Bus]:
    with closing(Bus(settings.amqp_url)) as one:
        yield one


@pytest.fixture
def queue(service: Service, settings: ChassisSettings) -> Iterator[Queue]:
    """The queue without the events of earlier tests."""
    with closing(Queue(settings.amqp_url, "analytics.events")) as one:
        one.take()
        yield one


def event(type_: str, sequence: int, subject: str, **data: Any) -> Event:
    now = "2026-03-02T09:00:00Z"
    values = {"id": uuid4().hex, "source": "/test", "subject": subject, "time": now, "recordedat": now, "actor": "root"}
    return Event.model_validate({**values, "type": type_, "sequence": sequence, "data": data})


def published(queue: Queue, count: int) -> list[Event]:
    """Returns the first `count` distinct events on the bus, ordered by subject and sequence."""
    found: dict[str, Event] = {}

    def enough() -> bool:
        found.update({one.id: one for one in queue.take_events()})
        return len(found) >= count

    wait_for(enough)
    return sorted(found.values(), key=lambda one: (one.subject, one.sequence))


def test_every_method_of_the_contract_answers_by_name(caller: Caller, queue: Queue) -> None:
    asked: list[str] = []

    def ask(method: str, *, viewer: Any = ROOT, **arguments: Any) -> Any:
        asked.append(method)
        answer = caller.call(method, viewer, **arguments)
        assert not isinstance(answer, str), f"{method}: {answer}"
        return answer

    category = ask("create_category", command={"name": "Network"})
    assert ask("update_category", id=category["id"], command={"name": "LAN"})["name"] == "LAN"
    assert [one["name"] for one in ask("categories")] == ["LAN"]
    values = {"name": "Printers", "team_id": "it"}
    printers = ask("create_record", kind="category", values=values)
    changed = ask("update_record", kind="category", id=printers["id"], values={"name": "Print"}, if_match=1)
    assert ask("record", kind="category", id=printers["id"]) == changed
    only = {"filter": {"field": "team_id", "op": "eq", "value": "it"}}
    assert ask("records", kind="category", query=only)["items"] == [changed]
    newest = ask("record_changes", query={"record_id": printers["id"], "size": 1})["items"]
    assert [(one["version"], one["changes"]) for one in newest] == [(2, {"name": ["Printers", "Print"]})]
    assert [one["name"] for one in ask("record_used_by", kind="team", id="it")] == ["Print"]
    body = {**NEW, "category_id": category["id"], "source": "otrs", "external_ref": "1", "tags": ["toner"]}
    ticket = ask("create", viewer=ALICE, command=body)
    number = ticket["number"]
    screenshot = {"id": "f1", "name": "screen.png", "type": "image/png", "size": 5}
    reply = {"comment": {"text": "Hello.", "attachments": ["f1"]}, "changes": {"impact": 1}}
    after = ask("update", viewer=ALICE, number=number, command=reply, if_match=1, attachments=[screenshot])
    assert (after["version"], after["priority"], after["state"]) == (2, 3, "new")
    assert ask("get", viewer=ALICE, number=number, as_of=ticket["created_at"])["version"] == 1
    assert ask("get", viewer=ALICE, number=number, as_of=None) == after
    assert ask("get_many", viewer=ALICE, asked=[{"number": number, "viewer": ALICE.model_dump()}]) == [after]
    assert ask("find_by_ref", viewer=ALICE, source="otrs", external_ref="1") == after
    mine = {"field": "category_id", "op": "eq", "value": category["id"]}
    assert ask("list", viewer=ALICE, query={"filter": mine, "size": 1}) == {"items": [after], "after": None}
    assert ask("tags", viewer=ALICE, begins="to", size=1) == ["toner"]
    assert ask("count", viewer=ALICE, filters=[mine, {"not": mine}], at_most=1) == [1, 0]
    texts = [one["text"] for one in ask("comments", viewer=ALICE, number=number, size=25, after=None)["items"]]
    assert texts == [NEW["description"], "Hello."]
    history = ask("events", viewer=ALICE, number=number, size=1, after=None)
    assert [one["sequence"] for one in history["items"]] == [1]
    (rest,) = ask("events", viewer=ALICE, number=number, size=1, after=history["after"])["items"]
    assert rest["changes"] == {"impact": [3, 1], "priority": [5, 3]}
    published(queue, 2)
    assert ask("attachment", viewer=ALICE, number=number, id="f1") == screenshot
    wait_for(lambda: ask("attached", viewer=SYSTEM, ids=["f1", "f2"]) == ["f1"])
    live = ask("events_since", viewer=ALICE, since=ticket["created_at"], limit=100)
    assert [one["sequence"] for one in live["events"] if one["subject"] == ticket["id"]] == [1, 2]
    job = ask("replay", consumer="analytics.events", from_ticket=None, only=[ticket["id"]])["job_id"]
    wait_for(lambda: ask("replay_status", job_id=job)["done"])
    step = {"time": "2016-02-29T09:00:00Z", "changes": {"title": "No dial tone", "requester_id": "bob"}}
    assert ask("import_ticket", command={"source": "old", "external_ref": "1", "steps": [step]})["added"] == 1
    wait_for(lambda: ask("purge", command={"source": "old"})["remaining"] == 0)
    assert set(asked) == set(METHODS["tickets"])


def test_concurrent_calls_with_the_same_key_open_one_ticket(caller: Caller, service: Service, queue: Queue) -> None:
    context = call(BOB, str(uuid4()))
    calls = [caller.send("create", context, command=NEW) for _ in range(8)]
    answers = [caller.answer(one) for one in calls]
    assert all(answer == answers[0] for answer in answers)
    assert answers[0]["id"] == context.command_id
    (first,) = published(queue, 1)
    assert (first.subject, first.sequence, first.actor) == (answers[0]["id"], 1, "bob")
    assert 'trackline_ticket_commands_total{command="create",outcome="repeated"}' in service.metrics()
    assert 'trackline_tickets_created_total{channel="api"}' in service.metrics()


def test_concurrent_comments_are_all_saved_once(caller: Caller, queue: Queue) -> None:
    ticket = caller.call("create", BOB, command=NEW)
    waiting = {f"Comment {number}": call(BOB, str(uuid4())) for number in range(12)}
    while waiting:
        calls = {
            text: caller.send("update", context, number=ticket["number"], command={"comment": {"text": text}})
            for text, context in waiting.items()
        }
        answers = {text: caller.answer(one) for text, one in calls.items()}
        assert all(answer == "unavailable" for answer in answers.values() if isinstance(answer, str))
        waiting = {text: waiting[text] for text, answer in answers.items() if answer == "unavailable"}
    page = caller.call("comments", BOB, number=ticket["number"], size=100, after=None)
    texts = [comment["text"] for comment in page["items"][1:]]
    assert sorted(texts) == sorted(f"Comment {number}" for number in range(12))
    assert [one.sequence for one in published(queue, 13)] == list(range(1, 14))


def test_errors_reach_the_caller_with_their_codes(caller: Caller) -> None:
    number = caller.call("create", BOB, command=NEW)["number"]
    assert caller.call("get", DANA, number="INC-9", as_of=None) == "not_found"
    assert caller.call("create", BOB, command={**NEW, "colour": "red"}) == "invalid"
    assert caller.call("update", BOB, number=number, command={"changes": {"title": "x"}}) == "forbidden"
    assert (
        caller.call("update", BOB, number=number, command={"comment": {"text": "x"}}, if_match=9) == "version_conflict"
    )
    assert caller.call("list", BOB, query={"after": "x"}) == "invalid_cursor"
    assert caller.call("replay", BOB, consumer="analytics.events") == "forbidden"
    assert caller.call("replay", ROOT, consumer="unknown") == "invalid"


def test_teams_are_read_from_the_bus(caller: Caller, bus: Bus) -> None:
    number = caller.call("create", ALICE, command={**NEW, "team_id": "it"})["number"]
    assert caller.call("get", DANA, number=number, as_of=None) == "not_found"
    bus.publish(event(TEAM_CHANGED, 1, "it", id="it", name="IT"))
    wait_for(lambda: caller.call("get", DANA, number=number, as_of=None) != "not_found")
    bus.publish(event(TEAM_CHANGED, 2, "it", id="it", name="IT", confidential=True))
    wait_for(lambda: caller.call("get", DANA, number=number, as_of=None) == "not_found")


def test_a_consumer_gets_a_replay_on_request(caller: Caller, queue: Queue, bus: Bus) -> None:
    ticket = caller.call("create", BOB, command=NEW)
    published(queue, 1)
    asked = {"consumer": "analytics.events", "of": "tickets", "only": [ticket["id"]]}
    bus.publish(event(REPLAY_REQUESTED, 0, "analytics.events", **asked))
    again = [one for one in published(queue, 2) if one.subject == ticket["id"]]
    assert [(one.sequence, one.replay) for one in again] == [(1, True)]


def test_killed_under_load_every_command_counts_once(caller: Caller, service: Service, queue: Queue) -> None:
    contexts = [call(BOB, str(uuid4())) for _ in range(150)]
    for context in contexts:
        caller.send("create", context, command=NEW)
    started = published(queue, 5)
    service.kill()
    assert len(started) < len(contexts)
    service.start_and_wait()
    calls = [caller.send("create", context, command=NEW) for context in contexts]
    answers = [caller.answer(one) for one in calls]
    assert [answer["id"] for answer in answers] == [context.command_id for context in contexts]
    assert len({answer["number"] for answer in answers}) == len(contexts)
    seen = {one.subject for one in started}
    missing = {context.command_id for context in contexts} - seen
    assert {one.subject for one in published(queue, len(missing))} >= missing


def test_tickets_of_who_is_deactivated_are_given_away(caller: Caller, queue: Queue, bus: Bus) -> None:
    def changed(sequence: int, **members: Any) -> Event:
        known = {"id": "ann", "name": "Ann", "emails": ["ann@example.org"], "teams": {"it": "reply"}}
        return event(USER_CHANGED, sequence, "ann", **known, **members)

    assert bus.publish(changed(1))
    ticket = caller.call("create", ALICE, command={**NEW, "assignee_id": "ann"})
    assert bus.publish(changed(2, active=False))
    wait_for(lambda: caller.call("get", ROOT, number=ticket["number"], as_of=None)["assignee_id"] is None)
