"""MongoDB's text search over the same documents, for the time when Elasticsearch is not available.

A collection can have only one text index, and a text index does not know the rights of the viewer. Internal notes are
therefore in a collection of their own. A match there only counts for tickets whose staff the viewer belongs to.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from pymongo.collection import Collection
from pymongo.cursor import Cursor
from pymongo.database import Database
from pymongo.errors import ExecutionTimeout

from knowledge.adapters.hit import cursor, facets, is_staff, own_hit
from knowledge.domain.document import Document
from knowledge.domain.text import digits_in, numbers_in, split_words, words
from knowledge.usecases.query import FACETS, MOST_HITS, IndexQuery, Scope
from trackline_schemas.access import NOTHING
from trackline_schemas.filters import And, to_mongo
from trackline_schemas.search import SearchResults

BACKEND = "mongodb"
EXACT_NUMBER = 1000.0
# MongoDB looks for every word in quotes in the text of every candidate.
MOST_WORDS = 16
TITLE_BEGINS = 5.0
# To score hits, MongoDB reads every document that contains one of the words, which takes seconds for tens of thousands.
# If there are more than this number, the first ones of the index are taken: those with most of the first word.
FEW = 2_000
PATIENCE_MS = 1_500
_SMALL = dict.fromkeys((*FACETS, "updated_at"), 1)
_SCORE = {"$meta": "textScore"}
Ranked = dict[str, tuple[float, Document]]


class MongoSearch:
    """Ranks and counts the best 1,000 documents of each way to match."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["search_documents"]
        self._notes = database["search_notes"]

    def search(self, query: IndexQuery) -> SearchResults:
        ranked = self._newest(query) if query.blank else self._matching(query)
        page = ranked[query.seen : query.seen + query.left]
        more = len(ranked) > query.seen + len(page)
        return SearchResults(
            items=[own_hit(row, words(query.q), is_staff(row, query)) for row in self._whole(page)],
            after=cursor(query, BACKEND, len(page), more),
            facets=facets([row for _, row in ranked]) if query.counted else {},
        )

    def _newest(self, query: IndexQuery) -> list[tuple[float, Document]]:
        rows = [row for scope in query.scopes for row in self._newest_of(scope)]
        rows.sort(key=lambda row: (-row["updated_at"].timestamp(), row["_id"]))
        return [(row["updated_at"].timestamp(), row) for row in rows[:MOST_HITS]]

    def _newest_of(self, scope: Scope) -> Iterator[Document]:
        # Only a query for a single type can use the order of the index.
        found = self._documents.find(_visible([scope]), _SMALL)
        return _in_time(found.sort("updated_at", -1).limit(MOST_HITS))

    def _matching(self, query: IndexQuery) -> list[tuple[float, Document]]:
        ranked: Ranked = {}
        for found in self._ways(query):
            for key, (score, row) in found.items():
                ranked[key] = (score + ranked.get(key, (0.0, row))[0], row)
        best = sorted(ranked.items(), key=lambda item: (-item[1][0], item[0]))
        return [scored for _, scored in best[:MOST_HITS]]

    def _ways(self, query: IndexQuery) -> Iterator[Ranked]:
        visible = _visible(query.scopes)
        yield self._found([visible, _numbered(query.q)], EXACT_NUMBER)
        wanted = words(query.q)
        titled = self._found([visible, *_title_begins(wanted)], TITLE_BEGINS) if wanted else {}
        yield titled
        yield self._text(query, titled)

    def _text(self, query: IndexQuery, titled: Ranked) -> Ranked:
        """Looks for all words, and if nothing has them, for any of them. MongoDB requires words in quotes."""
        wanted = split_words(query.q)[:MOST_WORDS]
        if query.wanted == "some":
            return self._containing(" ".join(wanted), query.scopes)
        strict = self._containing(" ".join(f'"{word}"' for word in wanted), query.scopes)
        return strict if strict or titled else self._containing(" ".join(wanted), query.scopes)

    def _containing(self, search: str, scopes: Sequence[Scope]) -> Ranked:
        found = _ranked(self._documents, search, _visible(scopes))
        return found if all(scope.staff == NOTHING for scope in scopes) else self._noted(search, scopes) | found

    def _noted(self, search: str, scopes: Sequence[Scope]) -> Ranked:
        scores = {key: score for key, (score, _) in _ranked(self._notes, search, {}).items()}
        staff = [replace(scope, visible=And(all=[scope.visible, scope.staff])) for scope in scopes]
        theirs = self._documents.find({"_id": {"$in": list(scores)}, "$and": [_visible(staff)]}, _SMALL)
        return {row["_id"]: (scores[row["_id"]], row) for row in theirs}

    def _found(self, conditions: Sequence[Document], score: float) -> Ranked:
        rows = self._documents.find({"$and": conditions}, _SMALL).limit(MOST_HITS)
        return {row["_id"]: (score, row) for row in _in_time(rows)}

    def _whole(self, page: Sequence[tuple[float, Document]]) -> list[Document]:
        keys = [row["_id"] for _, row in page]
        rows = {row["_id"]: row for row in self._documents.find({"_id": {"$in": keys}})}
        return [rows[key] for key in keys if "type" in rows.get(key, {})]


def _ranked(texts: Collection[Document], search: str, visible: Document) -> Ranked:
    """If there are too many documents to score, their scores are between 0 and 1, by their order."""
    words = {"$text": {"$search": search.replace('"', "")}}
    wanted = {"$text": {"$search": search}, **visible}
    if texts.count_documents(words, limit=FEW + 1) > FEW:
        rows = _in_time(texts.find(wanted, _SMALL).limit(MOST_HITS))
        return {row["_id"]: (1 - place / MOST_HITS, row) for place, row in enumerate(rows)}
    scored = texts.find(wanted, {**_SMALL, "score": _SCORE}).sort([("score", _SCORE)]).limit(MOST_HITS)
    return {row["_id"]: (float(row["score"]), row) for row in scored}


def _in_time(rows: Cursor[Document]) -> Iterator[Document]:
    """Yields what MongoDB finds within the time limit: some hits are better than none."""
    with suppress(ExecutionTimeout):
        yield from rows.max_time_ms(PATIENCE_MS)


def _visible(scopes: Sequence[Scope]) -> Document:
    return {"$or": [{"$and": [{"type": scope.type}, to_mongo(scope.visible)]} for scope in scopes]}


def _numbered(q: str) -> Document:
    return {"$or": [{"number": {"$in": numbers_in(q)}}, {"digits": {"$in": [digits_in(q)]}}]}


def _title_begins(wanted: Sequence[str]) -> list[Document]:
    """The title has all the words, and the user may still be typing the last one."""
    return [{"title_words": {"$regex": f"^{wanted[-1]}"}}, *({"title_words": word} for word in wanted[:-1])]
