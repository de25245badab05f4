"""Earlier versions of articles, with the fake store and with MongoDB."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from pymongo.collection import Collection
from pymongo.database import Database

from knowledge.adapters.article import MongoArticles
from knowledge.domain.document import Document
from knowledge.usecases import article
from knowledge.usecases.ports import ArticleStore, Ports
from trackline_schemas.articles import ArticleVersion, ArticleView, CreateArticle, RestoreArticle, UpdateArticle
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError
from trackline_schemas.paging import encode_cursor
from trackline_schemas.viewer import Viewer

from .fakes import FakeClock, FakeDocuments, FakeIndex, FakeTeams
from .samples import ADMIN, AGENT, ALICE, HR, START
from .test_articles import code, create, update
from .world import World


def restore(stores: World, version: int, viewer: Viewer = AGENT, command_id: str | None = None) -> ArticleView:
    context = CallContext(viewer=viewer, command_id=command_id)
    return article.restore(stores.ports, "KB-1001", RestoreArticle(version=version), None, context)


def listed(stores: World, viewer: Viewer = AGENT, size: int = 25) -> list[ArticleVersion]:
    seen: list[ArticleVersion] = []
    after: str | None = None
    while True:
        page = article.versions(stores.ports, "KB-1001", size, after, viewer)
        seen, after = seen + page.items, page.after
        if after is None:
            return seen


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_every_save_is_a_version_that_says_what_changed_and_by_whom(stores: World, size: int) -> None:
    create(stores)
    update(stores, "KB-1001", ADMIN, title="VPN at home", tags=["vpn"])
    update(stores, "KB-1001", state="published")
    assert [(one.version, one.edited_by, one.changed, one.state) for one in listed(stores, size=size)] == [
        (3, "agent", ["state"], "published"),
        (2, "root", ["tags", "title"], "draft"),
        (1, "agent", [], "draft"),
    ]


def test_a_version_reads_as_it_was(stores: World) -> None:
    first = create(stores)
    second = update(stores, "KB-1001", body="Second")
    third = update(stores, "KB-1001", body="Third")
    assert [article.version(stores.ports, "kb-1001", version, AGENT) for version in (1, 2, 3)] == [first, second, third]


def test_restoring_changes_the_content_and_not_the_readers(stores: World) -> None:
    create(stores, title="VPN", body="First", tags=["vpn"])
    update(stores, "KB-1001", title="Worse", body="Worse", tags=[], visibility="internal", state="published")
    restored = restore(stores, 1, ADMIN)
    assert (restored.title, restored.body, restored.tags) == ("VPN", "First", ["vpn"])
    assert (restored.version, restored.state, restored.visibility) == (3, "published", "internal")
    newest = listed(stores)[0]
    assert (newest.restored_from, newest.edited_by, newest.changed) == (1, "root", ["body", "tags", "title"])
    assert update(stores, "KB-1001", title="Next").version == 4
    assert listed(stores)[0].restored_from is None


def test_restoring_the_present_content_creates_no_version(stores: World) -> None:
    create(stores)
    assert restore(stores, 1).version == 1


def test_a_repeated_restore_has_no_effect(stores: World) -> None:
    create(stores)
    update(stores, "KB-1001", body="Second")
    key = str(uuid4())
    assert restore(stores, 1, command_id=key).version == 3
    assert restore(stores, 1, command_id=key).version == 3
    with pytest.raises(ServiceError) as caught:
        restore(stores, 2, command_id=key)
    assert code(caught) == "key_reused"


def test_of_two_saves_of_one_version_the_second_changes_nothing(stores: World) -> None:
    create(stores)
    stored = stores.articles.by_number("KB-1001")
    assert stored is not None
    first, second = (stored.article.edit({"body": body}, "agent", stores.clock()) for body in ("First", "Second"))
    assert stores.articles.save(stored.article, first, None)
    assert not stores.articles.save(stored.article, second, None)
    assert [one.version for one in listed(stores)] == [2, 1]
    assert article.version(stores.ports, "KB-1001", 1, AGENT).body == "Text"


def ports_over(articles: ArticleStore) -> Ports:
    documents = FakeDocuments()
    index = FakeIndex(documents)
    return World("", FakeClock(START), documents, articles, FakeTeams(), index, lambda: None).ports


def test_a_crash_between_the_two_writes_of_a_save_loses_nothing(store: Database[Document]) -> None:
    articles = MongoArticles(store)
    ports = ports_over(articles)
    context = CallContext(viewer=AGENT)
    number = article.create(ports, CreateArticle(title="VPN", body="First"), context).number
    articles._articles = DiesAtUpdate(articles._articles)  # type: ignore[assignment]
    with pytest.raises(ConnectionError):
        article.update(ports, number, UpdateArticle(body="Lost"), None, context)
    assert store["article_versions"].count_documents({}) == 1
    after = ports_over(MongoArticles(store))
    assert [one.version for one in article.versions(after, number, 25, None, AGENT).items] == [1]
    article.update(after, number, UpdateArticle(body="Second"), None, context)
    assert [one.version for one in article.versions(after, number, 25, None, AGENT).items] == [2, 1]
    assert article.version(after, number, 1, AGENT).body == "First"


class DiesAtUpdate:
    def __init__(self, collection: Collection[Document]) -> None:
        self._collection = collection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._collection, name)

    def update_one(self, *_: Any) -> None:
        raise ConnectionError("killed")


def test_an_article_from_before_versions_has_its_current_one(store: Database[Document]) -> None:
    ports = ports_over(MongoArticles(store))
    number = article.create(ports, CreateArticle(title="VPN", body="First"), CallContext(viewer=AGENT)).number
    store["articles"].update_one({}, {"$unset": {"edited_by": "", "changed": "", "restored_from": ""}})
    (only,) = article.versions(ports, number, 25, None, AGENT).items
    assert (only.version, only.edited_by, only.changed) == (1, None, [])


class TestRights:
    def test_requesters_see_no_versions(self, stores: World) -> None:
        create(stores, state="published")
        asks: list[Callable[[], object]] = [
            lambda: listed(stores, ALICE),
            lambda: article.version(stores.ports, "KB-1001", 1, ALICE),
        ]
        for ask in asks:
            with pytest.raises(ServiceError) as caught:
                ask()
            assert code(caught) == "forbidden"
        with pytest.raises(ServiceError) as caught:
            restore(stores, 1, ALICE)
        assert code(caught) == "forbidden"

    def test_versions_for_a_team_stay_with_the_team(self, stores: World) -> None:
        create(stores, HR, visibility="team", team_id="people", body="Salaries")
        update(stores, "KB-1001", HR, visibility="public", body="Nothing here")
        assert [one.version for one in listed(stores, HR)] == [2, 1]
        assert [one.version for one in listed(stores, AGENT)] == [2]
        asks: list[Callable[[], object]] = [
            lambda: article.version(stores.ports, "KB-1001", 1, AGENT),
            lambda: restore(stores, 1, AGENT),
        ]
        for ask in asks:
            with pytest.raises(ServiceError) as caught:
                ask()
            assert code(caught) == "not_found"

    def test_a_draft_of_another_team_has_no_versions_for_others(self, stores: World) -> None:
        create(stores, HR, visibility="team", team_id="people")
        with pytest.raises(ServiceError) as caught:
            listed(stores, AGENT)
        assert code(caught) == "not_found"


@pytest.mark.parametrize("version", [2, 10**9])
def test_an_unknown_version_is_not_found(stores: World, version: int) -> None:
    create(stores)
    with pytest.raises(ServiceError) as caught:
        article.version(stores.ports, "KB-1001", version, AGENT)
    assert code(caught) == "not_found"


def test_a_cursor_of_another_list_is_refused(stores: World) -> None:
    create(stores)
    for cursor in (encode_cursor("title"), encode_cursor(1, 2), "nonsense"):
        with pytest.raises(ServiceError) as caught:
            article.versions(stores.ports, "KB-1001", 25, cursor, AGENT)
        assert code(caught) == "invalid_cursor"
