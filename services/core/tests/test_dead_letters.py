"""Where a message goes that could not be handled, and how a dead letter is read."""

from typing import Any

import pytest

from trackline_core.dead_letters import REASON_LENGTH, parse, to_dead_letters, to_origin, to_retry_queue
from trackline_schemas.topology import ATTEMPT_HEADER, DEAD_LETTERS, ORIGIN_HEADER, REASON_HEADER, RETRY_QUEUES

QUEUE = "knowledge.events"
BODY = b'{"id": "t1:00000001", "type": "ticket.created.v1"}'


def test_a_message_goes_through_each_retry_queue_once() -> None:
    headers: dict[str, Any] = {}
    steps = []
    while message := to_retry_queue(QUEUE, BODY, headers, "KeyError", (1.0, 10.0, 60.0)):
        steps.append((message.exchange, message.routing_key, message.expiration))
        headers = dict(message.headers)
    assert steps == [(RETRY_QUEUES[0], QUEUE, 1000), (RETRY_QUEUES[1], QUEUE, 10_000), (RETRY_QUEUES[2], QUEUE, 60_000)]
    assert (headers[ATTEMPT_HEADER], headers[ORIGIN_HEADER], headers[REASON_HEADER]) == (3, QUEUE, "KeyError")


def test_there_are_as_many_retries_as_delays() -> None:
    assert to_retry_queue(QUEUE, BODY, {ATTEMPT_HEADER: 1}, "again", (1.0,)) is None


def test_a_long_reason_is_cut() -> None:
    message = to_dead_letters(QUEUE, BODY, "x" * 10_000)
    assert (message.routing_key, len(message.headers[REASON_HEADER])) == (DEAD_LETTERS, REASON_LENGTH)


def test_our_headers_win_over_those_of_the_broker() -> None:
    ours = {ORIGIN_HEADER: QUEUE, REASON_HEADER: "KeyError"}
    broker = {"x-first-death-queue": RETRY_QUEUES[0], "x-first-death-reason": b"expired"}
    letter = parse(ours | broker, BODY)
    assert (letter.queue, letter.reason) == (QUEUE, "KeyError")
    assert (letter.id, letter.type) == ("t1:00000001", "ticket.created.v1")
    assert (parse(broker, BODY).queue, parse(broker, BODY).reason) == (RETRY_QUEUES[0], "expired")


@pytest.mark.parametrize("body", [b"{not json", b"[]", b"3", b'{"id": "x"}', b"\xff"])
def test_a_body_that_cannot_be_read_is_listed_all_the_same(body: bytes) -> None:
    letter = parse({}, body)
    assert (letter.queue, letter.id, letter.type, letter.reason) == ("?", "?", "?", "?")


def test_a_dead_letter_goes_back_to_the_queue_it_came_from() -> None:
    again = to_origin(parse({ORIGIN_HEADER: QUEUE}, BODY), BODY)
    assert (again.exchange, again.routing_key, again.body, again.mandatory) == ("", QUEUE, BODY, True)


def test_a_letter_is_chosen_by_queue_and_event() -> None:
    letter = parse({ORIGIN_HEADER: QUEUE}, BODY)
    assert letter.matches(None, None)
    assert letter.matches(QUEUE, "t1:00000001")
    assert not letter.matches("analytics.events", None)
    assert not letter.matches(None, "t2:00000001")
