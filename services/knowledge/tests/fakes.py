"""The ports in memory. They pass the same contract tests as the real adapters."""

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from knowledge.adapters.hit import cursor, facets, is_staff, own_hit
from knowledge.domain.article import FIRST_NUMBER, Article
from knowledge.domain.document import Document, notes, texts
from knowledge.domain.highlight import matches_word
from knowledge.domain.number import named_in
from knowledge.domain.phrase import alternatives, occurs
from knowledge.domain.text import words
from knowledge.usecases.ports import (
    Counts,
    DocumentState,
    Done,
    IdTaken,
    IndexUnavailable,
    NumberTaken,
    QueryRefused,
    Stored,
)
from knowledge.usecases.query import IndexQuery, Scope
from trackline_schemas.events import TeamChanged
from trackline_schemas.filters import Filter, matches
from trackline_schemas.search import SearchResults


class FakeClock:
    def __init__(self, start: datetime) -> None:
        self.time = start

    def __call__(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()

    def forward(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


class FakeDocuments:
    def __init__(self) -> None:
        self.documents: dict[str, Document] = {}

    def load(self, keys: Iterable[str]) -> dict[str, Document]:
        return {key: copy.deepcopy(self.documents[key]) for key in keys if key in self.documents}

    def save(self, documents: Sequence[Document]) -> bool:
        saved = [document for document in documents if self._rev(document["_id"]) == document["rev"] - 1]
        self.documents |= {document["_id"]: copy.deepcopy(document) for document in saved}
        return len(saved) == len(documents)

    def _rev(self, key: str) -> int:
        return int(self.documents.get(key, {"rev": 0})["rev"])

    def dirty(self, limit: int) -> Iterable[Document]:
        waiting = [document for document in self.documents.values() if "dirty_at" in document]
        return copy.deepcopy(sorted(waiting, key=lambda document: document["dirty_at"])[:limit])

    def clear(self, taken: Mapping[str, int]) -> None:
        for key, rev in taken.items():
            if self._rev(key) == rev:
                self.documents[key].pop("dirty_at", None)
                self.documents[key].pop("refused", None)

    def refused(self, reasons: Mapping[str, tuple[int, str]]) -> None:
        for key, (rev, reason) in reasons.items():
            if self._rev(key) == rev:
                self.documents[key].pop("dirty_at", None)
                self.documents[key]["refused"] = reason

    def after(self, key: str, limit: int) -> Sequence[Document]:
        return copy.deepcopy([self.documents[one] for one in self._keys(key, limit)])

    def _keys(self, after: str, limit: int) -> list[str]:
        return sorted(key for key in self.documents if key > after)[:limit]

    def states(self, *, after: str, limit: int) -> Mapping[str, DocumentState]:
        return self.states_of(self._keys(after, limit))

    def states_of(self, keys: Iterable[str]) -> Mapping[str, DocumentState]:
        rows = {key: self.documents[key] for key in keys if key in self.documents}
        return {
            key: DocumentState(row["rev"], "dirty_at" in row, "type" in row, "awaited" in row)
            for key, row in rows.items()
        }

    def mend(self, revs: Mapping[str, tuple[int, int]], now: datetime) -> None:
        for key, (rev, new) in revs.items():
            if self._rev(key) == rev:
                self.documents[key]["rev"] = new
                self.documents[key].setdefault("dirty_at", now)

    def forget_tickets(self, after: str, limit: int) -> tuple[str | None, int]:
        keys = self._keys(after, limit)
        tickets = [key for key in keys if self.documents[key].get("type") == "ticket"]
        for key in tickets:
            self.documents[key] = {"_id": key, "rev": self._rev(key) + 1, "sequence": 0, "awaited": True}
        return (keys[-1] if keys else None), len(tickets)

    def awaited(self) -> int:
        return sum("awaited" in document for document in self.documents.values())

    def dirty_stubs(self, now: datetime) -> None:
        for document in self.documents.values():
            if document.pop("awaited", False):
                document.setdefault("dirty_at", now)

    def counts(self) -> Counts:
        waiting = [document["dirty_at"] for document in self.dirty(10_000)]
        return Counts(len(self.documents), len(waiting), waiting[0] if waiting else None)


class FakeArticles:
    def __init__(self) -> None:
        self.stored: dict[str, Stored] = {}
        self.waiting: set[str] = set()
        self.numbers = FIRST_NUMBER - 1
        self.kept: dict[tuple[str, int], Article] = {}

    def next_number(self) -> int:
        self.numbers += 1
        return self.numbers

    def insert(self, article: Article, created_hash: bytes) -> None:
        if article.id in self.stored:
            raise IdTaken
        if self.by_number(article.number):
            raise NumberTaken
        self.stored[article.id] = Stored(article, created_hash)
        self.waiting.add(article.id)

    def save(self, before: Article, after: Article, done: Done | None) -> bool:
        self.kept.setdefault((before.id, before.version), before)
        known = self.stored[before.id]
        if known.article.version != before.version:
            return False
        commands = [*known.done.values(), *([done] if done else [])][-50:]
        self.stored[before.id] = replace(known, article=after, done={one.id: one for one in commands})
        self.waiting.add(before.id)
        return True

    def earlier(self, article: Article, version: int) -> Article | None:
        known = {**self.kept, (article.id, article.version): article}
        return known.get((article.id, version)) if version <= article.version else None

    def versions(self, article: Article, below: int, visible: Filter, size: int) -> list[Article]:
        own = [one for one in self.kept.values() if one.id == article.id and one.version < min(below, article.version)]
        found = sorted((one for one in own if matches(visible, one.values)), key=lambda one: -one.version)
        return [replace(one, body="") for one in found[:size]]

    def by_id(self, article_id: str) -> Stored | None:
        return self.stored.get(article_id)

    def by_number(self, number: str) -> Stored | None:
        return next((known for known in self.stored.values() if known.article.number == number), None)

    def page(self, filter_: Filter, sort: str, after: tuple[object, str] | None, size: int) -> list[Article]:
        field, down = sort.removeprefix("-"), sort.startswith("-")

        def place(article: Article) -> tuple[object, str]:
            return getattr(article, field), article.id

        found = [known.article for known in self.stored.values() if matches(filter_, known.article.values)]
        found.sort(key=place, reverse=down)
        if after is not None:
            found = [one for one in found if (place(one) < after if down else place(one) > after)]
        return found[:size]

    def pending(self, limit: int) -> list[Article]:
        return [self.stored[key].article for key in sorted(self.waiting)[:limit]]

    def mark_projected(self, article: Article) -> None:
        if self.stored[article.id].article.version == article.version:
            self.waiting.discard(article.id)


class FakeTeams:
    def __init__(self) -> None:
        self.known: dict[str, tuple[int, bool]] = {}

    def confidential(self) -> Mapping[str, bool]:
        return {team_id: confidential for team_id, (_, confidential) in self.known.items()}

    def apply(self, team: TeamChanged, sequence: int) -> None:
        if sequence > self.known.get(team.id, (0, False))[0]:
            self.known[team.id] = (sequence, team.confidential)


class FakeIndex:
    """Searches the documents of a FakeDocuments word by word."""

    def __init__(self, documents: FakeDocuments) -> None:
        self._documents = documents
        self.down = False
        self.asked = 0
        self.refused: set[str] = set()

    def search(self, query: IndexQuery) -> SearchResults:
        self.asked += 1
        if self.down:
            raise IndexUnavailable("connection refused")
        if query.q in self.refused:
            raise QueryRefused("too long")
        visible = self._visible(query)
        named, alone = query.named.closest(visible, dict)
        if alone and named:
            visible = named
        scored = [(self._score(document, query, named), document) for document in visible]
        ranked = sorted((one for one in scored if one[0]), key=lambda one: (-one[0], one[1]["_id"]))
        page = ranked[query.seen : query.seen + query.left]
        more = len(ranked) > query.seen + len(page)
        return SearchResults(
            items=[own_hit(row, words(query.q), is_staff(row, query)) for _, row in page],
            after=cursor(query, "memory", len(page), more),
            facets=facets([row for _, row in ranked]) if query.counted else {},
        )

    def _visible(self, query: IndexQuery) -> list[Document]:
        scopes = {scope.type: scope for scope in query.scopes}
        rows = [row for row in self._documents.documents.values() if row.get("type") in scopes]
        return [row for row in rows if _is_visible(row, scopes[row["type"]])]

    def _score(self, row: Document, query: IndexQuery, named: list[Document]) -> float:
        if query.blank:
            return float(row["updated_at"].timestamp())
        if row in named:
            return 1000.0 * (len(named) - named.index(row))
        shown = [row["title"], *texts(row), *row.get("keywords", [])]
        tokens = set(words(" ".join([*shown, *(notes(row) if is_staff(row, query) else [])])))
        wanted = words(query.q)
        hits = [_any_matches(tokens, word, wanted[-1]) for word in wanted]
        titled = [_any_matches(row["title_words"], word, wanted[-1]) for word in (*wanted, *query.same)]
        enough = (bool(hits) and all(hits)) or (query.wanted == "some" and any(titled))
        return 1 + sum(hits) + sum(word in row["title_words"] for word in wanted) if enough else 0.0


def _is_visible(row: Document, scope: Scope) -> bool:
    said = [row["title"], *texts(row), *row.get("keywords", []), *(notes(row) if matches(scope.staff, row) else [])]

    def has(phrase: str) -> bool:
        return any(occurs(phrase, text) for text in said) or _is_number(row, phrase)

    required = all(any(map(has, group)) for group in alternatives(scope.phrases))
    return matches(scope.visible, row) and required and not any(map(has, scope.without))


def _is_number(row: Document, phrase: str) -> bool:
    named = named_in(phrase).complete
    refs = {reference.casefold() for reference in named.references}
    same = (row.get("external_ref") or "").casefold() in refs
    return bool(same or row["number"] in named.numbers or row["digits"] in named.digits)


def _any_matches(tokens: Iterable[str], word: str, last: str) -> bool:
    return any(matches_word(token, word, typing=word == last) for token in tokens)
