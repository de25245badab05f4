"""The words for dates, as spans of time in the zone of the viewer."""

import re
from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import NamedTuple

_AGE = re.compile(r"([0-9]{1,4})([hdwmy])", re.IGNORECASE)
_DAY = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
# The form of most of Europe, where the day comes first.
_DOTTED = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{1,2})")
_YEAR = re.compile(r"[0-9]{4}")
_ANY_DAY = date(2000, 2, 29)
BETWEEN = ".."
_RELATIVE = frozenset(("today", "yesterday"))


class Span(NamedTuple):
    """From its first day to the day before `end`."""

    start: date
    end: date


def is_date(word: str) -> bool:
    if _AGE.fullmatch(word) or find_span(word, _ANY_DAY):
        return True
    # Which end of a range is earlier may depend on the day: 2026-01-01..today.
    ends = word.split(BETWEEN)
    return len(ends) == 2 and not _RELATIVE.isdisjoint(ends) and all(find_span(one, _ANY_DAY) for one in ends)


def find_span(word: str, today: date) -> Span | None:
    """Returns the days that a date, a month, a year, a word or a range of two of them means."""
    first, between, last = word.partition(BETWEEN)
    try:
        if not between:
            return _span(word, today)
        start, end = _span(first, today), _span(last, today)
    except (ValueError, OverflowError):
        return None
    return Span(start.start, end.end) if start and end and start.start < end.end else None


def find_age(word: str, now: datetime) -> datetime | None:
    """Returns the time before now, in the zone of `now`: 7d, 12h, 2w, 3m, 1y."""
    found = _AGE.fullmatch(word)
    if found is None:
        return None
    number, unit = int(found[1]), found[2].lower()
    try:
        return _before(now.replace(second=0, microsecond=0), number, unit)
    except (ValueError, OverflowError):
        return datetime.min.replace(tzinfo=now.tzinfo) + timedelta(days=2)


def to_instant(day: date, now: datetime) -> datetime:
    """Returns the beginning of the day in the zone of `now`."""
    return datetime(day.year, day.month, day.day, tzinfo=now.tzinfo)


def _before(now: datetime, number: int, unit: str) -> datetime:
    if unit == "h":
        # Two hours are two hours, also in the night in which the clocks change.
        return datetime.fromtimestamp(now.timestamp() - number * 3600, now.tzinfo)
    if unit in "dw":
        return now - timedelta(days=number * (7 if unit == "w" else 1))
    year, month = divmod(now.year * 12 + now.month - 1 - number * (12 if unit == "y" else 1), 12)
    return now.replace(year=year, month=month + 1, day=min(now.day, monthrange(year, month + 1)[1]))


def _span(word: str, today: date) -> Span | None:
    if word in _RELATIVE:
        return _one_day(today if word == "today" else today - timedelta(days=1))
    if found := _DAY.fullmatch(word):
        return _one_day(date(int(found[1]), int(found[2]), int(found[3])))
    if found := _DOTTED.fullmatch(word):
        return _one_day(date(int(found[3]), int(found[2]), int(found[1])))
    if found := _MONTH.fullmatch(word):
        return _one_month(date(int(found[1]), int(found[2]), 1))
    return Span(date(int(word), 1, 1), date(int(word) + 1, 1, 1)) if _YEAR.fullmatch(word) else None


def _one_day(day: date) -> Span:
    return Span(day, day + timedelta(days=1))


def _one_month(first: date) -> Span:
    return Span(first, first + timedelta(days=monthrange(first.year, first.month)[1]))
