"""Groups tallies by the values of their key."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Key = tuple[str | int | None, ...]


def to_key(fields: Mapping[str, Any]) -> Key:
    return tuple(fields.values())


def sort_keys(keys: Iterable[Key]) -> list[Key]:
    return sorted(keys, key=_nulls_last)


def to_fields(names: Sequence[str], key: Key) -> dict[str, str | int | None]:
    return dict(zip(names, key, strict=True))


def _nulls_last(key: Key) -> list[tuple[bool, str | int]]:
    return [(part is None, "" if part is None else part) for part in key]
