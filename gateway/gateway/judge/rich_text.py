"""Recognises RTF with objects, which Word opens with the programs in them (RTF specification 1.9.1)."""

import re
from typing import IO

from gateway.judge.markup import first_text
from gateway.judge.search import overlapping
from gateway.kit.endings import last_endings

_OBJECT = re.compile(rb"\\obj(?:data|ocx|update|autlink)", re.IGNORECASE)


def is_rich_text(head: bytes, name: str) -> bool:
    return first_text(head).startswith(b"{\\rt") or "rtf" in last_endings(name)


def has_objects(file: IO[bytes]) -> bool:
    return any(_OBJECT.search(text) for text in overlapping(file))
