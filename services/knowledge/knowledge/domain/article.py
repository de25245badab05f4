"""One knowledge article, and the rules for changing it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from knowledge.domain.errors import DomainError

FIRST_NUMBER = 1001
NULLABLE = frozenset({"team_id", "category_id"})
# The content of an article, as opposed to its state and its readers.
CONTENT = ("title", "body", "category_id", "tags", "language")


@dataclass(frozen=True)
class Article:
    """`published_at` is the last time that the article became published; archiving keeps it. `edited_by` is who saved
    this version, `changed` names the members that differ from the version before, and `restored_from` is the version
    that it brought back."""

    id: str
    number: str
    version: int
    title: str
    body: str
    state: str
    visibility: str
    team_id: str | None
    category_id: str | None
    tags: list[str]
    language: str
    owner_id: str
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None = None
    edited_by: str | None = None
    changed: list[str] = field(default_factory=list)
    restored_from: int | None = None

    @property
    def values(self) -> dict[str, Any]:
        return {own.name: getattr(self, own.name) for own in fields(self)}

    @property
    def content(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in CONTENT}

    def edit(self, given: Mapping[str, Any], by: str, now: datetime) -> "Article":
        """Returns the article after the change, or the very same object if nothing differs. Raises DomainError."""
        changed = {name: value for name, value in given.items() if value != getattr(self, name)}
        if not changed:
            return self
        made: dict[str, Any] = {"edited_by": by, "changed": sorted(changed), "restored_from": None}
        after = replace(self, **changed, **made, version=self.version + 1, updated_at=now)
        if "state" in changed and after.state == "published":
            after = replace(after, published_at=now)
        return after.check()

    def restore(self, earlier: "Article", by: str, now: datetime) -> "Article":
        """Returns the article with the content of an earlier version. State and readers stay as they are now."""
        after = self.edit(earlier.content, by, now)
        return after if after is self else replace(after, restored_from=earlier.version)

    def check(self) -> "Article":
        """Returns the article itself. Raises DomainError if it breaks a rule."""
        empty = [name for name, value in self.values.items() if value is None and name in _REQUIRED]
        if empty:
            raise DomainError("field_cannot_be_emptied", f"/{empty[0]}", field=empty[0])
        if self.visibility == "team" and self.team_id is None:
            raise DomainError("article_needs_team", "/team_id")
        return self


_REQUIRED = {own.name for own in fields(Article)} - NULLABLE - {"published_at", "edited_by", "restored_from"}


def format_number(drawn: int) -> str:
    return f"KB-{drawn}"
