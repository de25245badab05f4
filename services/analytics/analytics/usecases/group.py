"""Groups tallies by the values of their key."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from analytics.domain.measure import Lives, Tallies

Key = tuple[str | int | None, ...]


def group_by_key(lives: Iterable[Lives], edges: Sequence[datetime]) -> dict[Key, Tallies]:
    found: dict[Key, Tallies] = defaultdict(lambda: Tallies(edges))
    for one in lives:
        found[to_key(one.key)].add(one)
    return found


def to_key(fields: Mapping[str, Any]) -> Key:
    return tuple(fields.values())


def sort_keys(keys: Iterable[Key]) -> list[Key]:
    return sorted(keys, key=_nulls_last)


def to_fields(names: Sequence[str], key: Key) -> dict[str, str | int | None]:
    return dict(zip(names, key, strict=True))


def _nulls_last(key: Key) -> list[tuple[bool, str | int]]:
    return [(part is None, "" if part is None else part) for part in key]
