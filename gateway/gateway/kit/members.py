"""Refuses JSON with an object that names a member twice: RFC 8259 section 4 lets each reader choose another of the
values, and ours would silently take the last one."""

import json
from contextlib import suppress
from typing import Any

from trackline_schemas.errors import reasons, refuse


def check_members(text: str) -> None:
    """Raises ServiceError malformed if a member is repeated, and RecursionError. What is not JSON is left to the reader
    of the values."""
    with suppress(ValueError):
        _DECODER.decode(text)


def _check(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise refuse(reasons.requests.MEMBER_REPEATED, name=_first_repeated(pairs))
    return members


def _first_repeated(pairs: list[tuple[str, Any]]) -> str:
    seen = set[str]()
    for name, _ in pairs:
        if name in seen:
            break
        seen.add(name)
    return name


_DECODER = json.JSONDecoder(object_pairs_hook=_check)
