"""CSV exports of Insights. Durations are in seconds."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from babel.numbers import get_decimal_symbol
from starlette.responses import Response

from gateway.kit import downloads
from gateway.portal.kit import i18n
from gateway.portal.kit.visit import Visit
from trackline_csv import Form, lines, quote
from trackline_schemas.analytics import CountedQuery, Measures, Series, Summary, TicketFigures
from trackline_schemas.paging import Page
from trackline_schemas.ticket.fields import REFERENCES

MEDIA_TYPE = "text/csv; charset=utf-8"
# Without it Excel reads the file in the encoding of the system.
_BOM = "\ufeff"
_MEASURES = (
    "created resolved reopened backlog first_reply_mean first_reply_median first_reply_p90 resolution_mean"
    " resolution_median resolution_p90"
).split()
_TICKET = [name for name in TicketFigures.model_fields if name not in ("id", "state_seconds", "events")]


@dataclass(frozen=True)
class Layout:
    """How cells are written. Programs read times in UTC with their offset; `zone` is None for them."""

    delimiter: str = ","
    decimal: str = "."
    zone: tzinfo | None = None

    def lines(self, rows: Iterable[Iterable[Any]]) -> str:
        return lines(([self._cell(value) for value in row] for row in rows), Form(delimiter=self.delimiter))

    def _cell(self, value: Any) -> str:
        match value:
            case None:
                return ""
            case str():
                return quote(value)
            case datetime():
                # Every Excel takes this form for a time, and none takes an offset.
                return f"{value.astimezone(self.zone):%Y-%m-%d %H:%M:%S}" if self.zone else str(value.astimezone(UTC))
            case float():
                return str(value).replace(".", self.decimal)
        return str(value)


def layout(visit: Visit) -> Layout:
    """Returns the layout that the address asks for. Excel expects numbers as the reader's language writes them, and
    semicolons where these have commas."""
    if visit.request.query_params.get("for") != "excel":
        return Layout()
    decimal = get_decimal_symbol(i18n.language().locale)
    return Layout(";" if decimal == "," else ",", decimal, i18n.zone())


def trend(series: Series, form: Layout) -> Response:
    rows = [[bucket.from_, bucket.to, *_numbers(bucket.total)] for bucket in series.buckets]
    return _file("trend", form, ["from", "to", *_MEASURES], rows)


def breakdown(by: str, summary: Summary, naming: Callable[[str, Any], str], form: Layout) -> Response:
    rows = [[naming(by, group.key[by]), *_numbers(group.measures)] for group in summary.groups]
    return _file("breakdown", form, [by.removesuffix("_id"), *_MEASURES], rows)


async def tickets(
    visit: Visit, query: CountedQuery, page: Page[TicketFigures], naming: Callable[[str, Any], str]
) -> AsyncIterator[str]:
    form = layout(visit)
    yield _BOM + form.lines([[name.removesuffix("_id") for name in _TICKET]])
    while True:
        yield form.lines(_ticket(ticket, naming) for ticket in page.items)
        if page.after is None:
            return
        page = await visit.parts.analytics.tickets(visit.reading(), query.model_copy(update={"after": page.after}))


def download_headers(name: str) -> Mapping[str, str]:
    return downloads.attachment(f"{name}.csv")


def _file(name: str, form: Layout, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    return Response(_BOM + form.lines([head, *rows]), media_type=MEDIA_TYPE, headers=download_headers(name))


def _numbers(measures: Measures) -> list[Any]:
    reply, resolution = measures.first_reply, measures.resolution
    counts = [measures.created, measures.resolved, measures.reopened, measures.backlog]
    return [*counts, reply.mean, reply.median, reply.p90, resolution.mean, resolution.median, resolution.p90]


def _ticket(ticket: TicketFigures, naming: Callable[[str, Any], str]) -> list[Any]:
    values = {name: getattr(ticket, name) for name in _TICKET}
    return [naming(name, value) if value and name in REFERENCES else value for name, value in values.items()]
