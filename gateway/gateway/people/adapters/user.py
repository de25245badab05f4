"""Accounts in MongoDB."""

from collections.abc import Sequence

from gateway.kit.mongo import Collection, Document
from gateway.people.adapters.paging import page_by_name
from trackline_schemas.paging import Page
from trackline_schemas.text.keys import address_key
from trackline_schemas.text.people_query import PeopleQuery, read_query


class MongoUsers:
    def __init__(self, users: Collection) -> None:
        self._users = users

    async def by_email(self, email: str) -> Document | None:
        typed = email.strip().lower()
        found = await self._users.find(_with_one_of([typed])).to_list(2)
        # Accounts of an earlier release may have addresses that look the same.
        return next((one for one in found if typed in one["emails"]), next(iter(found), None))

    async def count(self, emails: Sequence[str]) -> int:
        return await self._users.count_documents(_with_one_of(emails))

    async def active(self, user_id: str) -> Document | None:
        return await self._users.find_one({"_id": user_id, "active": True})

    async def has_administrator(self, but: str | None = None) -> bool:
        return await self._users.find_one({"admin": True, "active": True, "_id": {"$ne": but}}) is not None

    async def first_administrator(self) -> Document | None:
        order = [("created_at", 1), ("_id", 1)]
        return await self._users.find_one({"admin": True, "active": True}, sort=order)

    async def renew_hash(self, user_id: str, known: str, renewed: str) -> None:
        await self._users.update_one({"_id": user_id, "password_hash": known}, {"$set": {"password_hash": renewed}})

    async def page(
        self, q: str, team_id: str | None, active: bool | None, size: int, after: str | None
    ) -> Page[Document]:
        conditions = [await self._found_by(read_query(q))] if q else []
        if team_id is not None:
            conditions.append({f"teams.{team_id}": {"$exists": True}})
        if active is not None:
            conditions.append({"active": active})
        return await page_by_name(self._users, conditions, size, after)

    async def _found_by(self, query: PeopleQuery) -> Document:
        if query.complete or (query.addresses and await self.count(query.addresses)):
            return _with_one_of(query.addresses)
        return {"$or": [*map(_with_all_of, query.ways)]}


def _with_one_of(emails: Sequence[str]) -> Document:
    return {"$or": [{"emails": {"$in": [*emails]}}, {"email_keys": {"$in": [*map(address_key, emails)]}}]}


def _with_all_of(patterns: Sequence[str]) -> Document:
    # MongoDB takes no empty list of conditions. Every account matches an empty document.
    conditions = [{"search": {"$regex": pattern}} for pattern in patterns]
    return {"$and": conditions} if conditions else {}
