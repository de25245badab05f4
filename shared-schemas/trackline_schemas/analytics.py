"""Measures over tickets. Definitions: docs/metrics.md."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from trackline_schemas.base import Command, Instant, View
from trackline_schemas.filters.tree import Filter
from trackline_schemas.paging import MAX_PAGE
from trackline_schemas.ticket.fields import GROUPS
from trackline_schemas.ticket.kinds import Kind
from trackline_schemas.ticket.states import State

Group = Annotated[str, StringConstraints(pattern=rf"^({'|'.join(GROUPS)})$")]
Every = Literal["day", "week", "month"]
# What can be opened: each names the tickets that one of the measures counts.
Counted = Literal["created", "resolved", "reopened", "backlog", "first_reply", "excluded"]

ZoneName = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class PeriodQuery(Command):
    """The period is from ≤ t < to, UTC."""

    from_: Instant = Field(alias="from")
    to: Instant
    filter: Filter | None = None


class SummaryQuery(PeriodQuery):
    """With `compare_from` the measures of compare_from ≤ t < from stand beside those of the period."""

    group_by: list[Group] = Field(default_factory=list, max_length=2)
    compare_from: Instant | None = None


class SeriesQuery(PeriodQuery):
    """Days, weeks (from Monday) and months begin at midnight in `zone`, an IANA name; the first and the last are cut
    at the ends of the period."""

    every: Every = "day"
    zone: ZoneName = "UTC"
    group_by: list[Group] = Field(default_factory=list, max_length=2)


class CountedQuery(PeriodQuery):
    """The tickets that `measure` counts in the period."""

    measure: Counted
    size: Annotated[int, Field(ge=1, le=MAX_PAGE)] = 25
    after: str | None = None


class Spread(View):
    """With `count` 0 the others are null: no data is not zero."""

    count: int
    mean: float | None = None
    median: float | None = None
    p90: float | None = None


class Measures(View):
    """`created` counts by creation date; `resolved`, `resolution`, `first_resolution`, `reopened` and `reassignments`
    by the date of the last resolution; `first_reply` by its own date; `backlog` at the end of the period or now,
    whichever is earlier. Times are in seconds, `reassignments` in changes of team per ticket."""

    created: int
    resolved: int
    reopened: int
    reopen_rate: float | None
    backlog: int
    first_reply: Spread
    resolution: Spread
    first_resolution: Spread
    reassignments: Spread


class GroupMeasures(View):
    """`key` is field → value, null where the ticket has none. `state_seconds` is the time spent in each state within
    the period, summed over the tickets; `previous` only where it was asked for."""

    key: dict[str, str | int | None] = Field(default_factory=dict)
    measures: Measures
    previous: Measures | None = None
    state_seconds: dict[str, float] = Field(default_factory=dict)


class Summary(View):
    """`excluded` counts merged and cancelled tickets created in the period: they are outside every other number.
    `applied_until` is the time of the newest event that is in the numbers."""

    from_: Instant = Field(alias="from")
    to: Instant
    total: Measures
    previous: Measures | None = None
    state_seconds: dict[str, float] = Field(default_factory=dict)
    groups: Annotated[list[GroupMeasures], Field(default_factory=list)]
    excluded: Annotated[dict[str, int], Field(default_factory=dict)]
    applied_until: Instant | None = None


class Bucket(View):
    """from ≤ t < to; `groups` only names those that have a number in it."""

    from_: Instant = Field(alias="from")
    to: Instant
    total: Measures
    groups: Annotated[list[GroupMeasures], Field(default_factory=list)]


class Series(View):
    """Of a period that has not ended only what has begun: there is no backlog of tomorrow."""

    zone: str
    buckets: list[Bucket]
    applied_until: Instant | None = None


class TicketFigures(View):
    """What the measures know of one ticket. Durations are seconds, null where it has not come to that; `state_seconds`
    until now; `events` is how many of them are folded in."""

    id: str
    number: str
    kind: Kind
    state: State
    priority: int
    team_id: str | None = None
    assignee_id: str | None = None
    category_id: str | None = None
    created_at: Instant
    replied_at: Instant | None = None
    first_resolution_at: Instant | None = None
    last_resolution_at: Instant | None = None
    first_reply: float | None = None
    resolution: float | None = None
    first_resolution: float | None = None
    reopenings: int
    reassignments: int
    assignee_changes: int
    state_seconds: dict[str, float]
    events: int
