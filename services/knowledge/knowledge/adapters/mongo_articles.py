"""Articles in MongoDB, and which of them wait for their search document."""

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
from trackline_chassis.pages import beyond
from trackline_schemas.filters import Filter, to_mongo

COMMANDS_KEPT = 50


class MongoArticles:
    """`search_pending` is set by the very update that changes an article, so that no crash loses it."""

    def __init__(self, database: Database[Document]) -> None:
        self._articles = database["articles"]
        self._counters = database["counters"]

    def prepare(self) -> None:
        self._articles.create_index("number", unique=True)
        self._articles.create_index([("updated_at", -1), ("_id", -1)])
        self._articles.create_index("search_pending", partialFilterExpression={"search_pending": True})

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

    def save(self, article: Article, done: Done | None) -> bool:
        update: Document = {"$set": {**article.values, "search_pending": True}}
        if done is not None:
            command = {"id": Binary.from_uuid(done.id), "hash": done.hash, "version": done.version}
            update["$push"] = {"commands": {"$each": [command], "$slice": -COMMANDS_KEPT}}
        saved = self._articles.update_one({"_id": article.id, "version": article.version - 1}, update)
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
        behind = beyond(field, descending, *after) if after else {}
        query = {"$and": [to_mongo(filter_), behind]}
        return [_article(row) for row in self._articles.find(query).sort([(field, order), ("_id", order)]).limit(size)]

    def pending(self, limit: int) -> list[Article]:
        return [_article(row) for row in self._articles.find({"search_pending": True}).limit(limit)]

    def projected(self, article: Article) -> None:
        same = {"_id": article.id, "version": article.version}
        self._articles.update_one(same, {"$unset": {"search_pending": ""}})


def _article(row: Document) -> Article:
    values: dict[str, Any] = {field.name: row.get(field.name) for field in fields(Article)}
    return Article(**values)


def _done(command: Document) -> Done:
    command_id: UUID = Binary.as_uuid(command["id"]) if isinstance(command["id"], Binary) else command["id"]
    return Done(command_id, command["hash"], command["version"])
