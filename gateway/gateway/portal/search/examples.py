"""What somebody can write into a search, shown where nothing was searched yet."""

from gateway.portal.kit.i18n import gettext, noop
from gateway.portal.kit.query_words import names
from trackline_schemas.query import parse_query, write_query

_FOR_AGENTS = {
    "assignee:me state:open,pending": noop("Assigned to me, and open or waiting"),
    "assignee:nobody priority:<=2": noop("Assigned to nobody, with a high or critical priority"),
}
_FOR_ALL = {
    "state:open created:<30d": noop("Open, and created in the last 30 days"),
    "updated:today": noop("Changed today"),
    "type:article": noop("Articles only"),
}
_WORDS = {
    noop('"exact phrase"'): noop("These words, next to each other"),
    noop("printer -toner"): noop("With one word and without another"),
}


def examples(*, agent: bool) -> list[tuple[str, str]]:
    """Returns (query, meaning) in the language of the reader."""
    terms = {**_FOR_AGENTS, **_FOR_ALL} if agent else _FOR_ALL
    written = {write_query(parse_query(query), names()): meaning for query, meaning in terms.items()}
    words = {gettext(query): meaning for query, meaning in _WORDS.items()}
    return [(query, gettext(meaning)) for query, meaning in {**written, **words}.items()]
