"""The documents that an outbox writes. The contract tests of the two drivers show what MongoDB does with them."""

from collections import deque
from datetime import timedelta

from trackline_core import outbox
from trackline_schemas.base import now
from trackline_testing.outbox_contract import event


def test_a_document_without_events_is_never_swept() -> None:
    assert outbox.new_document({"_id": "t1"}, [], now()) == {"_id": "t1", "version": 0, "pending": []}
    assert "$min" not in outbox.save_update(3, {}, [], now())


def test_an_update_keeps_the_latest_commands() -> None:
    made = outbox.save_update(1, {"name": "x"}, [outbox.to_row(event(2))], now(), {"id": 1})
    assert made["$set"] == {"name": "x", "version": 2}
    assert made["$push"]["commands"] == {"$each": [{"id": 1}], "$slice": -outbox.KEPT_COMMANDS}


def test_the_oldest_wait_is_reported() -> None:
    at = now()
    waiting = [{"pending_at": at - timedelta(seconds=seconds)} for seconds in (90, 10)]
    assert outbox.oldest_wait(waiting, at) == 90
    assert outbox.oldest_wait([], at) == 0


def test_rows_go_in_batches_that_keep_their_order() -> None:
    documents = [{"_id": key, "pending": [{"_id": f"{key}{n}"} for n in range(70)]} for key in "ab"]
    batches = list(outbox.to_batches(documents))
    assert [len(batch) for batch in batches] == [outbox.BATCH, 40]
    assert [row["_id"] for batch in batches for _, row in batch] == [f"{key}{n}" for key in "ab" for n in range(70)]
    fresh = deque((key, row) for batch in batches for key, row in batch)
    assert [len(outbox.take_batch(fresh)) for _ in range(3)] == [outbox.BATCH, 40, 0]


def test_an_event_survives_the_log() -> None:
    first = event(1).model_copy(update={"historical": True})
    (row,) = outbox.to_log_rows([("t1", outbox.to_row(first))], first.time)
    assert outbox.from_row(row) == first.model_copy(update={"loggedat": first.time})


def test_rows_whose_document_is_gone_are_found() -> None:
    rows = [(key, {"_id": f"{key}:{number}"}) for key in ("t1", "t2") for number in (1, 2)]
    assert sorted(outbox.keys(rows)) == ["t1", "t2"]
    assert outbox.rows_without_document(rows, ["t2"]) == ["t1:1", "t1:2"]
    assert outbox.rows_without_document(rows, iter(["t1", "t2"])) == []
