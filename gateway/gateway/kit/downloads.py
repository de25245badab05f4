"""The header of an answer that a browser saves as a file (RFC 6266)."""

import re
from collections.abc import Mapping
from urllib.parse import quote

from trackline_schemas.text.normal_form import without_marks

# Quotes and backslashes would need escapes, which programs read differently. Some of them decode `%41` here too.
_UNSAFE = re.compile(r"[^ -~]|[\"\\%/]")
# Letters that have no plain letter in Unicode's decompositions.
_LETTERS = str.maketrans({"ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"})


def attachment(name: str) -> Mapping[str, str]:
    """Returns the header for a file of this name. `filename*` has the name itself. `filename` is for programs that know
    nothing else, such as curl and older libraries, and has plain letters only."""
    return {"Content-Disposition": f"attachment; filename=\"{_plain(name)}\"; filename*=UTF-8''{_encoded(name)}"}


def _plain(name: str) -> str:
    return _UNSAFE.sub("_", without_marks(name.translate(_LETTERS)))


def _encoded(name: str) -> str:
    return quote(name, safe="", errors="replace")
