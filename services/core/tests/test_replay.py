import pytest

from trackline_core.messages import to_exchange, to_queue
from trackline_core.outbox import to_row
from trackline_core.replay import check_consumer, finished_event, request_event, to_replayed_event
from trackline_schemas.errors import ServiceError
from trackline_schemas.events import INBOX_CHANGED, REPLAY_FINISHED, ReplayFinished, ReplayRequested
from trackline_testing.outbox_contract import event


def test_a_replayed_event_is_the_logged_one_and_says_so() -> None:
    first = event(1)
    again = to_replayed_event({**to_row(first), "logged_at": first.time})
    assert again == first.model_copy(update={"loggedat": first.time, "replay": True})


def test_an_unknown_consumer_is_refused_with_a_list_of_the_known_ones() -> None:
    with pytest.raises(ServiceError, match=r"There is no consumer nobody\. Known: tickets\.events, "):
        check_consumer("nobody")


def test_the_end_of_a_replay_has_the_id_of_its_job() -> None:
    about = ReplayFinished(job_id="j1", consumer="knowledge.events", of="people", events=3, subjects=2)
    sent = finished_event(about, "/test")
    assert (sent.id, sent.type, sent.sequence, sent.data["events"]) == ("j1", REPLAY_FINISHED, 0, 3)


def test_a_request_names_the_queue_and_takes_the_id_of_the_job() -> None:
    at = event(1).time
    everything = request_event("knowledge.events", "/test", "people", at)
    assert ReplayRequested.model_validate(everything.data) == ReplayRequested(consumer="knowledge.events", of="people")
    assert (everything.subject, everything.source, everything.sequence) == ("knowledge.events", "/test", 0)
    some = request_event("analytics.events", "/test", "tickets", at, only=("t1",), job_id="j1")
    assert (some.id, some.data["only"]) == ("j1", ["t1"])


def test_only_an_event_with_a_consumer_is_mandatory() -> None:
    heard = event(1)
    unheard = heard.model_copy(update={"type": INBOX_CHANGED})
    assert to_exchange(heard).mandatory
    assert not to_exchange(unheard).mandatory
    assert to_queue(unheard, "knowledge.events").mandatory
