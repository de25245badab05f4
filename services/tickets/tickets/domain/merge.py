from collections.abc import Iterable, Mapping
from typing import Any

Changes = Mapping[str, tuple[Any, Any]]


def find_conflicts(
    current: Mapping[str, Any], mine: Mapping[str, Any], since: Iterable[Changes]
) -> dict[str, dict[str, Any]]:
    """Returns field → {base, theirs, mine} for the fields that the caller and somebody else changed to different
    values.

    `since` has the changes of each event after the version that the caller saw, oldest first.
    """
    base: dict[str, Any] = {}
    for changes in since:
        for name, (before, _) in changes.items():
            base.setdefault(name, before)
    return {
        name: {"base": base[name], "theirs": current[name], "mine": value}
        for name, value in mine.items()
        if name in base and current[name] not in (base[name], value)
    }
