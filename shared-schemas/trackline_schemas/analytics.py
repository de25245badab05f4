"""Measures over tickets. Definitions: docs/metrics.md."""

from typing import Annotated, Literal

from pydantic import Field

from trackline_schemas.base import Command, Instant, View
from trackline_schemas.filters.tree import Filter

Group = Literal["priority", "category_id", "team_id", "assignee_id", "channel", "kind", "state"]


class SummaryQuery(Command):
    """The period is from ≤ t < to, UTC."""

    from_: Instant = Field(alias="from")
    to: Instant
    group_by: list[Group] = Field(default_factory=list, max_length=2)
    filter: Filter | None = None


class Spread(View):
    """Seconds. With `count` 0 the others are null: no data is not zero."""

    count: int
    mean: float | None = None
    median: float | None = None
    p90: float | None = None


class Measures(View):
    """`created` counts by creation date; `resolved`, `resolution`, `first_resolution` and `reopened` by the date of
    the last resolution; `first_reply` by its own date; `backlog` at the end of the period or now, whichever is
    earlier."""

    created: int
    resolved: int
    reopened: int
    reopen_rate: float | None
    backlog: int
    first_reply: Spread
    resolution: Spread
    first_resolution: Spread


class GroupMeasures(View):
    """`key` is field → value, null where the ticket has none."""

    key: dict[str, str | int | None]
    measures: Measures


class Summary(View):
    """`excluded` counts merged and cancelled tickets created in the period: they are outside every other number.
    `applied_until` is the time of the newest event that is in the numbers."""

    from_: Instant = Field(alias="from")
    to: Instant
    total: Measures
    groups: Annotated[list[GroupMeasures], Field(default_factory=list)]
    excluded: Annotated[dict[str, int], Field(default_factory=dict)]
    applied_until: Instant | None = None
