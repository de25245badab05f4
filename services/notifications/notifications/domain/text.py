import re

from trackline_schemas.text.invisible import clean_line

_BREAKS = re.compile("[\t-\r\x1c-\x1f\x85\u2028\u2029]+")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")


def one_line(text: str) -> str:
    """Replaces line breaks and tabs by blanks, and removes control characters and what is invisible, so that a title
    cannot add a mail header. All other characters stay, also blanks that do not break."""
    joined = " ".join(filter(None, map(str.strip, _BREAKS.split(text))))
    return clean_line(_CONTROLS.sub("", joined))
