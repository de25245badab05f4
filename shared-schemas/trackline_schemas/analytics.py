"""Queries and results of the measures over tickets, which docs/metrics.md defines."""

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
# The measures whose tickets can be listed.
Counted = Literal["created", "resolved", "reopened", "backlog", "first_reply", "excluded"]

ZoneName = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class PeriodQuery(Command):
    """The period is from ≤ t < to, UTC."""

    from_: Instant = Field(alias="from")
    to: Instant
    filter: Filter | None = None


class SummaryQuery(PeriodQuery):
    """With `compare_from`, the result also has the measures of compare_from ≤ t < from, as `previous`."""

    group_by: list[Group] = Field(default_factory=list, max_length=2)
    compare_from: Instant | None = None


class SeriesQuery(PeriodQuery):
    """Days, weeks (from Monday) and months begin at midnight in `zone`, which is an IANA name. The first and the last
    one are cut off at the ends of the period."""

    every: Every = "day"
    zone: ZoneName = "UTC"
    group_by: list[Group] = Field(default_factory=list, max_length=2)


class CountedQuery(PeriodQuery):
    """Asks for the tickets that `measure` counts in the period."""

    measure: Counted
    size: Annotated[int, Field(ge=1, le=MAX_PAGE)] = 25
    after: str | None = None


class Spread(View):
    """If `count` is 0, the other members are null."""

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
    """`key` is field → value, or null for tickets without a value. `state_seconds` is the time spent in each state
    within the period, summed over the tickets. `previous` is only there if the query asked for it."""

    key: dict[str, str | int | None] = Field(default_factory=dict)
    measures: Measures
    previous: Measures | None = None
    state_seconds: dict[str, float] = Field(default_factory=dict)


class Summary(View):
    """`excluded` counts merged and cancelled tickets that were created in the period. No other number includes them.
    `applied_until` is the time of the newest event that the numbers include."""

    from_: Instant = Field(alias="from")
    to: Instant
    total: Measures
    previous: Measures | None = None
    state_seconds: dict[str, float] = Field(default_factory=dict)
    groups: Annotated[list[GroupMeasures], Field(default_factory=list)]
    excluded: Annotated[dict[str, int], Field(default_factory=dict)]
    applied_until: Instant | None = None


class Bucket(View):
    """The measures of from ≤ t < to. `groups` leaves out groups without any tickets."""

    from_: Instant = Field(alias="from")
    to: Instant
    total: Measures
    groups: Annotated[list[GroupMeasures], Field(default_factory=list)]


class Series(View):
    """`buckets` leaves out those that begin in the future."""

    zone: str
    buckets: list[Bucket]
    applied_until: Instant | None = None


class TicketFigures(View):
    """The figures of one ticket. Durations are in seconds, and null for what has not happened yet. `state_seconds`
    counts until now. `events` is the number of events that the figures include."""

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
