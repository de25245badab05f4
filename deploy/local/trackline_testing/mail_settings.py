"""The mail settings in memory, and the mail channel's ports over any store of them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Protocol

from notifications.channels.mail.ports import MailChoice, MailChoiceStore, MailPorts
from notifications.metrics import count
from notifications.usecases.events import SOURCE
from notifications.usecases.ports import DeliveryStore, PersonStore
from trackline_chassis.sealing import Seal
from trackline_core.records.decide import Document, Write
from trackline_core.records.store import RecordStore, Taken
from trackline_core.records.sync import Records
from trackline_schemas.events import UserChanged
from trackline_schemas.records.kinds.mail_settings import KEY, KIND, shown
from trackline_testing.records import FakeRecords

SEAL = Seal(["k" * 32])


class MailSettingsStore(RecordStore, MailChoiceStore, Protocol): ...


class FakeMailSettings(FakeRecords):
    def __init__(self) -> None:
        super().__init__(KIND)
        self._documents[KEY] = {"_id": KEY, "version": 1}

    def read(self) -> MailChoice:
        found = self._documents[KEY]
        return MailChoice(**{field.name: found[field.name] for field in fields(MailChoice) if field.name in found})

    def find(self, key: str) -> Document | None:
        found = super().find(key)
        if found is None:
            return None
        return {**found, "server": shown(found.get("smtp_url"), (found.get("server") or {}).get("password_set_at"))}

    def save(self, write: Write) -> Document:
        if write.version is None:
            raise Taken
        return super().save(write)


class NoPeople:
    """A store of people that knows nobody."""

    def apply(self, person: UserChanged, sequence: int) -> None: ...

    def by_ids(self, ids: Collection[str]) -> Mapping[str, UserChanged]:
        return {}

    def sequences(self, ids: Collection[str]) -> Mapping[str, int]:
        return {}

    def members(self, team_ids: Collection[str]) -> Sequence[UserChanged]:
        return []


def mail_ports(
    store: MailSettingsStore,
    deliveries: DeliveryStore,
    clock: Callable[[], datetime],
    environment: MailChoice = MailChoice(),
    people: PersonStore | None = None,
) -> MailPorts:
    records = Records(KIND, store, clock, SOURCE, count)
    return MailPorts(
        store, records, environment, deliveries, people or NoPeople(), clock, SEAL, "https://help.example.org"
    )
