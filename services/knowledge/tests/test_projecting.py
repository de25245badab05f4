"""Folding events into search documents, with the fake stores and with MongoDB."""

from random import Random
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from knowledge.domain.document import Document
from knowledge.usecases import article
from knowledge.usecases.document import fold_articles
from trackline_schemas.articles import CreateArticle, UpdateArticle
from trackline_schemas.context import CallContext
from trackline_schemas.events import Event

from .samples import AGENT, purge_event, replay_finished, team_event, ticket_event
from .world import World


def conversation(ticket_id: str) -> list[Event]:
    return [
        ticket_event(ticket_id, 1, "the description", title="First"),
        ticket_event(ticket_id, 2, "a note", "internal", title="First"),
        ticket_event(ticket_id, 3, title="Second", team_id="network", tags=["vip"]),
        ticket_event(ticket_id, 4, "a reply", title="Second", team_id="network", state="pending"),
        ticket_event(ticket_id, 5, title="Third", state="resolved", resolution="restarted"),
    ]


def content(world: World, key: str) -> Document:
    """Returns the document without the number of its changes."""
    document = world.documents.load([key])[key]
    return {name: value for name, value in document.items() if name not in ("rev", "dirty_at")}


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), size=st.integers(1, 7))
def test_any_order_repetition_and_batching_gives_the_same_documents(stores: World, seed: int, size: int) -> None:
    chance = Random(seed)
    straight, shuffled = uuid4().hex, uuid4().hex
    stores.consume(conversation(straight))
    events = conversation(shuffled)
    heard = events + chance.choices(events, k=4)
    chance.shuffle(heard)
    for start in range(0, len(heard), size):
        stores.consume(heard[start : start + size])
    expected = content(stores, f"ticket:{straight}")
    assert content(stores, f"ticket:{shuffled}") == expected | {"_id": f"ticket:{shuffled}", "id": shuffled}


@pytest.mark.parametrize("late", [0, 3, 5])
def test_nothing_of_a_purged_ticket_is_left_after_late_events(stores: World, late: int) -> None:
    events = [*conversation("t"), purge_event("t", 6)]
    stores.consume(events[:late])
    stores.consume(events[-1:])
    stores.consume(events)
    assert content(stores, "ticket:t") == {"_id": "ticket:t", "sequence": 6, "purged": True}


def test_replayed_and_historical_events_are_applied_like_others(stores: World) -> None:
    marked = [event.model_copy(update={"replay": True, "historical": True}) for event in conversation("t")]
    stores.consume(marked)
    assert content(stores, "ticket:t")["state"] == "resolved"


def test_rev_counts_changes_and_dirty_at_is_the_first_unseen_one(stores: World) -> None:
    first, second, *_ = conversation("t")
    start = stores.clock.time
    stores.consume([first])
    stores.clock.forward(60)
    stores.consume([second, first])
    document = stores.documents.load(["ticket:t"])["ticket:t"]
    assert (document["rev"], document["dirty_at"]) == (2, start)
    stores.consume([first, second])
    assert stores.documents.load(["ticket:t"])["ticket:t"]["rev"] == 2


def test_a_save_that_lost_a_race_is_repeated_on_the_newer_document(stores: World) -> None:
    first, second, *_ = conversation("t")
    load = stores.documents.load
    meanwhile: list[list[Event]] = [[second], [], [], []]
    overtaken = iter(meanwhile)

    def racing(keys: Any) -> dict[str, Document]:
        found = load(keys)
        stores.documents.load = load  # type: ignore[method-assign]
        stores.consume(next(overtaken))
        return found

    stores.documents.load = racing  # type: ignore[method-assign]
    stores.consume([first])
    document = content(stores, "ticket:t")
    assert document["body"] == "the description"
    assert [part["text"] for part in document["internal"]] == ["a note"]


def test_redacted_text_is_not_searched(stores: World) -> None:
    event = ticket_event("t", 2, "secret")
    event.data["comment"]["text"] = None
    stores.consume([event])
    assert content(stores, "ticket:t")["public"] == []


def test_other_event_types_are_ignored_and_broken_events_refused(stores: World) -> None:
    stores.consume([team_event("network", 2, True).model_copy(update={"type": "category.changed.v1"})])
    stores.consume([ticket_event("t", 2).model_copy(update={"type": "ticket.sla.v1", "data": {"target": 1}})])
    assert stores.documents.counts().documents == 0
    with pytest.raises(ValidationError):
        stores.consume([ticket_event("t", 1).model_copy(update={"data": {"ticket": 1}})])


def test_teams_keep_the_newest_state(stores: World) -> None:
    stores.consume([team_event("new", 3, True), team_event("new", 2, False)])
    stores.clock.forward(2)
    assert stores.teams.confidential()["new"] is True
    stores.consume([team_event("new", 4, False)])
    assert stores.teams.confidential()["new"] is False


