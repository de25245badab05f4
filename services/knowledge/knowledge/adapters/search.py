"""MongoDB's text search over the same documents, for the time when Elasticsearch is not available.

A collection can have only one text index, and a text index does not know the rights of the viewer. Internal notes are
therefore in a collection of their own. A match there only counts for tickets whose staff the viewer belongs to.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from bson.regex import Regex
from pymongo.collection import Collection
from pymongo.cursor import Cursor
from pymongo.database import Database
from pymongo.errors import ExecutionTimeout

from knowledge.adapters.document import ANY_CASE, WEIGHTS
from knowledge.adapters.few import TEXTS, rank
from knowledge.adapters.hit import cursor, facets, is_staff, own_hit
from knowledge.domain.document import Document
from knowledge.domain.highlight import matches_word
from knowledge.domain.number import Named, named_in
from knowledge.domain.phrase import alternatives, phrase_pattern
from knowledge.domain.spelling import same_letters, variants
from knowledge.domain.text import apart, fold, joined, spelled_out, split_words, umlaut_pattern, without_umlauts, words
from knowledge.domain.topic import topic_of
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
_SMALL = dict.fromkeys((*FACETS, "updated_at", "title_words"), 1)
_NAMED = _SMALL | {"number": 1, "external_ref": 1}
_SCORE = {"$meta": "textScore"}
_WORD_ENDS = r"(?![\p{L}\p{N}])"
Ranked = dict[str, tuple[float, Document]]


class MongoSearch:
    """Ranks and counts the best 1,000 documents of each way to match."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["search_documents"]
        self._notes = database["search_notes"]

    def search(self, query: IndexQuery) -> SearchResults:
        if query.blank:
            return self._results(query, self._newest(query))
        ranked, exact = self._matching(query)
        meant = None if exact or query.wanted == "some" else self._corrected(query)
        if meant is None:
            return self._results(query, ranked)
        asked = replace(query, q=meant)
        found, exact = self._matching(asked)
        if not exact:
            return self._results(query, ranked)
        return self._results(asked, found).model_copy(update={"did_you_mean": meant})

    def _results(self, query: IndexQuery, ranked: list[tuple[float, Document]]) -> SearchResults:
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

    def _matching(self, query: IndexQuery) -> tuple[list[tuple[float, Document]], bool]:
        """Also returns whether there are hits with all the words or with the number."""
        visible = _visible(query.scopes)
        numbered, alone = self._named(query)
        if numbered and alone:
            return _best([numbered]), True
        wanted = words(query.q)
        titled = self._found([visible, _title_begins(query.q)], TITLE_BEGINS) if wanted else {}
        if query.wanted == "some":
            return _best([numbered, titled, self._about(query)]), False
        strict = self._all_words(query) or ({} if titled else self._respelled(query))
        any_word = {} if strict or titled else self._containing(" ".join(_split(query.q)), query.scopes)
        return _best([numbered, titled, strict, any_word]), bool(numbered or titled or strict)

    def _all_words(self, query: IndexQuery) -> Ranked:
        """MongoDB requires the words that are in quotes."""
        return self._containing(" ".join(f'"{word}"' for word in _split(query.q)), query.scopes)

    def _respelled(self, query: IndexQuery) -> Ranked:
        """Finds Windows11 for "windows 11", and the other way round."""
        forms = [form for form in (apart(query.q), *joined(query.q)) if form != query.q]
        return next((found for form in forms if (found := self._all_words(replace(query, q=form)))), {})

    def _about(self, query: IndexQuery) -> Ranked:
        """A suggestion has one of the words, or one that means the same, in its title, or all of the words anywhere."""
        told, last = {*words(query.q), *query.same}, words(query.q)[-1]
        found = self._containing(" ".join([*_split(query.q), *query.same]), query.scopes)
        named = {key: one for key, one in found.items() if _shares_word(one[1]["title_words"], told, last)}
        return self._all_words(query) | named

    def _corrected(self, query: IndexQuery) -> str | None:
        """Replaces the words that are in no document that the viewer may read by words of titles that are."""
        corrected, last = fold(query.q), words(query.q)[-1:]
        for word in topic_of(query.q).words[:MOST_WORDS]:
            known = self._is_known(word, query.scopes, typing=[word] == last)
            if not known and (better := self._similar(word, query.scopes)):
                corrected = re.sub(rf"\b{re.escape(word)}\b", better, corrected)
        return corrected if corrected != fold(query.q) else None

    def _is_known(self, word: str, scopes: Sequence[Scope], *, typing: bool) -> bool:
        """MongoDB ignores stop words, but in titles they are known. A word that the user is still typing is known if
        a word of a title begins with it."""
        own = self._of_few(f'"{word}"', scopes)
        ways: list[Document] = [_in_title(word, begins=typing)]
        ways += [{"$text": {"$search": f'"{word}"'}}] if own is None else []
        found = [self._documents.find({**way, "$and": [_visible(scopes)]}, _SMALL).limit(1) for way in ways]
        return bool(own) or any(list(_in_time(rows)) for rows in found) or bool(self._noted(f'"{word}"', scopes))

    def _similar(self, word: str, scopes: Sequence[Scope]) -> str | None:
        """Returns the commonest of the words that differ by one letter, or rather of those with swapped letters."""
        wanted = variants(word)
        known: Document = {"$and": [_visible(scopes), {"title_words": {"$in": sorted(wanted)}}]}
        rows = self._documents.find(known, {"title_words": 1}).limit(MOST_HITS)
        counted = Counter(title for row in rows for title in row["title_words"] if title in wanted)
        return min(counted, key=lambda one: (not same_letters(one, word), -counted[one], one), default=None)

    def _containing(self, search: str, scopes: Sequence[Scope]) -> Ranked:
        found = self._of_few(search, scopes)
        if found is None:
            found = _ranked(self._documents, search, _visible(scopes))
        return found if _for_requester(scopes) else self._noted(search, scopes) | found

    def _of_few(self, search: str, scopes: Sequence[Scope]) -> Ranked | None:
        """Searches in what a requester may read, if it is little and the words are in much else: MongoDB would read
        each document with the words to learn whose it is. Returns None otherwise."""
        if not _for_requester(scopes) or not _more(self._documents, _any_of(search)):
            return None
        visible = _visible(scopes)
        return None if _more(self._documents, visible) else rank(self._documents.find(visible, _SMALL | TEXTS), search)

    def _noted(self, search: str, scopes: Sequence[Scope]) -> Ranked:
        scores = {key: score for key, (score, _) in _ranked(self._notes, search, {}).items()}
        staff = [replace(scope, visible=And(all=[scope.visible, scope.staff])) for scope in scopes]
        theirs = self._documents.find({"_id": {"$in": list(scores)}, "$and": [_visible(staff)]}, _SMALL)
        return {row["_id"]: (scores[row["_id"]], row) for row in theirs}

    def _named(self, query: IndexQuery) -> tuple[Ranked, bool]:
        """Returns what the query names by number, in its order, and whether it says nothing else."""
        if not query.named:
            return {}, False
        wanted = {"$and": [_visible(query.scopes), self._numbered(query.named)]}
        rows = list(_in_time(self._documents.find(wanted, _NAMED).limit(MOST_HITS)))
        meant, alone = query.named.closest(rows, dict)
        return {row["_id"]: (EXACT_NUMBER * (len(meant) - at), row) for at, row in enumerate(meant)}, alone

    def _numbered(self, named: Named) -> Document:
        """Looks up references by themselves, because a collation counts for the whole query, and the rights of the
        viewer distinguish capital letters."""
        refs: Document = {"external_ref": {"$in": named.references}}
        rows = self._documents.find(refs, {"_id": 1}).collation(ANY_CASE).limit(MOST_HITS)
        terms = {
            "number": named.numbers,
            "digits": named.digits,
            "_id": [row["_id"] for row in _in_time(rows)] if named.references else [],
        }
        return {"$or": [{field: {"$in": values}} for field, values in terms.items()]}

    def _found(self, conditions: Sequence[Document], score: float) -> Ranked:
        rows = self._documents.find({"$and": conditions}, _SMALL).limit(MOST_HITS)
        return {row["_id"]: (score, row) for row in _in_time(rows)}

    def _whole(self, page: Sequence[tuple[float, Document]]) -> list[Document]:
        keys = [row["_id"] for _, row in page]
        rows = {row["_id"]: row for row in self._documents.find({"_id": {"$in": keys}})}
        return [rows[key] for key in keys if "type" in rows.get(key, {})]


