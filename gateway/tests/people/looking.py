"""The store's search for people, in memory."""

import re
from collections.abc import Iterable

from trackline_core.records.decide import Document
from trackline_schemas.paging import Page
from trackline_schemas.text.keys import search_text
from trackline_schemas.text.people_query import read_query


def find_people(documents: Iterable[Document], q: str, active: bool | None, size: int) -> Page[Document]:
    query = read_query(q)

    def is_hit(document: Document) -> bool:
        text = search_text(document["name"], *document["emails"])
        ways = any(all(re.search(pattern, text) for pattern in way) for way in query.ways)
        return ways or bool(set(query.addresses) & set(document["emails"]))

    found = [one for one in documents if (not q or is_hit(one)) and active in (None, one["active"])]
    return Page(items=sorted(found, key=lambda one: one["name"])[:size], after="more" if len(found) > size else None)
