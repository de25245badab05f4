"""What RabbitMQ must hold. Without these arguments a rejected message is dropped, or a queue stops every publisher."""

import pytest

from trackline_schemas import events
from trackline_schemas.events.registry import EVENT_TYPES, LIVE, handled_by
from trackline_schemas.topology import (
    CONSUMERS,
    DEAD_LETTERS,
    LIVE_BINDINGS,
    RETRY_QUEUES,
    Queue,
    has_consumer,
    is_bound,
    queues,
)

BY_NAME = {queue.name: queue for queue in queues()}


def takes(bindings: tuple[str, ...], event_type: str) -> bool:
    return any(event_type.startswith(key.removesuffix("#")) for key in bindings)


def test_names_are_unique_and_complete() -> None:
    assert len(queues()) == len(BY_NAME)
    assert BY_NAME.keys() == {*CONSUMERS, *RETRY_QUEUES, DEAD_LETTERS}


@pytest.mark.parametrize("name", CONSUMERS)
def test_consumer_queues(name: str) -> None:
    assert BY_NAME[name] == Queue(
        name,
        CONSUMERS[name],
        arguments={
            "x-queue-type": "quorum",
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": DEAD_LETTERS,
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
            "x-delivery-limit": 20,
        },
    )


@pytest.mark.parametrize("name", RETRY_QUEUES)
def test_retry_queues_lead_back_to_where_a_message_came_from(name: str) -> None:
    queue = BY_NAME[name]
    assert (queue.fanout, queue.bindings) == (True, ())
    assert queue.arguments["x-dead-letter-exchange"] == ""
    assert "x-dead-letter-routing-key" not in queue.arguments
    assert queue.arguments["x-dead-letter-strategy"] == "at-least-once"
    assert queue.arguments["x-overflow"] == "reject-publish"
    # Each message brings its own delay.
    assert "x-message-ttl" not in queue.arguments


def test_dead_letters_stay_thirty_days_and_lead_nowhere() -> None:
    assert BY_NAME[DEAD_LETTERS].arguments == {"x-queue-type": "quorum", "x-message-ttl": 30 * 86_400_000}


@pytest.mark.parametrize("queue", queues(), ids=lambda queue: queue.name)
def test_every_queue_is_a_quorum_queue_without_a_length(queue: Queue) -> None:
    assert queue.arguments["x-queue-type"] == "quorum"
    assert not {"x-max-length", "x-max-length-bytes"} & queue.arguments.keys()


@pytest.mark.parametrize(
    ("event_type", "consumers"),
    [
        (events.TICKET_CREATED, {"notifications.events", "knowledge.events", "analytics.events"}),
        (events.TICKET_UPDATED, {"notifications.events", "knowledge.events", "analytics.events"}),
        ("ticket.redacted.v1", {"notifications.events", "knowledge.events", "analytics.events"}),
        (
            events.TEAM_CHANGED,
            {"tickets.events", "notifications.events", "knowledge.events", "analytics.events"},
        ),
        (events.USER_CHANGED, {"tickets.events", "notifications.events"}),
        (events.ORGANISATION_CHANGED, {"notifications.events"}),
        (events.USER_ERASED, {"notifications.events"}),
        (events.MAIL_REQUESTED, {"notifications.events"}),
        (events.REPLAY_REQUESTED, {"tickets.events", "gateway.events"}),
        (events.CATEGORY_CHANGED, set()),
        (events.INBOX_CHANGED, set()),
    ],
)
def test_each_event_type_goes_to_its_consumers(event_type: str, consumers: set[str]) -> None:
    assert {name for name, bindings in CONSUMERS.items() if takes(bindings, event_type)} == consumers
    assert {name for name in CONSUMERS if is_bound(name, event_type)} == consumers
    assert has_consumer(event_type) is bool(consumers)


def test_binding_keys_are_whole_words_followed_by_a_wildcard() -> None:
    for bindings in (*CONSUMERS.values(), LIVE_BINDINGS):
        assert all(key.endswith(".#") and "#" not in key[:-2] and "*" not in key for key in bindings)
    assert not has_consumer("tickets.created.v1")
    assert not is_bound("knowledge.events", "teams.changed.v1")


@pytest.mark.parametrize("event_type", EVENT_TYPES)
def test_every_event_reaches_somebody(event_type: str) -> None:
    # The end of a replay is sent directly to the queue that asked for it.
    heard = has_consumer(event_type) or takes(LIVE_BINDINGS, event_type)
    assert heard or event_type == events.REPLAY_FINISHED or not EVENT_TYPES[event_type].readers


@pytest.mark.parametrize(("reader", "bindings"), [*CONSUMERS.items(), (LIVE, LIVE_BINDINGS)])
def test_a_reader_is_bound_to_what_it_handles_and_to_nothing_else(reader: str, bindings: tuple[str, ...]) -> None:
    handled = handled_by(reader) - {events.REPLAY_FINISHED}
    assert {event_type for event_type in handled if not takes(bindings, event_type)} == set()
    assert {key for key in bindings if not any(takes((key,), event_type) for event_type in handled)} == set()