def _ranked(texts: Collection[Document], search: str, visible: Document) -> Ranked:
    """If there are too many documents to score, their scores are between 0 and 1, by their order."""
    wanted = {"$text": {"$search": search}, **visible}
    if _more(texts, _any_of(search)):
        rows = _in_time(texts.find(wanted, _SMALL).limit(MOST_HITS))
        return {row["_id"]: (1 - place / MOST_HITS, row) for place, row in enumerate(rows)}
    scored = texts.find(wanted, {**_SMALL, "score": _SCORE}).sort([("score", _SCORE)]).limit(MOST_HITS)
    return {row["_id"]: (float(row["score"]), row) for row in scored}


def _any_of(search: str) -> Document:
    return {"$text": {"$search": search.replace('"', "")}}


def _more(texts: Collection[Document], wanted: Document) -> bool:
    return texts.count_documents(wanted, limit=FEW + 1) > FEW


def _for_requester(scopes: Sequence[Scope]) -> bool:
    return all(scope.staff == NOTHING for scope in scopes)


def _in_time(rows: Cursor[Document]) -> Iterator[Document]:
    """Yields what MongoDB finds within the time limit: some hits are better than none."""
    with suppress(ExecutionTimeout):
        yield from rows.max_time_ms(PATIENCE_MS)


