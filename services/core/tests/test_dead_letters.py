"""Where a message goes that nobody could handle, and what is known of one that comes out again."""

from typing import Any

import pytest

from trackline_core.dead_letters import REASON_LENGTH, buried, read, retried, settled
from trackline_schemas.topology import ATTEMPT_HEADER, DEAD_LETTERS, ORIGIN_HEADER, REASON_HEADER, RETRY_QUEUES

QUEUE = "knowledge.events"
BODY = b'{"id": "t1:00000001", "type": "ticket.created.v1"}'


def test_a_message_climbs_one_step_at_a_time_and_then_there_is_none() -> None:
    headers: dict[str, Any] = {}
    steps = []
    while message := retried(QUEUE, BODY, headers, "KeyError", (1.0, 10.0, 60.0)):
        steps.append((message.exchange, message.routing_key, message.expiration))
        headers = dict(message.headers)
    assert steps == [(RETRY_QUEUES[0], QUEUE, 1000), (RETRY_QUEUES[1], QUEUE, 10_000), (RETRY_QUEUES[2], QUEUE, 60_000)]
    assert (headers[ATTEMPT_HEADER], headers[ORIGIN_HEADER], headers[REASON_HEADER]) == (3, QUEUE, "KeyError")


def test_fewer_delays_are_fewer_steps() -> None:
    assert retried(QUEUE, BODY, {ATTEMPT_HEADER: 1}, "again", (1.0,)) is None


def test_a_long_reason_is_cut() -> None:
    message = buried(QUEUE, BODY, "x" * 10_000)
    assert (message.routing_key, len(message.headers[REASON_HEADER])) == (DEAD_LETTERS, REASON_LENGTH)


def test_our_headers_win_over_those_of_the_broker() -> None:
    ours = {ORIGIN_HEADER: QUEUE, REASON_HEADER: "KeyError"}
    broker = {"x-first-death-queue": RETRY_QUEUES[0], "x-first-death-reason": b"expired"}
    letter = read(ours | broker, BODY)
    assert (letter.queue, letter.reason) == (QUEUE, "KeyError")
    assert (letter.id, letter.type) == ("t1:00000001", "ticket.created.v1")
    assert (read(broker, BODY).queue, read(broker, BODY).reason) == (RETRY_QUEUES[0], "expired")


@pytest.mark.parametrize("body", [b"{not json", b"[]", b"3", b'{"id": "x"}', b"\xff"])
def test_a_body_that_cannot_be_read_is_listed_all_the_same(body: bytes) -> None:
    letter = read({}, body)
    assert (letter.queue, letter.id, letter.type, letter.reason) == ("?", "?", "?", "?")


def test_only_a_retry_publishes_and_to_the_queue_where_it_died() -> None:
    letter = read({ORIGIN_HEADER: QUEUE}, BODY)
    again = settled(letter, "retry", BODY)
    assert again is not None
    assert (again.exchange, again.routing_key, again.body, again.mandatory) == ("", QUEUE, BODY, True)
    assert settled(letter, "drop", BODY) is None


def test_a_letter_is_chosen_by_queue_and_event() -> None:
    letter = read({ORIGIN_HEADER: QUEUE}, BODY)
    assert letter.matches(None, None)
    assert letter.matches(QUEUE, "t1:00000001")
    assert not letter.matches("analytics.events", None)
    assert not letter.matches(None, "t2:00000001")
