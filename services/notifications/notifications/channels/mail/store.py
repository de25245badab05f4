"""The mail settings in MongoDB. The URL of the server is encrypted, because it has the password."""

from dataclasses import fields, replace
from typing import Any

from pymongo import ReturnDocument
from pymongo.database import Database

from notifications.channels.mail.ports import MailChoice
from trackline_chassis.bus import Bus
from trackline_chassis.records import MongoRecords
from trackline_chassis.sealing import Seal
from trackline_chassis.settings import ChassisSettings
from trackline_core.records.decide import Document, Write
from trackline_core.records.store import Taken
from trackline_schemas.errors import ServiceError
from trackline_schemas.records.kinds.mail_settings import KEY, KIND, shown

# An encrypted URL is stored behind this host, which exists nowhere: a replica of the earlier release finds no server,
# and keeps its mails for the next attempt.
SEALED = "smtp://sealed.invalid/"
NAME = "mail settings"
FIELDS = [field.name for field in fields(MailChoice)]
# The one document is at version 1 before anybody changes it. An earlier release wrote it without a version.
FIRST_VERSION = [{"$set": {"version": {"$ifNull": ["$version", 1]}}}]


class MongoMailSettings(MongoRecords):
    def __init__(self, database: Database[dict[str, Any]], bus: Bus, settings: ChassisSettings, seal: Seal) -> None:
        super().__init__(KIND, database, bus, settings)
        self._rows = database[KIND.collection]
        self._seal = seal

    def read(self) -> MailChoice:
        """Raises ServiceError unavailable if the key of the URL is missing."""
        found = self._rows.find_one({"_id": KEY}, FIELDS) or {}
        choice = MailChoice(**{name: found[name] for name in FIELDS if name in found})
        return replace(choice, smtp_url=self._open(choice.smtp_url))

    def find(self, key: str) -> Document | None:
        if key != KEY:
            return None
        after = ReturnDocument.AFTER
        found = self._rows.find_one_and_update({"_id": KEY}, FIRST_VERSION, upsert=True, return_document=after) or {}
        # An earlier release that runs beside this one writes the URL only.
        password_set_at = (found.get("server") or {}).get("password_set_at")
        try:
            url = self._open(found.get("smtp_url"))
        except ServiceError:
            # Administrators can still choose another server.
            return {**found, "smtp_url": None}
        return {**found, "smtp_url": url, "server": shown(url, password_set_at)}

    def save(self, write: Write) -> Document:
        if write.version is None:
            raise Taken
        url = write.members.get("smtp_url")
        members = write.members if url is None else {**write.members, "smtp_url": self._close(url)}
        super().save(replace(write, members=members))
        return write.after

    def reseal(self) -> int:
        """Encrypts a URL that is stored in clear or with an older key. Returns how many that were."""
        found = self._rows.find_one({"_id": KEY}, {"smtp_url": 1}) or {}
        stored = found.get("smtp_url")
        if stored is None or self._seal.is_current(stored.removeprefix(SEALED)):
            return 0
        change = {"$set": {"smtp_url": self._close(self._seal.open(NAME, stored.removeprefix(SEALED)))}}
        return self._rows.update_one({"_id": KEY, "smtp_url": stored}, change).modified_count

    def _open(self, stored: str | None) -> str | None:
        return None if stored is None else self._seal.open(NAME, stored.removeprefix(SEALED))

    def _close(self, url: str) -> str:
        return SEALED + self._seal.seal(NAME, url)
