"""Formats the numbers of the Insights screen."""

from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_skeleton
from babel.numbers import format_decimal, format_percent

from gateway.portal.kit import i18n
from gateway.portal.kit.i18n import gettext, noop
from trackline_schemas.analytics import Counted, Every, GroupMeasures, Measures, Spread, Summary


@dataclass(frozen=True)
class Change:
    """What has become of a number since the period before. `tone` is "better", "worse" or ""."""

    tone: str
    icon: str
    words: str


@dataclass(frozen=True)
class Headline:
    """A number with its comparison. `measure` names the tickets that the number opens, `note_measure` those that the
    note opens. `before` is the number of the period before."""

    name: str
    measure: Counted
    value: str
    before: str
    change: Change | None
    definition: str
    note: str = ""
    note_measure: Counted | None = None


def headlines(summary: Summary) -> list[Headline]:
    now, before = summary.total, summary.previous or summary.total
    return [
        Headline(
            gettext("Created"),
            "created",
            format_count(now.created),
            format_count(before.created),
            describe_change(now.created, before.created, MORE_TICKETS),
            gettext(_CREATED),
            gettext("%(number)s open at the end") % {"number": format_count(now.backlog)},
            "backlog",
        ),
        Headline(
            gettext("Resolved"),
            "resolved",
            format_count(now.resolved),
            format_count(before.resolved),
            describe_change(now.resolved, before.resolved, MORE_RESOLVED),
            gettext(_RESOLVED),
            _reopened(now),
            "reopened",
        ),
        _time(gettext("First reply"), "first_reply", now.first_reply, before.first_reply, gettext(_FIRST_REPLY)),
        _time(gettext("Time to resolve"), "resolved", now.resolution, before.resolution, gettext(_RESOLUTION)),
    ]


_CREATED = noop("Tickets that were created in the period. Merged and cancelled tickets are never counted.")
_RESOLVED = noop("Tickets whose last resolution falls into the period, even if they were reopened later.")
_FIRST_REPLY = noop(
    "The time from creation to the first public reply by an agent. Half of the tickets waited less. Automatic replies"
    " and tickets without a reply do not count."
)
_RESOLUTION = noop(
    "The time from creation to the last resolution, including nights and weekends. Half of the tickets took less. A"
    " ticket counts on the day of its resolution."
)


def _time(name: str, measure: Counted, now: Spread, before: Spread, definition: str) -> Headline:
    value, earlier = i18n.duration(now.median), i18n.duration(before.median)
    change = describe_change(now.median, before.median, LONGER)
    return Headline(name, measure, value, earlier, change, definition, describe_spread(now))


def describe_spread(values: Spread) -> str:
    if values.mean is None:
        return ""
    shown = {"mean": i18n.duration(values.mean), "p90": i18n.duration(values.p90)}
    return gettext("%(mean)s on average, 9 of 10 within %(p90)s") % shown


def _reopened(measures: Measures) -> str:
    if measures.reopen_rate is None:
        return ""
    shown = {"number": format_count(measures.reopened), "share": format_share(measures.reopen_rate)}
    return gettext("%(number)s of them were reopened (%(share)s)") % shown


@dataclass(frozen=True)
class Meaning:
    """What it means that a number is larger or smaller than before: (tone, sentence) of each."""

    larger: tuple[str, str]
    smaller: tuple[str, str]


# More tickets are more work, and may be more trust: neither is better.
MORE_TICKETS = Meaning(("", noop("%(share)s more")), ("", noop("%(share)s fewer")))
MORE_RESOLVED = Meaning(("better", noop("Better: %(share)s more")), ("worse", noop("Worse: %(share)s fewer")))
LONGER = Meaning(("worse", noop("Worse: %(share)s longer")), ("better", noop("Better: %(share)s shorter")))


def describe_change(now: float | None, before: float | None, meaning: Meaning) -> Change | None:
    """Returns None if there is nothing to compare with. A change that rounds to 0 % is none."""
    if now is None or not before:
        return None
    part = round((now - before) / before, 2)
    if not part:
        return Change("", "arrow-right", gettext("No change"))
    tone, sentence = meaning.larger if part > 0 else meaning.smaller
    return Change(
        tone, "arrow-up" if part > 0 else "arrow-down", gettext(sentence) % {"share": format_share(abs(part))}
    )


def shown_groups(summary: Summary) -> list[GroupMeasures]:
    """Returns the groups of the breakdown that have tickets."""
    return [group for group in summary.groups if _has_tickets(group.measures)]


def _has_tickets(measures: Measures) -> bool:
    return bool(measures.created or measures.resolved or measures.backlog)


def format_count(number: int) -> str:
    return str(format_decimal(number, locale=i18n.language().locale))


def format_share(part: float) -> str:
    return str(format_percent(part, locale=i18n.language().locale))


def format_bucket(start: datetime, every: Every) -> str:
    skeleton = "yMMM" if every == "month" else "MMMd"
    return str(format_skeleton(skeleton, start, tzinfo=i18n.zone(), locale=i18n.language().locale))


def format_period(first: datetime, end: datetime) -> str:
    """Formats a period. `end` is the first moment after it."""
    return f"{i18n.short_date(first)} – {i18n.short_date(end - _INSTANT)}"


_INSTANT = datetime.resolution
