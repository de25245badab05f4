"""Events that do not arrive, that cannot be read, or that wait."""

from collections.abc import Iterator
from contextlib import closing

import httpx
from harness.api import wait_for

from alarms.cause import causes
from alarms.world import Scene
from trackline_chassis import dead_letters
from trackline_chassis.publisher import Publisher
from trackline_core.messages import Outgoing


@causes("TracklineDeadLetters")
def unreadable_event(scene: Scene) -> Iterator[None]:
    """A message that is no event is sent to knowledge."""
    url = scene.system.backends.amqp_url
    with closing(Publisher(url)) as publisher:
        publisher.publish([Outgoing("", "knowledge.events", b"{not json")])
    try:
        yield
    finally:
        dead_letters.handle(url, "drop")


@causes("TracklineEventsNotOnTheBus")
def full_queue(scene: Scene) -> Iterator[None]:
    """The queue of knowledge is full, so that RabbitMQ refuses the events of tickets."""
    policy = f"{scene.servers.rabbitmq.management_url}/api/policies/%2F/full"
    full = {"pattern": "^knowledge\\.events$", "definition": {"max-length": 1}, "apply-to": "queues"}
    scene.system.programs["knowledge"].stop()
    httpx.put(policy, json=full).raise_for_status()
    try:
        for number in range(5):
            scene.requester.new_ticket(f"Ticket {number} for a full queue")
        wait_for(scene.truth.pending)
        yield
    finally:
        httpx.delete(policy).raise_for_status()


@causes("TracklineStoreDown")
def frozen_store_with_a_batch(scene: Scene) -> Iterator[None]:
    """MongoDB is frozen while analytics handles an event."""
    yield from _freeze_with_a_batch(scene)


@causes("TracklineQueueNotEmptied")
def slow_consumer(scene: Scene) -> Iterator[None]:
    """The store of analytics takes more than a minute for an event (it is frozen)."""
    yield from _freeze_with_a_batch(scene)


def _freeze_with_a_batch(scene: Scene) -> Iterator[None]:
    analytics = scene.system.programs["analytics"]
    analytics.pause()
    scene.requester.new_ticket("A ticket for a store that hangs")
    wait_for(lambda: scene.truth.pending() == 0)
    scene.servers.mongodb.pause()
    analytics.resume()
    yield


@causes("TracklineNumbersIncomplete")
def lost_event(scene: Scene) -> Iterator[None]:
    """The first event of a ticket is lost from the queue of analytics and from the log."""
    analytics, log = scene.system.programs["analytics"], scene.truth.database("tickets").ticket_events
    analytics.stop()
    ticket = scene.requester.new_ticket("A ticket with a gap")
    wait_for(lambda: scene.truth.pending() == 0)
    httpx.delete(f"{scene.servers.rabbitmq.management_url}/api/queues/%2F/analytics.events/contents").raise_for_status()
    lost = log.find_one_and_delete({"subject": ticket["id"], "sequence": 1})
    assert lost is not None
    scene.requester.comment(ticket["number"], "This is the second event.")
    analytics.start()
    try:
        yield
    finally:
        log.insert_one(lost)
