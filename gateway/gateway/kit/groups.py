"""Narrows a filter of tickets to one group of a report."""

from collections.abc import Mapping

from trackline_schemas.filters import And, Condition, Filter, Not


def narrow_to_group(filter: Filter | None, key: Mapping[str, str | int | None]) -> Filter | None:
    """Returns a filter that selects the tickets of `filter` whose fields have the values of `key`. The value None
    selects tickets where the field is empty."""
    conditions = [*([filter] if filter else []), *(_equals(field, value) for field, value in key.items())]
    return And(all=conditions) if len(conditions) > 1 else next(iter(conditions), None)


def _equals(field: str, value: str | int | None) -> Filter:
    if value is None:
        return Not(filter=Condition(field=field, op="is_set", value=True))
    return Condition(field=field, op="eq", value=value)