def _visible(scopes: Sequence[Scope]) -> Document:
    return {"$or": [{"$and": [{"type": scope.type}, to_mongo(scope.visible), *_phrases(scope)]} for scope in scopes]}


def _phrases(scope: Scope) -> list[Document]:
    without = [{"$nor": _has(phrase, scope)} for phrase in scope.without]
    groups = alternatives(scope.phrases)
    return [*(_either([way for phrase in group for way in _has(phrase, scope)]) for group in groups), *without]


def _has(phrase: str, scope: Scope) -> list[Document]:
    return [_occurs(phrase, scope), *_is_number(phrase)]


def _occurs(phrase: str, scope: Scope) -> Document:
    """Notes neither match nor exclude a document for somebody who may not read them."""
    pattern = Regex(phrase_pattern(phrase), "i")
    noted = [{"$and": [to_mongo(scope.staff), {"internal.text": pattern}]}] if scope.staff != NOTHING else []
    return _either([*({field: pattern} for field in WEIGHTS), *noted])


def _is_number(phrase: str) -> list[Document]:
    named = named_in(phrase).complete
    terms = {"number": named.numbers, "digits": named.digits, "external_ref": named.references}
    return [{field: {"$in": list(values)}} for field, values in terms.items() if values]


def _either(ways: list[Document]) -> Document:
    return {"$or": ways}


def _best(ways: Sequence[Ranked]) -> list[tuple[float, Document]]:
    """Returns the documents with the highest sums of scores."""
    ranked: Ranked = {}
    for found in ways:
        for key, (score, row) in found.items():
            ranked[key] = (score + ranked.get(key, (0.0, row))[0], row)
    return [scored for _, scored in sorted(ranked.items(), key=lambda item: (-item[1][0], item[0]))[:MOST_HITS]]


def _split(q: str) -> list[str]:
    return split_words(q)[:MOST_WORDS]


def _shares_word(title: Iterable[str], told: Iterable[str], last: str) -> bool:
    return any(matches_word(own, word, typing=word == last) for own in title for word in told)


def _title_begins(q: str) -> Document:
    """The title has all the words, and the user may still be typing the last one."""
    forms = dict.fromkeys(tuple(words(form)) for form in (q, spelled_out(q)))
    return {"$or": [{"$and": [_in_title(last, begins=True), *map(_in_title, before)]} for *before, last in forms]}


def _in_title(word: str, *, begins: bool = False) -> Document:
    typed = _title_word(word, begins)
    umlauts = umlaut_pattern(word)
    if umlauts is None:
        return typed
    # The words of a title have no umlauts any more. The title itself shows whether it has one there.
    title = f"(^|[^\\p{{L}}\\p{{N}}]){umlauts}{'' if begins else _WORD_ENDS}"
    real = _title_word(without_umlauts(word), begins) | {"title": {"$regex": title, "$options": "i"}}
    return {"$or": [typed, real]}


def _title_word(word: str, begins: bool) -> Document:
    return {"title_words": {"$in": [re.compile(f"^{word}") if begins else word]}}
