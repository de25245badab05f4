"""Defines the fields of the index, and converts search documents to its form."""

from collections.abc import Iterable, Mapping
from typing import Any

from knowledge.adapters.elastic.analysis import analysis
from knowledge.domain.document import Document, notes, texts
from knowledge.domain.highlight import SNIPPET
from knowledge.domain.text import fold, in_other_script
from trackline_schemas.article_fields import ARTICLE
from trackline_schemas.fields import Field, FilterType, filter_types
from trackline_schemas.ticket.fields import TICKET

_TYPES: dict[FilterType, dict[str, Any]] = {
    "keyword": {"type": "keyword"},
    "number": {"type": "long"},
    "date": {"type": "date"},
    "bool": {"type": "boolean"},
}
# Each text is indexed five times: unchanged, for typing errors and beginnings of words; by word stems in two languages;
# by the parts of its words; and by neighbouring parts and words, joined. With offsets, matches are marked without
# analysing the texts again, which took most of the time of a search.
_OFFSETS = {"type": "text", "index_options": "offsets"}
_TEXT: dict[str, Any] = {
    **_OFFSETS,
    "analyzer": "plain",
    "fields": {
        "english": {**_OFFSETS, "analyzer": "english_stems"},
        "german": {**_OFFSETS, "analyzer": "german_stems"},
    },
}
# Nobody asks how often or where a part occurs, which takes most of the space.
_PARTS = {
    "type": "text",
    "index_options": "docs",
    "norms": False,
    "analyzer": "folded_parts",
    "search_analyzer": "folded_parts_asked",
}
_JOINED = {**_PARTS, "analyzer": "folded_joined"}
_WITH_PARTS = {**_TEXT, "fields": {**_TEXT["fields"], "parts": _PARTS, "joined": _JOINED}}
# The filter asciifolding knows Latin letters only. Texts with others are folded before they are sent.
_FOLDED = {"type": "text", "index_options": "docs", "norms": False, "analyzer": "plain"}
_REFERENCE = {**_TYPES["keyword"], "fields": {"any_case": {"type": "keyword", "normalizer": "any_case"}}}
FIELDS: Mapping[str, Field] = {**ARTICLE, **TICKET}
FILTERED = tuple(filter_types(FIELDS))
_KEYWORDS = ("key", "type", "number", "digits")

REFRESH = "250ms"


def settings() -> dict[str, Any]:
    return {"number_of_shards": 1, "number_of_replicas": 0, "refresh_interval": REFRESH, "analysis": analysis()}


def mappings(fields: Mapping[str, Field] = FIELDS) -> dict[str, Any]:
    """Returns strict mappings, so that Elasticsearch adds no field by itself. IndexWriter.extend adds a new field to an
    index that is in use."""
    return {
        "dynamic": "strict",
        "properties": {
            **{name: _TYPES[kind] for name, kind in filter_types(fields).items()},
            **dict.fromkeys(_KEYWORDS, _TYPES["keyword"]),
            "external_ref": _REFERENCE,
            "title": _TEXT,
            **dict.fromkeys(("text", "notes"), _WITH_PARTS),
            **dict.fromkeys(("text_folded", "notes_folded"), _FOLDED),
            "snippet": {"type": "keyword", "index": False, "doc_values": False},
        },
    }


def source(document: Document, filtered: Iterable[str] = FILTERED) -> dict[str, Any]:
    """`filtered` names the fields that filters may use. `text` has all texts, including the title, by which everybody
    who may read the document can find it."""
    values = {name: document.get(name) for name in (*filtered, "type", "number", "digits", "title")}
    keywords = " ".join(document.get("keywords", []))
    text = [part for part in (document["title"], *texts(document), keywords) if part]
    noted = notes(document)
    shown = {"snippet": "".join(texts(document)[:1])[:SNIPPET]}
    folded = {"text_folded": _folded(text), "notes_folded": _folded(noted)}
    return values | shown | folded | {"key": document["_id"], "text": text, "notes": noted}


def _folded(parts: list[str]) -> list[str]:
    return [fold(part) for part in parts] if any(map(in_other_script, parts)) else []
