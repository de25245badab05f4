"""The search over articles and tickets, and the jobs that maintain its index."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from trackline_schemas.base import Command, Instant, View
from trackline_schemas.filters.tree import Filter
from trackline_schemas.text.invisible import clean_line

HitType = Literal["article", "ticket"]
# The index has its texts in this form, too.
Words = Annotated[str, StringConstraints(max_length=500), AfterValidator(clean_line)]

Phrases = Annotated[list[Words], Field(max_length=50)]


class SearchQuery(Command):
    """`filter` names fields of tickets or articles. If a type lacks one of the fields, its documents are left out. The
    cursor ends after 1,000 hits. With `facets`, the first page has them, too, which takes a tenth longer.

    Hits are ranked by the words of `q`. Each of the `phrases` must occur in a hit as it is, and none of the words and
    phrases in `without`. Both are left out of most queries, so that a service of the release before understands
    these."""

    q: Words
    phrases: Phrases = Field(default_factory=list)
    without: Phrases = Field(default_factory=list)
    type: HitType | None = None
    filter: Filter | None = None
    size: Annotated[int, Field(ge=1, le=100)] = 20
    after: str | None = None
    facets: bool = False


class Segment(View):
    """A piece of text. `hit` is true if it matched. The text is not escaped."""

    text: str
    hit: bool = False


class Hit(View):
    """`highlights` are fragments of one or more sentences, each a list of segments. Only tickets have the last four
    members."""

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
    """`degraded` means that Elasticsearch could not be reached, so the results are those of MongoDB's text search.
    If nothing contains all the words, `did_you_mean` is the query with its unknown words replaced, and the items are
    those of that query, if there are any. `facets` is field → its most frequent values, if the query asks for them."""

    items: list[Hit]
    degraded: bool = False
    after: str | None = None
    did_you_mean: str | None = None
    facets: dict[str, list[FacetValue]] = Field(default_factory=dict)


class SearchJob(View):
    """A job on the whole index. A rebuild is `filling` a new index, `waiting` for a replay of the tickets, `swapping`
    and then `removing` the old index. A reconciliation is `comparing`. A replay is `forgetting` the documents of
    tickets and then `replaying` them. `documents` of about `total` documents are done. A reconciliation counts
    documents that are `missing` in the index, `stale` there, or `orphaned`, which means that only the index has
    them."""

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
    """`dirty` is the number of documents that the index has not taken yet, and `lag_seconds` is the age of the oldest
    of them. `jobs` holds the latest job of each kind."""

    documents: int
    dirty: int
    lag_seconds: float
    degraded: bool
    jobs: list[SearchJob] = Field(default_factory=list)
