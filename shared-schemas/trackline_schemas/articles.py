"""Knowledge articles: the commands that change them and how they are read. Bodies are CommonMark."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from trackline_schemas.base import Command, Instant, View
from trackline_schemas.ticket.types import Id, Tag, Title

ArticleState = Literal["draft", "review", "published", "archived"]
ArticleVisibility = Literal["public", "internal", "team"]
Body = Annotated[str, StringConstraints(min_length=1, max_length=200_000)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]


class CreateArticle(Command):
    """Starts as a draft unless `state` says published. Visibility team needs `team_id`."""

    title: Title
    body: Body
    state: Literal["draft", "published"] = "draft"
    visibility: ArticleVisibility = "public"
    team_id: Id | None = None
    category_id: Id | None = None
    tags: list[Tag] = Field(default_factory=list, max_length=20)
    language: Language = "en"


class UpdateArticle(Command):
    """Only the members that are present are changed."""

    title: Title | None = None
    body: Body | None = None
    state: ArticleState | None = None
    visibility: ArticleVisibility | None = None
    team_id: Id | None = None
    category_id: Id | None = None
    tags: list[Tag] | None = Field(default=None, max_length=20)
    language: Language | None = None

    def given(self) -> dict[str, Any]:
        return self.model_dump(exclude_unset=True)


class RestoreArticle(Command):
    """Title, body, category, tags and language become those of `version`, as a new version. State and visibility stay
    as they are."""

    version: Annotated[int, Field(ge=1)]


class ArticleView(View):
    """`version` is the ETag; `number` (KB-12) is the address. `edited_by` made this version: null where it is older
    than the keeping of versions."""

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
    """One save of an article, without its text. `changed` names the members in which it differs from the version
    before, `restored_from` is the version that it brought back."""

    version: int
    title: str
    state: ArticleState
    visibility: ArticleVisibility
    edited_by: str | None = None
    updated_at: Instant
    changed: list[str] = Field(default_factory=list)
    restored_from: int | None = None


class TextPart(View):
    """A run of words: in both versions, only in the earlier one, or only in the later one."""

    op: Literal["same", "removed", "added"]
    text: str


class FieldDiff(View):
    """A member that differs. Title and body have `parts`, which in a row make up both texts; the others `before` and
    `after`."""

    field: str
    before: Any = None
    after: Any = None
    parts: list[TextPart] = Field(default_factory=list)


class ArticleDiff(View):
    """From the version `earlier` to the version `later`."""

    earlier: int
    later: int
    fields: list[FieldDiff]
