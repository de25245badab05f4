"""The commands and the view of categories. A category says what a ticket is about, and which team handles it."""

from typing import Annotated

from pydantic import StringConstraints

from trackline_schemas.base import Command, Instant, View
from trackline_schemas.text.types import LINE
from trackline_schemas.ticket.types import Id

Name = Annotated[str, StringConstraints(min_length=1, max_length=100), LINE]


class Category(View):
    """A new ticket of the category goes to `team_id` unless the caller names a team. `updated_at` and `updated_by_id`
    are null for a category that an early release saved."""

    id: str
    name: str
    team_id: str | None = None
    active: bool = True
    version: int = 1
    updated_at: Instant | None = None
    updated_by_id: str | None = None


class CreateCategory(Command):
    name: Name
    team_id: Id | None = None


class UpdateCategory(Command):
    name: Name | None = None
    team_id: Id | None = None
    active: bool | None = None
