"""Numbers of the Insights screen as people read them."""

from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_skeleton
from babel.numbers import format_decimal, format_percent

from gateway.portal.kit import i18n
from gateway.portal.kit.i18n import gettext, noop
from trackline_schemas.analytics import Counted, Every, Measures, Spread, Summary


@dataclass(frozen=True)
class Headline:
    """`measure` is what its number opens, `before` the number of the period before; `note_measure` what the note
    opens, if anything."""

    name: str
    measure: Counted
    value: str
    before: str
    change: float | None
    definition: str
    note: str = ""
    note_measure: Counted | None = None


def headlines(summary: Summary) -> list[Headline]:
    now, before = summary.total, summary.previous or summary.total
    return [
        Headline(
            gettext("Created"),
            "created",
            count(now.created),
            count(before.created),
            change(now.created, before.created),
            gettext(_CREATED),
            gettext("%(number)s open at the end") % {"number": count(now.backlog)},
            "backlog",
        ),
        Headline(
            gettext("Resolved"),
            "resolved",
            count(now.resolved),
            count(before.resolved),
            change(now.resolved, before.resolved),
            gettext(_RESOLVED),
            _reopened(now),
            "reopened",
        ),
        _time(gettext("First reply"), "first_reply", now.first_reply, before.first_reply, gettext(_FIRST_REPLY)),
        _time(gettext("Time to resolve"), "resolved", now.resolution, before.resolution, gettext(_RESOLUTION)),
    ]


_CREATED = noop("Tickets created in the period. Merged and cancelled tickets are in no number.")
_RESOLVED = noop("Tickets whose last resolution lies in the period, also if they were reopened after it.")
_FIRST_REPLY = noop(
    "From creation to the first public reply of an agent; half of the tickets waited less. Automatic replies do not"
    " count, nor do tickets without a reply."
)
_RESOLUTION = noop(
    "From creation to the last resolution, nights and weekends included; half of the tickets took less. Dated by the"
    " resolution."
)


def _time(name: str, measure: Counted, now: Spread, before: Spread, definition: str) -> Headline:
    value, earlier = i18n.duration(now.median), i18n.duration(before.median)
    return Headline(name, measure, value, earlier, change(now.median, before.median), definition, spread(now))


def spread(values: Spread) -> str:
    if values.mean is None:
        return ""
    shown = {"mean": i18n.duration(values.mean), "p90": i18n.duration(values.p90)}
    return gettext("%(mean)s on average, 9 of 10 within %(p90)s") % shown


def _reopened(measures: Measures) -> str:
    if measures.reopen_rate is None:
        return ""
    shown = {"number": count(measures.reopened), "share": share(measures.reopen_rate)}
    return gettext("%(number)s of them reopened (%(share)s)") % shown


def change(now: float | None, before: float | None) -> float | None:
    return (now - before) / before if now is not None and before else None


def count(number: int) -> str:
    return str(format_decimal(number, locale=i18n.language().locale))


def share(part: float) -> str:
    return str(format_percent(part, locale=i18n.language().locale))


def bucket(start: datetime, every: Every) -> str:
    skeleton = "yMMM" if every == "month" else "MMMd"
    return str(format_skeleton(skeleton, start, tzinfo=i18n.zone(), locale=i18n.language().locale))


def days(first: datetime, end: datetime) -> str:
    """A period by its first and last moment."""
    return f"{i18n.short_date(first)} – {i18n.short_date(end - _INSTANT)}"


_INSTANT = datetime.resolution
