"""The gateway's collections for people, and their indexes."""

from pymongo import ASCENDING

from gateway.kit.mongo import Collection, Database
from gateway.people.adapters import security_log
from trackline_core.records import history
from trackline_schemas.records import AnyKind


class Store:
    """`users`, `teams`, `organisation` and `api_keys` hold records. Each document has its events until they are in
    `log`."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.users: Collection = database["users"]
        self.teams: Collection = database["teams"]
        self.log: Collection = database["people_events"]
        self.sessions: Collection = database["sessions"]
        self.refresh_tokens: Collection = database["refresh_tokens"]
        self.organisation: Collection = database["organisation"]
        self.api_keys: Collection = database["api_keys"]
        self.links: Collection = database["links"]
        self.people_imports: Collection = database["people_imports"]
        self.sign_in_attempts: Collection = database["sign_in_attempts"]
        self.markers: Collection = database["markers"]
        self.security_log: Collection = database["security_log"]

    def records(self, kind: AnyKind) -> Collection:
        return self.database[kind.collection]

    async def ping(self) -> None:
        await self.database.command("ping")

    async def create_indexes(self) -> None:
        await self.users.create_index("emails", unique=True)
        # A gateway of the release before writes no keys.
        has_keys = {"email_keys": {"$exists": True}}
        await self.users.create_index("email_keys", unique=True, partialFilterExpression=has_keys)
        await self.teams.create_index("name_key", unique=True)
        for records in (self.users, self.teams):
            await records.create_index("changed_at")
            await records.create_index([("name_key", ASCENDING), ("_id", ASCENDING)])
            await records.create_index(
                [("pending_at", ASCENDING)], partialFilterExpression={"pending_at": {"$exists": True}}
            )
        await self.api_keys.create_index(
            [("pending_at", ASCENDING)], partialFilterExpression={"pending_at": {"$exists": True}}
        )
        await self.api_keys.create_index("created_at")
        await self.log.create_index([("subject", ASCENDING), ("sequence", ASCENDING)], unique=True)
        for index in history.INDEXES:
            await self.log.create_index(index)
        for index in security_log.INDEXES:
            await self.security_log.create_index(index)
        for expiring in (
            self.sessions,
            self.refresh_tokens,
            self.links,
            self.people_imports,
            self.sign_in_attempts,
            self.security_log,
        ):
            await expiring.create_index("expires_at", expireAfterSeconds=0)
        for owned in (self.sessions, self.refresh_tokens, self.links):
            await owned.create_index("user_id")
        await self.people_imports.create_index([("state", ASCENDING), ("until", ASCENDING)])
        await self.links.create_index("mail_pending", partialFilterExpression={"mail_pending": True})
