"""One search over articles and tickets."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from trackline_schemas.base import Command, Instant, View
from trackline_schemas.filters.tree import Filter

HitType = Literal["article", "ticket"]


class SearchQuery(Command):
    """`filter` is over the ticket fields for tickets and the article fields for articles; a type that lacks one of its
    fields is left out. Results are bounded: the cursor ends after 1,000 hits."""

    q: Annotated[str, StringConstraints(max_length=500)]
    type: HitType | None = None
    filter: Filter | None = None
    size: Annotated[int, Field(ge=1, le=100)] = 20
    after: str | None = None


class Segment(View):
    """Text with `hit` set where it matched: whoever shows it escapes it like any other text."""

    text: str
    hit: bool = False


class Hit(View):
    """`highlights` are fragments of one to a few sentences, each a list of segments. The last four are of tickets."""

    type: HitType
    id: str
    number: str
    title: list[Segment]
    highlights: list[list[Segment]] = Field(default_factory=list)
    updated_at: Instant
    state: str
    priority: int | None = None
    team_id: str | None = None
    assignee_id: str | None = None
    requester_id: str | None = None


class FacetValue(View):
    value: str
    count: int


class SearchResults(View):
    """`degraded` tells that Elasticsearch was not reachable and MongoDB's text search answered. `did_you_mean` is the
    query with its unknown words replaced, where that finds something. `facets` is field → its commonest values."""

    items: list[Hit]
    degraded: bool = False
    after: str | None = None
    did_you_mean: str | None = None
    facets: dict[str, list[FacetValue]] = Field(default_factory=dict)


class SearchJob(View):
    """Work on the whole index. A rebuild is `filling` a new one, `waiting` for a replay of the tickets, `swapping`,
    then `removing` the old one; a reconciliation is `comparing`; a replay is `forgetting` the ticket documents and then
    `replaying` them. `documents` are done of about `total`. The counts are what a reconciliation found `missing` in the
    index, `stale` there, or `orphaned`: there alone."""

    job_id: str
    kind: Literal["rebuild", "reconcile", "replay"]
    phase: Literal["filling", "waiting", "swapping", "removing", "comparing", "forgetting", "replaying", "done"]
    documents: int
    total: int
    started_at: Instant
    finished_at: Instant | None = None
    dry_run: bool = False
    missing: int = 0
    stale: int = 0
    orphaned: int = 0


class SearchStatus(View):
    """`dirty` counts documents that the index has not taken yet; `lag_seconds` is the age of the oldest. `jobs` has the
    latest of each kind."""

    documents: int
    dirty: int
    lag_seconds: float
    degraded: bool
    jobs: list[SearchJob] = Field(default_factory=list)
