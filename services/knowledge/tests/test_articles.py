"""Writing articles, with the fake store and with MongoDB."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from knowledge.usecases import article
from trackline_schemas.articles import ArticleView, CreateArticle, RestoreArticle, UpdateArticle
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError
from trackline_schemas.filters import Condition
from trackline_schemas.paging import PageQuery, encode_cursor
from trackline_schemas.versions import IfMatch
from trackline_schemas.viewer import Viewer

from .samples import ADMIN, AGENT, ALICE, HR, START
from .world import World


def create(stores: World, viewer: Viewer = AGENT, command_id: str | None = None, **fields: Any) -> ArticleView:
    command = CreateArticle.model_validate({"title": "VPN", "body": "Text"} | fields)
    return article.create(
        stores.ports, command, CallContext(viewer=viewer, command_id=command_id, key_sent=bool(command_id))
    )


def update(
    stores: World,
    number: str,
    viewer: Viewer = AGENT,
    if_match: IfMatch = None,
    command_id: str | None = None,
    **fields: Any,
) -> ArticleView:
    context = CallContext(viewer=viewer, command_id=command_id)
    return article.update(stores.ports, number, UpdateArticle.model_validate(fields), if_match, context)


def code(caught: pytest.ExceptionInfo[ServiceError]) -> str:
    return caught.value.code


def test_numbers_count_from_1001_and_drafts_start_at_version_1(stores: World) -> None:
    first, second = create(stores), create(stores)
    assert (first.number, second.number) == ("KB-1001", "KB-1002")
    assert (first.version, first.state, first.owner_id, first.published_at) == (1, "draft", "agent", None)
    assert article.get(stores.ports, "kb-1001", AGENT) == first


def test_a_change_raises_the_version_and_publishing_is_dated(stores: World) -> None:
    create(stores)
    stores.clock.forward(60)
    published = update(stores, "KB-1001", if_match=1, state="published", tags=["vpn"])
    assert (published.version, published.published_at) == (2, stores.clock())
    assert (published.created_at, published.updated_at) == (START, stores.clock())
    stores.clock.forward(60)
    archived = update(stores, "KB-1001", state="archived")
    assert archived.published_at == published.published_at


def test_an_update_without_changes_creates_no_version(stores: World) -> None:
    created = create(stores)
    stores.clock.forward(60)
    assert update(stores, "KB-1001", title="VPN") == created


def test_one_of_several_versions_is_enough(stores: World) -> None:
    create(stores)
    assert update(stores, "KB-1001", if_match=[1, 7], body="Second").version == 2
    with pytest.raises(ServiceError):
        update(stores, "KB-1001", if_match=[1, 7], body="Third")


def test_if_match_is_strict(stores: World) -> None:
    create(stores)
    update(stores, "KB-1001", body="Second")
    with pytest.raises(ServiceError) as caught:
        update(stores, "KB-1001", if_match=1, body="Third")
    assert code(caught) == "version_conflict"
    assert caught.value.detail == {"version": 2}


def test_a_change_is_retried_on_a_newer_version(stores: World) -> None:
    create(stores)
    save = stores.articles.save

    def overtaken(*arguments: Any) -> bool:
        stores.articles.save = save  # type: ignore[method-assign]
        update(stores, "KB-1001", tags=["first"])
        return save(*arguments)

    stores.articles.save = overtaken  # type: ignore[method-assign, assignment]
    after = update(stores, "KB-1001", title="Second")
    assert (after.version, after.tags, after.title) == (3, ["first"], "Second")


READER = Viewer(id="reader", teams={"network": "read", "people": "read"})
MIXED = Viewer(id="mixed", teams={"network": "reply", "people": "read"})


class TestTheRoleRead:
    @pytest.mark.parametrize("state", ["draft", "published"])
    @pytest.mark.parametrize(
        ("viewer", "visibility", "team_id", "may"),
        [
            (READER, "public", None, False),
            (READER, "internal", None, False),
            (READER, "team", "network", False),
            (MIXED, "public", None, True),
            (MIXED, "team", "network", True),
            (MIXED, "team", "people", False),
            (ADMIN, "public", None, True),
        ],
    )
    def test_writes_no_articles(
        self, stores: World, viewer: Viewer, visibility: str, team_id: str | None, state: str, may: bool
    ) -> None:
        fields = {"visibility": visibility, "team_id": team_id, "state": state}
        if may:
            assert create(stores, viewer, **fields).state == state
            return
        with pytest.raises(ServiceError) as caught:
            create(stores, viewer, **fields)
        assert code(caught) == "forbidden"

    @pytest.mark.parametrize("change", [{"state": "published"}, {"body": "Mine"}, {"visibility": "internal"}])
    def test_changes_and_restores_no_articles(self, stores: World, change: dict[str, Any]) -> None:
        create(stores, visibility="team", team_id="network")
        update(stores, "KB-1001", body="Second")
        with pytest.raises(ServiceError) as caught:
            update(stores, "KB-1001", READER, **change)
        assert code(caught) == "forbidden"
        command = RestoreArticle(version=1)
        with pytest.raises(ServiceError) as caught:
            article.restore(stores.ports, "KB-1001", command, None, CallContext(viewer=READER))
        assert code(caught) == "forbidden"

    def test_takes_no_article_into_a_team_that_it_only_reads(self, stores: World) -> None:
        create(stores, MIXED)
        with pytest.raises(ServiceError) as caught:
            update(stores, "KB-1001", MIXED, visibility="team", team_id="people")
        assert code(caught) == "forbidden"


class TestRepeated:
    def test_a_repeated_create_returns_the_first_article(self, stores: World) -> None:
        key = str(uuid4())
        first = create(stores, command_id=key)
        assert first.id == key
        assert create(stores, command_id=key) == first
        assert create(stores).number == "KB-1002"

    def test_a_concurrent_create_wins(self, stores: World) -> None:
        key, by_id = str(uuid4()), stores.articles.by_id
        create(stores, command_id=key)
        seen = iter([None])
        stores.articles.by_id = lambda article_id: next(seen, None) or by_id(article_id)  # type: ignore[method-assign]
        assert create(stores, command_id=key).number == "KB-1001"

    def test_another_body_under_the_key_is_refused(self, stores: World) -> None:
        key = str(uuid4())
        create(stores, command_id=key)
        with pytest.raises(ServiceError) as caught:
            create(stores, command_id=key, title="Other")
        assert code(caught) == "key_reused"

    def test_a_repeated_update_has_no_effect(self, stores: World) -> None:
        create(stores)
        key = str(uuid4())
        first = update(stores, "KB-1001", if_match=1, command_id=key, body="Second")
        assert update(stores, "KB-1001", if_match=1, command_id=key, body="Second") == first
        with pytest.raises(ServiceError) as caught:
            update(stores, "KB-1001", command_id=key, body="Third")
        assert code(caught) == "key_reused"

    @pytest.mark.parametrize("loss", ["the agent loses all roles", "the article moves to another team"])
    def test_a_repeated_create_answers_nothing_after_rights_were_lost(self, stores: World, loss: str) -> None:
        key, viewer = str(uuid4()), AGENT
        create(stores, command_id=key)
        if loss == "the agent loses all roles":
            viewer = Viewer(id="agent")
        else:
            update(stores, "KB-1001", HR, visibility="team", team_id="people", body="Only for human resources")
        with pytest.raises(ServiceError) as caught:
            create(stores, viewer, command_id=key)
        assert code(caught) in ("not_found", "forbidden")
        assert "human resources" not in str(caught.value)

    def test_fifty_commands_are_remembered(self, stores: World) -> None:
        create(stores)
        keys = [str(uuid4()) for _ in range(51)]
        for number, key in enumerate(keys):
            update(stores, "KB-1001", command_id=key, body=f"body {number}")
        stored = stores.articles.by_number("KB-1001")
        assert stored is not None
        assert [str(one) for one in stored.done] == keys[1:]

    def test_a_taken_number_is_drawn_again(self, stores: World) -> None:
        create(stores)
        drawn = iter([1001, 1002])
        stores.articles.next_number = lambda: next(drawn)  # type: ignore[method-assign]
        assert create(stores).number == "KB-1002"


class TestRights:
    def test_requesters_write_nothing(self, stores: World) -> None:
        create(stores, state="published")
        writes: list[Callable[[], object]] = [
            lambda: create(stores, ALICE),
            lambda: update(stores, "KB-1001", ALICE, title="Mine"),
        ]
        for write in writes:
            with pytest.raises(ServiceError) as caught:
                write()
            assert code(caught) == "forbidden"

    @pytest.mark.parametrize("viewer", [ALICE, AGENT, ADMIN], ids=lambda viewer: viewer.id)
    def test_only_its_team_reads_a_team_article(self, stores: World, viewer: Viewer) -> None:
        create(stores, HR, visibility="team", team_id="people", state="published")
        assert article.get(stores.ports, "KB-1001", HR).team_id == "people"
        with pytest.raises(ServiceError) as caught:
            article.get(stores.ports, "KB-1001", viewer)
        assert code(caught) == "not_found"
        with pytest.raises(ServiceError) as caught:
            update(stores, "KB-1001", viewer, title="Mine")
        assert code(caught) == "not_found"
        assert article.page(stores.ports, PageQuery(), viewer).items == []

    def test_nobody_gives_an_article_to_a_team_that_they_are_not_in(self, stores: World) -> None:
        with pytest.raises(ServiceError) as caught:
            create(stores, AGENT, visibility="team", team_id="people")
        assert code(caught) == "forbidden"
        create(stores)
        with pytest.raises(ServiceError) as caught:
            update(stores, "KB-1001", visibility="team", team_id="people")
        assert code(caught) == "forbidden"

    def test_requesters_see_no_drafts(self, stores: World) -> None:
        create(stores)
        with pytest.raises(ServiceError) as caught:
            article.get(stores.ports, "KB-1001", ALICE)
        assert code(caught) == "not_found"


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"visibility": "team"}, "/team_id"),
        ({"title": None}, "/title"),
        ({"tags": None}, "/tags"),
        ({"state": None}, "/state"),
    ],
)
def test_rules_name_the_member_that_breaks_them(stores: World, fields: dict[str, Any], pointer: str) -> None:
    create(stores)
    with pytest.raises(ServiceError) as caught:
        update(stores, "KB-1001", **fields)
    assert code(caught) == "invalid"
    assert caught.value.detail["errors"][0]["pointer"] == pointer


class TestList:
    @pytest.mark.parametrize("sort", ["updated_at", "-updated_at", "title", "-title", "-created_at"])
    def test_pages_have_every_article_once_in_order(self, stores: World, sort: str) -> None:
        for number in range(5):
            stores.clock.forward(number % 2)
            create(stores, title=f"Title {number % 3}")
        seen: list[ArticleView] = []
        after: str | None = None
        for _ in range(3):
            page = article.page(stores.ports, PageQuery(sort=sort, size=2, after=after), AGENT)
            seen, after = seen + page.items, page.after
        assert after is None
        assert len({article.id for article in seen}) == 5
        values = [getattr(article, sort.removeprefix("-")) for article in seen]
        assert values == sorted(values, reverse=sort.startswith("-"))

    def test_filters_and_their_errors(self, stores: World) -> None:
        create(stores, tags=["vpn"])
        create(stores)
        tagged = Condition(field="tags", op="eq", value="vpn")
        assert [one.number for one in article.page(stores.ports, PageQuery(filter=tagged), AGENT).items] == ["KB-1001"]
        for query, expected in (
            (PageQuery(filter=Condition(field="priority", op="eq", value=1)), "invalid_filter"),
            (PageQuery(sort="body"), "invalid"),
            (PageQuery(after="nonsense"), "invalid_cursor"),
            (PageQuery(after="WyJ1cGRhdGVkX2F0IiwgMywgImEiXQ"), "invalid_cursor"),
            (PageQuery(after=encode_cursor("updated_at", "9999-12-31T23:59:59-23:00", "a")), "invalid_cursor"),
        ):
            with pytest.raises(ServiceError) as caught:
                article.page(stores.ports, query, AGENT)
            assert code(caught) == expected


def test_too_many_conflicts_are_an_error(stores: World) -> None:
    create(stores)
    stores.articles.save = lambda *_: False  # type: ignore[method-assign]
    with pytest.raises(ServiceError) as caught:
        article.update(stores.ports, "KB-1001", UpdateArticle(body="new"), None, CallContext(viewer=AGENT))
    assert code(caught) == "conflict"
