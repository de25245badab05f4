"""What creating and changing a person or a team have in common."""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bson import Binary
from pydantic import BaseModel
from pymongo.errors import DuplicateKeyError

from gateway.kit.mongo import Collection, Document
from gateway.people.outbox import Outbox, VersionConflict
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError, not_found, reasons, refuse
from trackline_schemas.events import Event, event_id

ATTEMPTS = 5
# (document, what changes) → event data
Describe = Callable[[Document], BaseModel]


@dataclass(frozen=True)
class Kind:
    """`unique` names the member that a taken value is reported under."""

    name: str
    event_type: str
    unique: str
    describe: Describe


class Editor:
    def __init__(self, kind: Kind, documents: Collection, outbox: Outbox) -> None:
        self._kind = kind
        self._documents = documents
        self._outbox = outbox

    async def find(self, key: str) -> Document:
        document = await self._documents.find_one({"_id": key})
        if document is None:
            raise not_found(self._kind.name, key)
        return document

    async def create(self, context: CallContext, fields: Document, request_hash: bytes) -> Document:
        """The id is the command's: a repeat under the same
        Idempotency-Key finds what the first one made."""
        key = str(context.command_id).replace("-", "")
        now = datetime.now(UTC)
        document = {"_id": key, **fields, "create_hash": Binary(request_hash), "created_at": now, "updated_at": now}
        first = await self._first(key, request_hash)
        if first is not None:
            return first
        try:
            return await self._outbox.insert(document, self._event(context, document, 1))
        except DuplicateKeyError as error:
            twin = await self._first(key, request_hash)
            if twin is not None:
                return twin
            raise self._taken() from error

    async def change(
        self,
        context: CallContext,
        key: str,
        if_match: int | None,
        decide: Callable[[Document], Awaitable[Document]],
    ) -> Document:
        """`decide` gives the members that change, none for no change; it runs again when somebody else saved first."""
        for _ in range(ATTEMPTS):
            document = await self.find(key)
            if if_match is not None and document["version"] != if_match:
                raise self._conflict(document)
            changed = await decide(document)
            if not changed:
                return document
            changed["updated_at"] = datetime.now(UTC)
            event = self._event(context, document | changed, document["version"] + 1)
            try:
                return await self._outbox.save(key, document["version"], changed, event)
            except VersionConflict:
                continue
            except DuplicateKeyError as error:
                raise self._taken() from error
        raise refuse(reasons.records.TOO_MANY_CHANGES_AT_ONCE, thing=self._kind.name)

    async def _first(self, key: str, request_hash: bytes) -> Document | None:
        document = await self._documents.find_one({"_id": key})
        if document and not hmac.compare_digest(document["create_hash"], request_hash):
            raise refuse(reasons.requests.IDEMPOTENCY_KEY_REUSED)
        return document

    def _event(self, context: CallContext, document: Document, sequence: int) -> Event:
        data: dict[str, Any] = self._kind.describe(document).model_dump(mode="json")
        return Event(
            id=event_id(document["_id"], sequence),
            source="/trackline/gateway",
            type=self._kind.event_type,
            subject=document["_id"],
            time=document["updated_at"],
            recordedat=document["updated_at"],
            sequence=sequence,
            actor=context.viewer.id,
            requestid=context.request_id,
            traceparent=context.traceparent,
            data=data,
        )

    def _taken(self) -> ServiceError:
        return refuse(reasons.records.ALREADY_TAKEN, pointer=f"/{self._kind.unique}", thing=self._kind.name)

    def _conflict(self, document: Document) -> ServiceError:
        detail = {"version": document["version"]}
        return refuse(reasons.records.CHANGED_MEANWHILE, detail=detail, thing=self._kind.name)


def differing(document: Document, given: Document) -> Document:
    return {name: value for name, value in given.items() if document.get(name) != value}
