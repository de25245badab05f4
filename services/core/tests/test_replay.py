import pytest

from trackline_core.messages import to_exchange, to_queue
from trackline_core.outbox import to_row
from trackline_core.replay import check_consumer, finished, is_bound, replayed
from trackline_schemas.errors import ServiceError
from trackline_schemas.events import INBOX_CHANGED, REPLAY_FINISHED, TEAM_CHANGED, ReplayFinished
from trackline_testing.outbox_contract import event


def test_a_replayed_event_is_the_logged_one_and_says_so() -> None:
    first = event(1)
    again = replayed({**to_row(first), "logged_at": first.time})
    assert again == first.model_copy(update={"loggedat": first.time, "replay": True})


def test_a_consumer_is_bound_to_what_its_keys_begin_with() -> None:
    assert is_bound("knowledge.events", TEAM_CHANGED)
    assert not is_bound("knowledge.events", "user.changed.v1")
    assert not is_bound("knowledge.events", "teams.changed.v1")


def test_an_unknown_consumer_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(ServiceError, match=r"There is no consumer nobody\. Known: tickets\.events, "):
        check_consumer("nobody")


def test_the_end_of_a_replay_is_one_event_however_often_it_is_said() -> None:
    about = ReplayFinished(job_id="j1", consumer="knowledge.events", of="people", events=3, subjects=2)
    told = finished(about, "/test")
    assert (told.id, told.type, told.sequence, told.data["events"]) == ("j1", REPLAY_FINISHED, 0, 3)


def test_only_what_a_queue_waits_for_must_be_taken() -> None:
    heard = event(1)
    unheard = heard.model_copy(update={"type": INBOX_CHANGED})
    assert to_exchange(heard).mandatory
    assert not to_exchange(unheard).mandatory
    assert to_queue(unheard, "knowledge.events").mandatory
