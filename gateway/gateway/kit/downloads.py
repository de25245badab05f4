"""The header of an answer that a browser saves as a file (RFC 6266)."""

import re
from collections.abc import Mapping
from urllib.parse import quote

from gateway.kit.endings import BLOCKED, named_like_program, plain_letters

# Quotes and backslashes would need escapes, which programs read differently. Some of them decode `%41` here too.
_UNSAFE = re.compile(r"[^ -~]|[\"\\%/]")


def attachment(name: str) -> Mapping[str, str]:
    """Returns the header for a file of this name. `filename*` has the name itself. `filename` is for programs that know
    nothing else, such as curl and older libraries, and has plain letters only."""
    return {"Content-Disposition": f"attachment; filename=\"{_plain(name)}\"; filename*=UTF-8''{_encoded(name)}"}


def _plain(name: str) -> str:
    """An upload whose plain name is that of a program is refused. An earlier release has taken some: their letters with
    marks become underscores."""
    plain = plain_letters(name)
    if named_like_program(plain, BLOCKED):
        plain = name
    return _without_outer_dots(_UNSAFE.sub("_", plain))


def _without_outer_dots(name: str) -> str:
    """Several dots in front of a name lead to a folder, and Windows ignores those at the end."""
    ended = name.rstrip(". ") + ("_" if name.endswith((".", " ")) else "")
    return "_" + ended.lstrip(". ") if ended.startswith(("..", ". ")) else ended


def _encoded(name: str) -> str:
    return quote(name, safe="", errors="replace")
