"""One knowledge article and the rules of changing it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

FIRST_NUMBER = 1001
NULLABLE = frozenset({"team_id", "category_id"})


class RuleBroken(ValueError):
    """`field` is the member of the command that has to change."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Article:
    """`published_at` is the last time that it became published; archiving keeps it."""

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

    @property
    def values(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def edited(self, given: Mapping[str, Any], now: datetime) -> "Article":
        """The article after a change, or the very same object where nothing differs. Raises RuleBroken."""
        changed = {name: value for name, value in given.items() if value != getattr(self, name)}
        if not changed:
            return self
        after = replace(self, **changed, version=self.version + 1, updated_at=now)
        if "state" in changed and after.state == "published":
            after = replace(after, published_at=now)
        return after.held()

    def held(self) -> "Article":
        """Itself, when it keeps the rules. Raises RuleBroken."""
        empty = [name for name, value in self.values.items() if value is None and name in _REQUIRED]
        if empty:
            raise RuleBroken(empty[0], f"{empty[0]} cannot be null: leave it out to keep it as it is.")
        if self.visibility == "team" and self.team_id is None:
            raise RuleBroken("team_id", "Visibility team needs a team_id: name the team that may read it.")
        return self


_REQUIRED = {field.name for field in fields(Article)} - NULLABLE - {"published_at"}


def number_of(drawn: int) -> str:
    return f"KB-{drawn}"
