from dataclasses import fields
from typing import Any

from pymongo import ReturnDocument
from pymongo.database import Database

from notifications.channels.mail.ports import MailChoice
from trackline_chassis.bus import Bus
from trackline_chassis.records import MongoRecords
from trackline_chassis.settings import ChassisSettings
from trackline_core.records.decide import Document, Write
from trackline_core.records.store import Taken
from trackline_schemas.records.kinds.mail_settings import KEY, KIND, shown

FIELDS = [field.name for field in fields(MailChoice)]
# The one document is at version 1 before anybody changes it. An earlier release wrote it without a version.
FIRST_VERSION = [{"$set": {"version": {"$ifNull": ["$version", 1]}}}]


class MongoMailSettings(MongoRecords):
    def __init__(self, database: Database[dict[str, Any]], bus: Bus, settings: ChassisSettings) -> None:
        super().__init__(KIND, database, bus, settings)
        self._rows = database[KIND.collection]

    def read(self) -> MailChoice:
        found = self._rows.find_one({"_id": KEY}, FIELDS) or {}
        return MailChoice(**{name: found[name] for name in FIELDS if name in found})

    def find(self, key: str) -> Document | None:
        if key != KEY:
            return None
        after = ReturnDocument.AFTER
        found = self._rows.find_one_and_update({"_id": KEY}, FIRST_VERSION, upsert=True, return_document=after) or {}
        # An earlier release that runs beside this one writes the URL only.
        password_set_at = (found.get("server") or {}).get("password_set_at")
        return {**found, "server": shown(found.get("smtp_url"), password_set_at)}

    def save(self, write: Write) -> Document:
        if write.version is None:
            raise Taken
        return super().save(write)
