"""Finds what somebody is typing in a query, so that it can be completed."""

import re
from dataclasses import dataclass

from trackline_schemas.query.names import Names
from trackline_schemas.query.parse import PART, QUOTES

_BEGUN = re.compile(r'-?(?P<name>[^\W\d_][\w-]*):(?P<sign>[<>]?=?)(?P<done>(?:(?:"[^"]*"|[^\s,"]+),)*)(?P<begun>.*)')
# What belongs to a value behind the caret, without and with an open quote before it.
_REST, _REST_OF_QUOTED = re.compile(r"[^\s,]*"), re.compile(r'[^"]*"|')


@dataclass(frozen=True)
class Typing:
    """`begun` is the beginning of a word or name, or of a value of the `field`, behind its `sign`. text[start:end] is
    what its completion replaces."""

    begun: str
    start: int
    end: int
    field: str | None = None
    sign: str = ""

    def complete(self, text: str, written: str) -> tuple[str, int]:
        """Returns the whole text with the completion, and the place of the caret behind it."""
        rest = text[self.end :]
        before = text[: self.start] + written
        if written.endswith(":"):
            # Otherwise, the next word would be the value.
            return before + (" " + rest.lstrip() if rest else ""), len(before)
        before += "" if rest.startswith(",") else " "
        return before + rest.lstrip(), len(before)


def find_typing(text: str, caret: int, names: Names) -> Typing:
    before = text[:caret].translate(QUOTES)
    parts = [match for match in PART.finditer(before) if match.end() == len(before)]
    token = parts[-1][0] if parts else ""
    end = caret + _rest(text[caret:], token)
    found = _BEGUN.fullmatch(token)
    field = names.field(found["name"]) if found else None
    if found is None or field is None:
        # A minus stays where it is.
        word = token[1:] if token.startswith("-") else token
        return Typing(word, caret - len(word), end)
    begun = found["begun"]
    return Typing(begun.lstrip('"'), caret - len(begun), end, field, found["sign"])


def _rest(after: str, token: str) -> int:
    """Returns how much of what follows the caret belongs to the same word."""
    pattern = _REST_OF_QUOTED if token.count('"') % 2 else _REST
    found = pattern.match(after)
    return len(found[0]) if found and token else 0
