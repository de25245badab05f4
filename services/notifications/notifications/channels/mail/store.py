from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pymongo.database import Database

from notifications.channels.mail.ports import MailChoice

FIELDS = ("smtp_url", "mail_from", "updated_at", "updated_by_id")


class MongoMailChoices:
    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._rows = database["settings"]

    def read(self) -> MailChoice:
        found = self._rows.find_one({"_id": "mail"}) or {}
        return MailChoice(**{name: found.get(name) for name in FIELDS})

    def change(self, changed: Mapping[str, str | None], by: str, now: datetime) -> None:
        fields = {**changed, "updated_at": now, "updated_by_id": by}
        self._rows.update_one({"_id": "mail"}, {"$set": fields}, upsert=True)
