"""The words that people type into a search: `assignee:me state:open created:>2026-01-01 "exact phrase" -word`.

A query is parsed to a tree of words and terms, which can be written again in English or in the viewer's language, and
is compiled to a filter and to words for the full-text search. docs/search.md describes the language.
"""

from trackline_schemas.query.compile import Asked, Known, compile_query
from trackline_schemas.query.complete import Typing, find_typing
from trackline_schemas.query.fields import ANY, ME, NONE, QUERY_FIELDS, QueryField
from trackline_schemas.query.names import ENGLISH, Names
from trackline_schemas.query.parse import find_marked, parse_query, plain
from trackline_schemas.query.tree import Part, Query, Sign, Term, Text
from trackline_schemas.query.write import quote, write_part, write_query

__all__ = [
    "ANY",
    "ENGLISH",
    "ME",
    "NONE",
    "QUERY_FIELDS",
    "Asked",
    "Known",
    "Names",
    "Part",
    "Query",
    "QueryField",
    "Sign",
    "Term",
    "Text",
    "Typing",
    "compile_query",
    "find_marked",
    "find_typing",
    "parse_query",
    "plain",
    "quote",
    "write_part",
    "write_query",
]
