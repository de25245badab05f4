"""The filter of one group of tickets among those that a filter selects."""

from collections.abc import Mapping

from trackline_schemas.filters import And, Condition, Filter, Not


def within(filter: Filter | None, key: Mapping[str, str | int | None]) -> Filter | None:
    """The filter of one group."""
    both = [*([filter] if filter else []), *(_is(field, value) for field, value in key.items())]
    return And(all=both) if len(both) > 1 else next(iter(both), None)


def _is(field: str, value: str | int | None) -> Filter:
    if value is None:
        return Not(filter=Condition(field=field, op="is_set", value=True))
    return Condition(field=field, op="eq", value=value)
