"""The commands and views of knowledge articles. Bodies are CommonMark."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from trackline_schemas.base import Command, Instant, View
from trackline_schemas.text.keys import distinct
from trackline_schemas.text.types import MARKUP
from trackline_schemas.ticket.types import Id, Tag, Title

ArticleState = Literal["draft", "review", "published", "archived"]
ArticleVisibility = Literal["public", "internal", "team"]
Body = Annotated[str, StringConstraints(min_length=1, max_length=200_000), MARKUP]
Tags = Annotated[list[Tag], Field(max_length=20), AfterValidator(distinct)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]


class CreateArticle(Command):
    """The article is a draft unless `state` is published. Visibility team needs a `team_id`."""

    title: Title
    body: Body
    state: Literal["draft", "published"] = "draft"
    visibility: ArticleVisibility = "public"
    team_id: Id | None = None
    category_id: Id | None = None
    tags: Tags = Field(default_factory=list)
    language: Language = "en"


class UpdateArticle(Command):
    """Only the members that are present are changed."""

    title: Title | None = None
    body: Body | None = None
    state: ArticleState | None = None
    visibility: ArticleVisibility | None = None
    team_id: Id | None = None
    category_id: Id | None = None
    tags: Tags | None = None
    language: Language | None = None

    def given(self) -> dict[str, Any]:
        return self.model_dump(exclude_unset=True)


class RestoreArticle(Command):
    """Creates a new version with the title, body, category, tags and language of `version`. State and visibility stay
    as they are."""

    version: Annotated[int, Field(ge=1)]


class ArticleView(View):
    """`version` is the ETag, and `number` (such as KB-12) is the address. `edited_by` is who saved this version, or
    null for a version that an early release saved."""

    id: str
    number: str
    version: int
    title: str
    body: str
    state: ArticleState
    visibility: ArticleVisibility
    team_id: str | None = None
    category_id: str | None = None
    tags: list[str] = Field(default_factory=list)
    language: str = "en"
    owner_id: str
    created_at: Instant
    updated_at: Instant
    published_at: Instant | None = None
    edited_by: str | None = None


class ArticleVersion(View):
    """A version of an article, without its text. `changed` names the members that differ from the version before.
    `restored_from` is the version that it restored."""

    version: int
    title: str
    state: ArticleState
    visibility: ArticleVisibility
    edited_by: str | None = None
    updated_at: Instant
    changed: list[str] = Field(default_factory=list)
    restored_from: int | None = None


class TextPart(View):
    """A part of a text that is the same in both versions, or only in the earlier or the later one."""

    op: Literal["same", "removed", "added"]
    text: str


class FieldDiff(View):
    """A member that differs. For title and body, `parts` hold both texts in sequence. Other members have `before` and
    `after`."""

    field: str
    before: Any = None
    after: Any = None
    parts: list[TextPart] = Field(default_factory=list)


class ArticleDiff(View):
    """The differences between the versions `earlier` and `later`."""

    earlier: int
    later: int
    fields: list[FieldDiff]
