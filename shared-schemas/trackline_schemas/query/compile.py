"""Compiles a query to the one filter tree, and to words for the full-text search."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from trackline_schemas.filters.tree import And, Condition, Filter, Not, Op, Or
from trackline_schemas.query.dates import find_age, find_span, to_instant
from trackline_schemas.query.fields import ANY, ME, NONE, QUERY_FIELDS
from trackline_schemas.query.names import ENGLISH, Names
from trackline_schemas.query.tree import Query, Sign, Term, Text
from trackline_schemas.query.values import unknown_value


class Known(Protocol):
    """What a query may name, within what the viewer may see."""

    @property
    def me(self) -> str: ...

    @property
    def now(self) -> datetime:
        """The present time in the zone of the viewer."""
        ...

    def find(self, field: str, typed: str) -> Collection[str]:
        """Returns the ids of the people, teams or categories of this name."""
        ...

    def possible(self, field: str) -> list[str]:
        """Returns names for the sentence of an error."""
        ...


@dataclass(frozen=True)
class Asked:
    """`words` are the words and phrases to rank by. Each of the `phrases` must occur, and nothing of `without`."""

    filter: Filter | None = None
    words: str = ""
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    @property
    def finds_text(self) -> bool:
        return bool(self.words or self.without)


def compile_query(query: Query, known: Known, names: Names = ENGLISH) -> Asked:
    """`names` are for the sentences of errors. Raises ServiceError invalid_filter."""
    conditions = [_term(part, known, names) for part in query if isinstance(part, Term)]
    texts = [part for part in query if isinstance(part, Text)]
    wanted = [part for part in texts if not part.without]
    return Asked(
        And(all=conditions) if conditions else None,
        " ".join(map(_word, wanted)),
        tuple(part.text for part in wanted if part.phrase and _says_something(part.text)),
        tuple(part.text for part in texts if part.without and _says_something(part.text)),
    )


def _word(part: Text) -> str:
    """What has digits keeps its quotes, which tell a number from a count or an amount."""
    return f'"{part.text}"' if part.phrase and any(map(str.isdecimal, part.text)) else part.text


def _says_something(text: str) -> bool:
    return any(char.isalnum() for char in text)


def _term(term: Term, known: Known, names: Names) -> Filter:
    ways = [_value(term, value, known, names) for value in term.values]
    found = ways[0] if len(ways) == 1 else Or(any=ways)
    return Not(filter=found) if term.without else found


def _value(term: Term, value: str, known: Known, names: Names) -> Filter:
    field = QUERY_FIELDS[term.field]
    if field.empty and value in (NONE, ANY):
        present = Condition(field=field.name, op="is_set", value=True)
        return Not(filter=present) if value == NONE else present
    match field.kind:
        case "person" | "team" | "category":
            return _in(field.name, _ids(term.field, value, known, names))
        case "date":
            found = _date(field.name, term.sign, value, known.now)
            if found is None:
                raise unknown_value(term.field, value, names)
            return found
        case "number":
            return Condition(field=field.name, op=_OPS[term.sign], value=int(value))
        case _:
            return Condition(field=field.name, op="eq", value=value)


def _ids(field: str, value: str, known: Known, names: Names) -> Collection[str]:
    if QUERY_FIELDS[field].kind == "person" and value == ME:
        return [known.me]
    ids = known.find(field, value)
    if not ids:
        raise unknown_value(field, value, names, known.possible(field))
    return ids


def _in(name: str, ids: Collection[str]) -> Filter:
    return Condition(field=name, op="in", value=sorted(ids))


def _date(name: str, sign: Sign, word: str, now: datetime) -> Filter | None:
    """`<7d` is less than seven days ago, and `<2026-01-01` is before that day. Returns None for a range whose end is
    before its beginning."""
    edge = find_age(word, now)
    if edge is not None:
        return Condition(field=name, op="lt" if sign.startswith(">") else "gte", value=edge)
    span = find_span(word, now.date())
    if span is None:
        return None
    start, end = to_instant(span.start, now), to_instant(span.end, now)
    match sign:
        case "":
            return And(all=[_edge(name, "gte", start), _edge(name, "lt", end)])
        case "<" | ">=":
            return _edge(name, "lt" if sign == "<" else "gte", start)
        case _:
            return _edge(name, "lt" if sign == "<=" else "gte", end)


def _edge(name: str, op: Op, instant: Any) -> Filter:
    return Condition(field=name, op=op, value=instant)


_OPS: dict[Sign, Op] = {"": "eq", "<": "lt", "<=": "lte", ">": "gt", ">=": "gte"}
