"""Builds a page of search results from ranked documents, with marks, facets and cursor."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from knowledge.domain import highlight
from knowledge.domain.document import Document, notes, texts
from knowledge.domain.highlight import Piece
from knowledge.usecases.query import FACETS, MOST_HITS, IndexQuery, Position
from trackline_schemas.filters import matches
from trackline_schemas.search import FacetValue, Hit

MOST_FACET_VALUES = 20


def hit(document: Mapping[str, Any], title: list[Piece], fragments: list[list[Piece]]) -> Hit:
    return Hit.model_validate(
        {name: document.get(name) for name in HIT_FIELDS}
        | {"title": segments(title), "highlights": [segments(pieces) for pieces in fragments]}
    )


HIT_FIELDS = tuple(Hit.model_fields.keys() - {"title", "highlights"})


def segments(pieces: Sequence[Piece]) -> list[dict[str, Any]]:
    return [{"text": text, "hit": matched} for text, matched in pieces]


def own_hit(document: Document, query: Sequence[str], staff: bool) -> Hit:
    """`query` are the folded words of the query. With `staff`, internal notes are shown too."""
    readable = texts(document)
    shown = [*readable, *notes(document)] if staff else readable
    found = highlight.fragments(shown, query) or highlight.beginning(readable)
    return hit(document, highlight.mark_words(document["title"], query), found)


def is_staff(document: Mapping[str, Any], query: IndexQuery) -> bool:
    """Whether the viewer may see the internal notes of the document."""
    return any(scope.type == document["type"] and matches(scope.staff, document) for scope in query.scopes)


def facets(documents: Sequence[Mapping[str, Any]]) -> dict[str, list[FacetValue]]:
    return {field: _values(field, documents) for field in FACETS}


def _values(field: str, documents: Sequence[Mapping[str, Any]]) -> list[FacetValue]:
    counted = Counter(document[field] for document in documents if document.get(field) is not None)
    commonest = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return [FacetValue(value=value, count=count) for value, count in commonest[:MOST_FACET_VALUES]]


def cursor(query: IndexQuery, backend: str, shown: int, more: bool, place: tuple[float, str] = (0.0, "")) -> str | None:
    """Returns the cursor of the next page, if there is one. `place` is the (sort value, key) of the last hit shown, for
    a backend that resumes there."""
    seen = query.seen + shown
    return Position(backend, seen, *place).encode() if more and shown and seen < MOST_HITS else None
