"""Defines the fields of the index, and converts search documents to its form."""

from collections.abc import Iterable, Mapping
from typing import Any

from knowledge.domain.document import Document, notes, texts
from knowledge.domain.highlight import SNIPPET
from trackline_schemas.article_fields import ARTICLE
from trackline_schemas.fields import Field, FilterType, filter_types
from trackline_schemas.ticket.fields import TICKET

_TYPES: dict[FilterType, dict[str, Any]] = {
    "keyword": {"type": "keyword"},
    "number": {"type": "long"},
    "date": {"type": "date"},
    "bool": {"type": "boolean"},
}
# Each text is indexed three times: unchanged, for typing errors and beginnings of words, and by word stems in two
# languages. With offsets, matches are marked without analysing the texts again, which took most of the time of a
# search.
_OFFSETS = {"type": "text", "index_options": "offsets"}
_TEXT = {
    **_OFFSETS,
    "analyzer": "plain",
    "fields": {
        "english": {**_OFFSETS, "analyzer": "english_stems"},
        "german": {**_OFFSETS, "analyzer": "german_stems"},
    },
}
# The fill words of both languages are left out in both, or else a German text would have to contain "does not".
_FILL_WORDS = ["do", "does", "did", "don't", "doesn't", "have", "has", "had", "can", "cannot", "can't", "i", "my", "me"]
_FILL_WORDS += ["we", "our", "you", "your", "when", "please", "bitte", "mein", "meine", "geht"]
_NO_FILL_WORDS = ["english_fill", "german_fill", "more_fill"]
FIELDS: Mapping[str, Field] = {**ARTICLE, **TICKET}
FILTERED = tuple(filter_types(FIELDS))
_KEYWORDS = ("key", "type", "number", "digits")

SETTINGS: dict[str, Any] = {
    "number_of_shards": 1,
    "number_of_replicas": 0,
    "refresh_interval": "250ms",
    "analysis": {
        "analyzer": {
            "plain": {"type": "custom", "tokenizer": "standard", "filter": ["lowercase", "asciifolding"]},
            "english_stems": {
                "type": "custom",
                "tokenizer": "standard",
                "filter": ["english_possessive", "lowercase", *_NO_FILL_WORDS, "english_stem"],
            },
            "german_stems": {
                "type": "custom",
                "tokenizer": "standard",
                "filter": ["lowercase", *_NO_FILL_WORDS, "german_normalization", "german_stem"],
            },
        },
        "filter": {
            "english_fill": {"type": "stop", "stopwords": "_english_"},
            "german_fill": {"type": "stop", "stopwords": "_german_"},
            "more_fill": {"type": "stop", "stopwords": _FILL_WORDS},
            "english_possessive": {"type": "stemmer", "language": "possessive_english"},
            "english_stem": {"type": "stemmer", "language": "english"},
            "german_stem": {"type": "stemmer", "language": "light_german"},
        },
    },
}


def mappings(fields: Mapping[str, Field] = FIELDS) -> dict[str, Any]:
    """Returns strict mappings, so that Elasticsearch adds no field by itself. IndexWriter.extend adds a new field to an
    index that is in use."""
    return {
        "dynamic": "strict",
        "properties": {
            **{name: _TYPES[kind] for name, kind in filter_types(fields).items()},
            **dict.fromkeys(_KEYWORDS, _TYPES["keyword"]),
            **dict.fromkeys(("title", "text", "notes"), _TEXT),
            "snippet": {"type": "keyword", "index": False, "doc_values": False},
        },
    }


def source(document: Document, filtered: Iterable[str] = FILTERED) -> dict[str, Any]:
    """`filtered` names the fields that filters may use. `text` has all texts, including the title, by which everybody
    who may read the document can find it."""
    values = {name: document.get(name) for name in (*filtered, "type", "number", "digits", "title")}
    keywords = " ".join(document.get("keywords", []))
    text = [part for part in (document["title"], *texts(document), keywords) if part]
    shown = {"snippet": "".join(texts(document)[:1])[:SNIPPET]}
    return values | shown | {"key": document["_id"], "text": text, "notes": notes(document)}
