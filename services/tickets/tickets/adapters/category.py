from typing import Any

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from tickets.usecases.ports import Moved, Taken
from trackline_chassis.mongo import Document
from trackline_chassis.outbox import Outbox, VersionConflict
from trackline_schemas.categories import Category
from trackline_schemas.events import Event


class MongoCategories:
    def __init__(self, database: Database[Document], outbox: Outbox) -> None:
        self._categories = database["categories"]
        self._outbox = outbox

    def prepare(self) -> None:
        self._outbox.create_indexes()
        self._categories.create_index("name_key", unique=True, partialFilterExpression={"active": True})

    def all(self) -> list[Category]:
        return [_category(document) for document in self._categories.find()]

    def get(self, category_id: str) -> Category | None:
        document = self._categories.find_one({"_id": category_id})
        return None if document is None else _category(document)

    def create_hash(self, category_id: str) -> bytes | None:
        document = self._categories.find_one({"_id": category_id}, {"create_hash": 1})
        return None if document is None else document["create_hash"]

    def insert(self, category: Category, event: Event, create_hash: bytes) -> None:
        document = {"_id": category.id, "create_hash": create_hash, **_fields(category)}
        try:
            self._outbox.insert(document, [event])
        except DuplicateKeyError as error:
            raise _taken(error) from None

    def save(self, category: Category, event: Event) -> None:
        try:
            self._outbox.save(category.id, category.version - 1, _fields(category), [event])
        except VersionConflict:
            raise Moved from None
        except DuplicateKeyError as error:
            raise _taken(error) from None


def _fields(category: Category) -> dict[str, Any]:
    return {**category.model_dump(exclude={"id", "version"}), "name_key": category.name.casefold()}


def _category(document: Document) -> Category:
    return Category.model_validate({**document, "id": document["_id"]})


def _taken(error: DuplicateKeyError) -> Taken:
    return Taken("id" if "_id" in (error.details or {})["keyPattern"] else "name")
