"""What signing in reads and writes of accounts in MongoDB."""

from gateway.kit.mongo import Collection, Document


class MongoCredentials:
    def __init__(self, users: Collection) -> None:
        self._users = users

    async def by_email(self, email: str) -> Document | None:
        return await self._users.find_one({"emails": email})

    async def renew_hash(self, user_id: str, known: str, renewed: str) -> None:
        await self._users.update_one({"_id": user_id, "password_hash": known}, {"$set": {"password_hash": renewed}})
