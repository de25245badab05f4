"""Categories: what tickets are about, and which team gets them."""

from typing import Annotated

from pydantic import StringConstraints

from trackline_schemas.base import Command, Instant, View
from trackline_schemas.ticket.types import Id


class Category(View):
    """A new ticket of the category goes to `team_id` unless the caller names a team. Who changed it last is not known
    of those that an earlier release kept."""

    id: str
    name: str
    team_id: str | None = None
    active: bool = True
    version: int = 1
    updated_at: Instant | None = None
    updated_by_id: str | None = None


class CreateCategory(Command):
    name: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    team_id: Id | None = None


class UpdateCategory(Command):
    name: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = None
    team_id: Id | None = None
    active: bool | None = None
