"""When a message is renewed, and what its copy keeps."""

from datetime import timedelta
from typing import Any

import pytest

from trackline_core.dead_letters import parse, to_dead_letters, to_retry_queue
from trackline_core.renewal import RENEWED_AT, is_worn, renewed, renewed_dead_letter
from trackline_schemas.base import now
from trackline_schemas.topology import (
    ATTEMPT_HEADER,
    DEAD_LETTERS,
    DELIVERY_LIMIT,
    DIED_HEADER,
    ORIGIN_HEADER,
    REASON_HEADER,
)

DAY_MS = 86_400_000


@pytest.mark.parametrize(
    ("headers", "worn"),
    [
        (None, False),
        ({}, False),
        ({"x-delivery-count": 1}, False),
        ({"x-delivery-count": RENEWED_AT - 1}, False),
        ({"x-delivery-count": RENEWED_AT}, True),
        ({"x-delivery-count": DELIVERY_LIMIT}, True),
    ],
)
def test_a_message_is_renewed_long_before_the_limit(headers: Any, worn: bool) -> None:
    assert is_worn(headers) is worn
    assert 2 * RENEWED_AT < DELIVERY_LIMIT


def test_the_copy_of_a_message_keeps_our_headers_and_not_the_count() -> None:
    retried = to_retry_queue("knowledge.events", b"{}", {ATTEMPT_HEADER: 1}, "KeyError", [1, 10, 60])
    assert retried is not None
    delivered = {**retried.headers, "x-delivery-count": 7, "x-death": [{"count": 1}]}
    copy = renewed("knowledge.events", b"{}", delivered)
    assert (copy.exchange, copy.routing_key, copy.body, copy.expiration) == ("", "knowledge.events", b"{}", None)
    assert copy.headers == {ATTEMPT_HEADER: 2, ORIGIN_HEADER: "knowledge.events", REASON_HEADER: "KeyError"}
    assert not is_worn(copy.headers)


@pytest.mark.parametrize("days", [0, 1, 29.5])
def test_the_copy_of_a_dead_letter_expires_when_the_letter_would_have(days: float) -> None:
    died = now() - timedelta(days=days)
    first = to_dead_letters("knowledge.events", b"{}", "KeyError", died)
    copy = renewed_dead_letter(b"{}", {**first.headers, "x-delivery-count": 5})
    again = renewed_dead_letter(b"{}", copy.headers)
    for one in (copy, again):
        assert one.headers == first.headers
        assert one.expiration is not None
        assert abs(one.expiration - (30 - days) * DAY_MS) < 5000


def test_a_dead_letter_that_should_be_gone_goes_at_once() -> None:
    first = to_dead_letters("knowledge.events", b"{}", "KeyError", now() - timedelta(days=31))
    assert renewed_dead_letter(b"{}", first.headers).expiration == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"x-first-death-queue": "knowledge.events", "x-first-death-reason": "delivery_limit"},
        {ORIGIN_HEADER: "knowledge.events", REASON_HEADER: "KeyError"},
        {},
    ],
)
def test_a_letter_of_an_earlier_release_or_of_rabbitmq_keeps_its_origin(headers: dict[str, Any]) -> None:
    copy = renewed_dead_letter(b'{"id": "t1:00000001", "type": "ticket.created.v1"}', headers)
    assert copy.routing_key == DEAD_LETTERS
    assert parse(copy.headers, copy.body) == parse(headers, copy.body)
    assert copy.expiration is not None
    assert copy.expiration > 29 * DAY_MS
    assert DIED_HEADER in copy.headers
