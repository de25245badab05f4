"""An event type of a later release passes every consumer, stream and history, and the ordinary update after it arrives
everywhere."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from harness.api import Api, wait_for
from harness.live import Listener
from harness.truth import Truth
from prometheus_client.parser import text_string_to_metric_families

from gateway.mailbox.store import list_mails
from trackline_chassis import dead_letters
from trackline_core.outbox import to_row
from trackline_local.system import System
from trackline_schemas.base import now
from trackline_schemas.events import Event, event_id

UNKNOWN = "ticket.sla.v1"
NEWER = "ticket.updated.v2"
READERS = {
    "notifications.events": "notifications",
    "knowledge.events": "knowledge",
    "analytics.events": "analytics",
    "gateway.live": "gateway",
    "tickets.history": "tickets",
}


@pytest.fixture
def truth(system: System) -> Iterator[Truth]:
    with closing(Truth(system, system.environment["TRACKLINE_DATABASE_PREFIX"])) as one:
        yield one


def save_event(truth: Truth, ticket_id: str, type_: str, **data: Any) -> None:
    """Saves an event as the tickets service of a later release would. The sweep of this release relays it."""
    tickets, at = truth.database("tickets").tickets, now()
    version = tickets.find_one({"_id": ticket_id}, {"version": 1})["version"] + 1  # type: ignore[index]
    event = Event(
        id=event_id(ticket_id, version),
        source="/trackline/tickets",
        type=type_,
        subject=ticket_id,
        time=at,
        recordedat=at,
        sequence=version,
        actor="system",
        data=data,
    )
    saved = tickets.update_one(
        {"_id": ticket_id, "version": version - 1},
        {
            "$set": {"version": version},
            "$push": {"pending": to_row(event)},
            "$min": {"pending_at": at - timedelta(minutes=1)},
        },
    )
    assert saved.matched_count == 1


def count_skipped(system: System, reader: str, type_: str) -> float:
    process = READERS[reader]
    return sum(
        sample.value
        for family in text_string_to_metric_families(system.metrics(process))
        for sample in family.samples
        if sample.name == "trackline_events_skipped_total"
        and (sample.labels["reader"], sample.labels["type"]) == (reader, type_)
    )


def test_an_unknown_event_goes_through_everything(
    system: System, admin: Api, agent: Api, requester: Api, truth: Truth
) -> None:
    ticket = requester.new_ticket("My xerographic aardvark jams")
    id_, number = ticket["id"], ticket["number"]
    with Listener(requester) as stream, Listener(agent) as staff:
        start = stream.frames[0].id
        before = {reader: count_skipped(system, reader, UNKNOWN) for reader in READERS}
        save_event(truth, id_, UNKNOWN, target="first_reply", breached=True)
        save_event(truth, id_, NEWER, fields=[{"name": "title", "value": "Nobody reads this"}])
        wait_for(lambda: truth.pending() == 0)
        # Every reader must still get this update.
        agent.comment(number, "Please shake the toner: quokka.")
        wait_for(lambda: (id_, 4) in stream.pairs & staff.pairs)
        assert {pair for pair in stream.pairs | staff.pairs if pair[0] == id_} <= {(id_, 1), (id_, 4)}

        for reader in (agent, requester):
            assert [entry["sequence"] for entry in reader.all(f"/tickets/{number}/events")] == [1, 4]
            texts = [comment["text"] for comment in reader.all(f"/tickets/{number}/comments")]
            assert texts[1:] == ["Please shake the toner: quokka."]
            found = reader.get(f"/tickets/{number}", as_of=now().isoformat())
            assert found["title"] == "My xerographic aardvark jams"
            wait_for(partial(_finds, reader, "quokka", number))
        wait_for(lambda: _replied(requester, number))
        (address,) = requester.me["emails"]
        wait_for(lambda: any("quokka" in mail.text for mail in list_mails(system.state) if address in mail.recipients))
        _assert_numbers_are_whole(agent, requester, truth, id_)

        # Rights follow the next change of a known type.
        secret = admin.post("/teams", {"name": f"HR {id_[:6]}", "confidential": True})["id"]
        agent.update(number, changes={"team_id": secret})
        wait_for(lambda: [frame.pair for frame in staff.named("ticket.hidden")] == [(id_, 5)])
        assert agent.http.get(f"/tickets/{number}").status_code == 404
        wait_for(lambda: not _finds(agent, "quokka", number))

    # A stream that reconnects reads past the unknown events in the log.
    with Listener(requester, last_event_id=start) as resumed:
        wait_for(lambda: (id_, 4) in resumed.pairs)
        assert {pair for pair in resumed.pairs if pair[0] == id_} <= {(id_, 1), (id_, 4), (id_, 5)}
    assert [name for name, count in before.items() if count_skipped(system, name, UNKNOWN) <= count] == []
    assert [name for name in READERS if not count_skipped(system, name, NEWER)] == []
    dead = dead_letters.handle(system.backends.amqp_url, "list")
    assert [one.reason for one in dead if one.id.startswith(id_)] == []


def _finds(reader: Api, q: str, number: str) -> bool:
    return number in [hit["number"] for hit in reader.get("/search", q=q)["data"]]


def _replied(requester: Api, number: str) -> bool:
    entries = requester.get("/notifications")["data"]
    return any((entry["number"], entry["reason"]) == (number, "replied") for entry in entries)


def _assert_numbers_are_whole(agent: Api, requester: Api, truth: Truth, id_: str) -> None:
    own = {"filter[requester_id]": requester.me["id"], "from": "2000-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z"}
    total = wait_for(lambda: (one := agent.get("/analytics/summary", **own)["total"])["first_reply"]["count"] and one)
    assert (total["created"], total["backlog"]) == (1, 1)
    (counted,) = agent.all("/analytics/tickets", **own, measure="created")
    assert counted["events"] == 4
    # There is no gap, so nobody asks for a replay now or later.
    analytics = truth.database("analytics")
    names = analytics.list_collection_names(filter={"name": {"$regex": "^facts"}})
    facts = [fact for name in names if (fact := analytics[name].find_one({"_id": id_}))]
    assert {(fact["applied"], fact["known"], len(fact["parked"]), fact["ask_at"]) for fact in facts} == {
        (4, 4, 0, None)
    }
    assert truth.database("tickets").replays.count_documents({"only": id_}) == 0
