"""CSV exports of Insights. Durations are in seconds, times in UTC."""

import csv
import io
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from typing import Any

from starlette.responses import Response

from gateway.kit import downloads
from gateway.people.domain.sheet import FORMULA
from gateway.portal.kit.visit import Visit
from trackline_schemas.analytics import CountedQuery, Measures, Series, Summary, TicketFigures
from trackline_schemas.paging import Page
from trackline_schemas.ticket.fields import REFERENCES

MEDIA_TYPE = "text/csv; charset=utf-8"
# Without it Excel reads the file in the encoding of the system.
_BOM = "\ufeff"
_FORMULA = (*FORMULA, "\t", "\r", "\n")
_MEASURES = (
    "created resolved reopened backlog first_reply_mean first_reply_median first_reply_p90 resolution_mean"
    " resolution_median resolution_p90"
).split()
_TICKET = [name for name in TicketFigures.model_fields if name not in ("id", "state_seconds", "events")]


def trend(series: Series) -> Response:
    rows = [[bucket.from_, bucket.to, *_numbers(bucket.total)] for bucket in series.buckets]
    return _file("trend", ["from", "to", *_MEASURES], rows)


def breakdown(by: str, summary: Summary, naming: Callable[[str, Any], str]) -> Response:
    rows = [[naming(by, group.key[by]), *_numbers(group.measures)] for group in summary.groups]
    return _file("breakdown", [by.removesuffix("_id"), *_MEASURES], rows)


async def tickets(
    visit: Visit, query: CountedQuery, page: Page[TicketFigures], naming: Callable[[str, Any], str]
) -> AsyncIterator[str]:
    yield _BOM + _lines([[name.removesuffix("_id") for name in _TICKET]])
    while True:
        yield _lines([_ticket(ticket, naming) for ticket in page.items])
        if page.after is None:
            return
        page = await visit.parts.analytics.tickets(visit.reading(), query.model_copy(update={"after": page.after}))


def download_headers(name: str) -> Mapping[str, str]:
    return downloads.attachment(f"{name}.csv")


def _file(name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    return Response(_BOM + _lines([head, *rows]), media_type=MEDIA_TYPE, headers=download_headers(name))


def _lines(rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: Any) -> Any:
    """Quotes a text that a spreadsheet would run as a formula."""
    return f"'{value}" if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA) else value


def _numbers(measures: Measures) -> list[Any]:
    reply, resolution = measures.first_reply, measures.resolution
    counts = [measures.created, measures.resolved, measures.reopened, measures.backlog]
    return [*counts, reply.mean, reply.median, reply.p90, resolution.mean, resolution.median, resolution.p90]


def _ticket(ticket: TicketFigures, naming: Callable[[str, Any], str]) -> list[Any]:
    values = {name: getattr(ticket, name) for name in _TICKET}
    return [naming(name, value) if value and name in REFERENCES else value for name, value in values.items()]
