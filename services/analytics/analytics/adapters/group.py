"""Groups rows of the columns by the values of some fields."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analytics.adapters.columns import Columns, Numbers


@dataclass(frozen=True)
class Groups:
    """`fields` are the values of each group, and `of` is the place of the group of each row."""

    fields: list[dict[str, Any]]
    of: Numbers


def group(columns: Columns, rows: Numbers, names: Sequence[str]) -> Groups:
    values = {name: columns.values(name) for name in names}
    whole = np.zeros(len(rows), np.int64)
    for name, different in values.items():
        whole = whole * len(different) + columns[name][rows]
    # Without rows there may be no values, and then there is no group.
    found, of = np.unique(whole, return_inverse=True)
    return Groups([_fields(values, int(one)) for one in found], of)


def _fields(values: dict[str, list[Any]], whole: int) -> dict[str, Any]:
    fields = {}
    for name in reversed(values):
        whole, code = divmod(whole, len(values[name]))
        fields[name] = values[name][code]
    return {name: fields[name] for name in values}
