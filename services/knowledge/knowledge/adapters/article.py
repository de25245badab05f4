"""Keeps articles and their versions in MongoDB. Also marks the articles whose search document is out of date."""

from contextlib import suppress
from dataclasses import fields
from typing import Any
from uuid import UUID

from bson.binary import Binary
from pymongo import ReturnDocument
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from knowledge.domain.article import FIRST_NUMBER, Article
from knowledge.domain.document import Document
from knowledge.usecases.ports import Done, IdTaken, NumberTaken, Stored
from trackline_chassis.pages import after_cursor
from trackline_schemas.filters import Filter, to_mongo

COMMANDS_KEPT = 50


class MongoArticles:
    """The update that changes an article also sets `search_pending`, so that no crash loses the mark."""

    def __init__(self, database: Database[Document]) -> None:
        self._articles = database["articles"]
        self._versions = database["article_versions"]
        self._counters = database["counters"]

    def prepare(self) -> None:
        self._articles.create_index("number", unique=True)
        for sorted_by in ("updated_at", "created_at", "title"):
            self._articles.create_index([(sorted_by, -1), ("_id", -1)])
        self._articles.create_index("search_pending", partialFilterExpression={"search_pending": True})
        self._versions.create_index([("id", 1), ("version", -1)], unique=True)

    def next_number(self) -> int:
        drawn = self._counters.find_one_and_update(
            {"_id": "article"},
            [{"$set": {"value": {"$add": [{"$ifNull": ["$value", FIRST_NUMBER - 1]}, 1]}}}],
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        return int(drawn["value"]) if drawn else FIRST_NUMBER

    def insert(self, article: Article, created_hash: bytes) -> None:
        marks = {"created_hash": created_hash, "commands": [], "search_pending": True}
        try:
            self._articles.insert_one({"_id": article.id, **article.values, **marks})
        except DuplicateKeyError as error:
            pattern = (error.details or {}).get("keyPattern", {})
            raise (NumberTaken() if "number" in pattern else IdTaken()) from None

    def save(self, before: Article, after: Article, done: Done | None) -> bool:
        # A version never changes, so it does no harm to save it twice.
        with suppress(DuplicateKeyError):
            self._versions.insert_one(before.values)
        update: Document = {"$set": {**after.values, "search_pending": True}}
        if done is not None:
            command = {"id": Binary.from_uuid(done.id), "hash": done.hash, "version": done.version}
            update["$push"] = {"commands": {"$each": [command], "$slice": -COMMANDS_KEPT}}
        saved = self._articles.update_one({"_id": before.id, "version": before.version}, update)
        return saved.matched_count == 1

    def by_id(self, article_id: str) -> Stored | None:
        return self._one({"_id": article_id})

    def by_number(self, number: str) -> Stored | None:
        return self._one({"number": number})

    def _one(self, query: Document) -> Stored | None:
        row = self._articles.find_one(query)
        if row is None:
            return None
        done = [_done(command) for command in row["commands"]]
        return Stored(_article(row), row["created_hash"], {command.id: command for command in done})

    def page(self, filter_: Filter, sort: str, after: tuple[object, str] | None, size: int) -> list[Article]:
        field = sort.removeprefix("-")
        descending = sort.startswith("-")
        order = -1 if descending else 1
        behind = after_cursor(field, descending, *after) if after else {}
        query = {"$and": [to_mongo(filter_), behind]}
        return [_article(row) for row in self._articles.find(query).sort([(field, order), ("_id", order)]).limit(size)]

    def earlier(self, article: Article, version: int) -> Article | None:
        if version == article.version:
            return article
        row = self._versions.find_one({"id": article.id, "version": {"$eq": version, "$lt": article.version}})
        return _article(row) if row else None

    def versions(self, article: Article, below: int, visible: Filter, size: int) -> list[Article]:
        own = {"id": article.id, "version": {"$lt": min(below, article.version)}}
        rows = self._versions.find({"$and": [own, to_mongo(visible)]}, {"body": 0})
        return [_article(row) for row in rows.sort("version", -1).limit(size)]

    def pending(self, limit: int) -> list[Article]:
        return [_article(row) for row in self._articles.find({"search_pending": True}).limit(limit)]

    def mark_projected(self, article: Article) -> None:
        same = {"_id": article.id, "version": article.version}
        self._articles.update_one(same, {"$unset": {"search_pending": ""}})


def _article(row: Document) -> Article:
    values: dict[str, Any] = {field.name: row.get(field.name) for field in fields(Article)}
    # Articles from before there were versions lack `changed`, and lists of versions leave the bodies out.
    return Article(**{**values, "changed": values["changed"] or [], "body": values["body"] or ""})


def _done(command: Document) -> Done:
    command_id: UUID = Binary.as_uuid(command["id"]) if isinstance(command["id"], Binary) else command["id"]
    return Done(command_id, command["hash"], command["version"])
