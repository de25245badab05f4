"""Validators for the texts of commands. They refuse what shows nothing."""

import re
from html import unescape

from pydantic import AfterValidator

from trackline_schemas.errors import reasons, value_error
from trackline_schemas.text.invisible import clean_line, clean_prose, shows_something


def _checked(text: str) -> str:
    if text and not shows_something(text):
        raise value_error(reasons.values.TEXT_SHOWS_NOTHING)
    return text


def _line(text: str) -> str:
    return _checked(clean_line(text) or text)


def _prose(text: str) -> str:
    return _checked(clean_prose(text) or text)


def _markup(text: str) -> str:
    if not shows_something(_REFERENCE.sub("", text)):
        _checked(unescape(text))
    return _prose(text)


# In Markdown, such as &nbsp; and &#8203;.
_REFERENCE = re.compile(r"&#?\w{1,32};")
# For names, titles and tags; for comments and descriptions; for articles.
LINE = AfterValidator(_line)
PROSE = AfterValidator(_prose)
MARKUP = AfterValidator(_markup)