class TestArticles:
    def test_an_article_waits_until_it_is_projected(self, stores: World) -> None:
        made = article.create(stores.ports, CreateArticle(title="VPN", body="Text"), CallContext(viewer=AGENT))
        key = f"article:{made.id}"
        assert stores.documents.load([key]) == {}
        assert fold_articles(stores.ports) == 1
        assert content(stores, key)["title"] == "VPN"
        assert fold_articles(stores.ports) == 0

    def test_a_change_made_while_it_is_projected_is_not_lost(self, stores: World) -> None:
        made = article.create(stores.ports, CreateArticle(title="VPN", body="Text"), CallContext(viewer=AGENT))
        [waiting] = stores.articles.pending(10)
        article.update(stores.ports, made.number, UpdateArticle(body="Newer"), None, CallContext(viewer=AGENT))
        stores.articles.mark_projected(waiting)
        assert fold_articles(stores.ports) == 1
        assert content(stores, f"article:{made.id}")["body"] == "Newer"

    def test_a_crash_before_it_is_marked_repeats_the_projection(self, stores: World) -> None:
        article.create(stores.ports, CreateArticle(title="VPN", body="Text"), CallContext(viewer=AGENT))
        projected = stores.articles.mark_projected

        def crash(_: object) -> None:
            raise ConnectionError

        stores.articles.mark_projected = crash  # type: ignore[method-assign, assignment]
        with pytest.raises(ConnectionError):
            fold_articles(stores.ports)
        stores.articles.mark_projected = projected  # type: ignore[method-assign]
        assert fold_articles(stores.ports) == 1
        assert stores.documents.counts().documents == 1


class TestRebuild:
    def test_a_replay_gives_the_same_documents_as_live_events(self, stores: World) -> None:
        live = conversation("t") + conversation("u")
        stores.consume(live)
        stores.write(title="Stays", body="as it is")
        before = {key: content(stores, key) for key in ("ticket:t", "ticket:u")}
        stores.documents.forget_tickets("", 100)
        assert content(stores, "ticket:t") == {"_id": "ticket:t", "sequence": 0, "awaited": True}
        assert stores.documents.awaited() == 2
        stores.consume([event.model_copy(update={"replay": True}) for event in live])
        stores.consume([replay_finished()])
        assert {key: content(stores, key) for key in before} == before
        assert stores.documents.awaited() == 0

    def test_live_events_during_a_rebuild_are_kept(self, stores: World) -> None:
        *old, last = conversation("t")
        stores.consume(old)
        stores.documents.forget_tickets("", 100)
        stores.consume([last])
        stores.consume(old)
        expected = content(stores, "ticket:t")
        stores.consume(conversation("t"))
        assert content(stores, "ticket:t") == expected
        assert expected["resolution"] == "restarted"

    def test_rev_keeps_growing_so_that_the_index_takes_the_new_document(self, stores: World) -> None:
        stores.consume(conversation("t"))
        before = stores.documents.load(["ticket:t"])["ticket:t"]["rev"]
        stores.documents.forget_tickets("", 100)
        stores.consume(conversation("t"))
        assert stores.documents.load(["ticket:t"])["ticket:t"]["rev"] > before

    def test_tickets_that_are_not_in_the_log_leave_the_index(self, stores: World) -> None:
        stores.consume(conversation("ghost"))
        stores.documents.clear({"ticket:ghost": 1})
        stores.documents.forget_tickets("", 100)
        for finished in (replay_finished(of="people"), replay_finished(only=["t"])):
            stores.consume([finished])
            assert stores.documents.counts().dirty == 0
        stores.consume([replay_finished()])
        [stub] = stores.documents.dirty(10)
        assert (stub["_id"], stores.documents.awaited()) == ("ticket:ghost", 0)
        assert "type" not in stub


def test_save_returns_false_if_one_document_was_changed_by_others(stores: World) -> None:
    stores.consume(conversation("t"))
    known = stores.documents.load(["ticket:t"])["ticket:t"]
    newer = known | {"rev": known["rev"] + 1, "title": "newer"}
    other = {"_id": "ticket:x", "rev": 1, "sequence": 0}
    assert stores.documents.save([newer, other])
    assert not stores.documents.save([newer, {"_id": "ticket:y", "rev": 1, "sequence": 0}])
    assert set(stores.documents.load(["ticket:t", "ticket:x", "ticket:y"])) == {"ticket:t", "ticket:x", "ticket:y"}
    assert stores.documents.load(["ticket:t"])["ticket:t"]["title"] == "newer"


def test_clearing_skips_documents_that_have_changed_since(stores: World) -> None:
    first, second, *_ = conversation("t")
    stores.consume([first])
    stores.consume([second])
    stores.documents.clear({"ticket:t": 1})
    assert stores.documents.counts().dirty == 1
    stores.documents.clear({"ticket:t": 2})
    assert stores.documents.counts().dirty == 0


def test_a_refused_document_waits_again_when_it_changes(stores: World) -> None:
    first, second, *_ = conversation("t")
    stores.consume([first])
    stores.documents.refused({"ticket:t": (1, "too large")})
    assert stores.documents.counts().dirty == 0
    assert content(stores, "ticket:t")["refused"] == "too large"
    stores.consume([second])
    stores.documents.clear({"ticket:t": 2})
    assert "refused" not in content(stores, "ticket:t")
