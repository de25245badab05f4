"""The mail settings as a record: every change has its before and after, none has a password, and each can go back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import uuid4

import pytest
from pymongo.database import Database

from notifications.channels.mail import settings
from notifications.channels.mail.ports import MailPorts
from notifications.channels.mail.store import MongoMailSettings
from trackline_chassis.bus import Bus
from trackline_chassis.settings import ChassisSettings
from trackline_core.messages import Outgoing
from trackline_core.records import service
from trackline_core.records.service import Kept
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError
from trackline_schemas.notifications import UpdateMailSettings
from trackline_schemas.records import ChangesQuery, RecordChange
from trackline_schemas.viewer import Viewer
from trackline_testing.mail_settings import SEAL, MailSettingsStore, mail_ports

from .builders import NOW
from .conftest import in_mongo
from .world import World, office

BOSS, ANNA = Viewer(id="boss", admin=True), Viewer(id="anna", teams={"it": "manage"})
SECRET = "smtp://desk:s3cret@mail.example.org:587"
SHOWN = {"url": "smtp://desk@mail.example.org:587", "has_password": True, "password_set_at": NOW}
OPEN = {"url": "smtp://relay.example.org", "has_password": False, "password_set_at": None}


@dataclass
class Office:
    """`boss` administers the mail settings."""

    mail: MailPorts
    post: World

    @property
    def kept(self) -> Kept:
        return {"mail_settings": self.mail.records}

    def change(self, key: str | None = None, if_match: int | None = None, **given: Any) -> None:
        context = CallContext(viewer=BOSS, command_id=key or str(uuid4()), key_sent=key is not None)
        settings.update(self.mail, UpdateMailSettings.model_validate(given), context, if_match)

    def history(self) -> list[RecordChange]:
        return service.changes(self.kept, ChangesQuery(), BOSS).items

    def restore(self, change: RecordChange) -> None:
        """As the gateway does, which has the change as JSON."""
        before = {name: pair[0] for name, pair in change.model_dump(mode="json")["changes"].items()}
        version = self.history()[0].version
        service.update(self.kept, "mail_settings", "mail", before, version, CallContext(viewer=BOSS))

    @property
    def url(self) -> str | None:
        return self.mail.choices.read().smtp_url


def office_over(store: MailSettingsStore) -> Office:
    post = office()
    return Office(mail_ports(store, post.deliveries, lambda: post.now), post)


@pytest.fixture
def at(mail_settings: MailSettingsStore) -> Office:
    return office_over(mail_settings)


def test_each_change_tells_before_and_after_and_who_and_when(at: Office) -> None:
    at.change(smtp_url=SECRET, mail_from="Help <help@example.org>")
    at.post.later(minutes=1)
    at.change(smtp_url="smtp://relay.example.org")
    newest, first = at.history()
    assert first.changes == {"server": (None, SHOWN), "mail_from": (None, "Help <help@example.org>")}
    assert newest.changes == {"server": (SHOWN, OPEN)}
    assert (first.kind, first.record_id, first.actor_id, first.version, first.at) == (
        "mail_settings",
        "mail",
        "boss",
        2,
        NOW,
    )


def test_what_was_chosen_with_the_release_before_is_the_first_before(db: Database[Any]) -> None:
    at = office_over(in_mongo(db))
    old = {"smtp_url": SECRET, "mail_from": "Help <help@example.org>", "updated_at": NOW, "updated_by_id": "carl"}
    db["settings"].insert_one({"_id": "mail", **old})
    kept = settings.read(at.mail, BOSS)
    assert (kept.server, kept.has_password, kept.version) == ("smtp://desk@mail.example.org:587", True, 1)
    assert (kept.updated_at, kept.updated_by_id, at.url) == (NOW, "carl", SECRET)
    at.change(mail_from="Desk <desk@example.org>")
    assert at.url == SECRET
    at.change(smtp_url="smtp://relay.example.org")
    newest, first = at.history()
    assert first.changes == {"mail_from": ("Help <help@example.org>", "Desk <desk@example.org>")}
    assert newest.changes == {"server": ({**SHOWN, "password_set_at": None}, OPEN)}
    at.restore(first)
    assert at.mail.choices.read().mail_from == "Help <help@example.org>"


def test_a_change_by_the_release_before_is_the_next_before(db: Database[Any]) -> None:
    at = office_over(in_mongo(db))
    at.change(smtp_url="smtp://relay.example.org")
    db["settings"].update_one({"_id": "mail"}, {"$set": {"smtp_url": "smtp://other.example.org"}})
    at.change(smtp_url=None)
    assert at.history()[0].changes == {"server": ({**OPEN, "url": "smtp://other.example.org"}, None)}


def test_another_password_is_a_change_and_the_earlier_one_does_not_come_back(at: Office) -> None:
    at.change(smtp_url=SECRET)
    at.post.later(minutes=1)
    at.change(smtp_url="smtp://desk:an0ther@mail.example.org:587")
    newest = at.history()[0]
    assert newest.changes == {"server": (SHOWN, {**SHOWN, "password_set_at": at.post.now})}
    with pytest.raises(ServiceError) as refused:
        at.restore(newest)
    assert (refused.value.code, refused.value.reason) == ("conflict", "password_not_kept")
    assert "Enter the server and the password again in Settings → Email" in refused.value.message
    assert "s3cret" not in refused.value.message
    assert (at.url, len(at.history())) == ("smtp://desk:an0ther@mail.example.org:587", 2)


def test_a_server_comes_back_with_the_stored_password_of_the_same_user_and_host(at: Office) -> None:
    at.change(smtp_url=SECRET)
    at.change(smtp_url="smtps://desk:s3cret@mail.example.org:465")
    at.restore(at.history()[0])
    assert at.url == SECRET
    assert at.history()[0].changes["server"][1] == SHOWN


@pytest.mark.parametrize(
    "meanwhile",
    [
        "smtp://desk:s3cret@mail.example.com:587",
        "smtp://help:s3cret@mail.example.org:587",
        "smtp://desk@mail.example.org:587",
        None,
    ],
)
def test_a_password_never_goes_to_another_server_or_user(at: Office, meanwhile: str | None) -> None:
    at.change(smtp_url=SECRET, mail_from="Help <help@example.org>")
    at.change(smtp_url=meanwhile, mail_from="Desk <desk@example.org>")
    with pytest.raises(ServiceError, match=r"The password that smtp://desk@mail\.example\.org:587 had is not kept"):
        at.restore(at.history()[0])
    assert (at.url, at.mail.choices.read().mail_from) == (meanwhile, "Desk <desk@example.org>")


def test_a_server_without_a_password_and_the_environment_come_back(at: Office) -> None:
    at.change(smtp_url="smtp://relay.example.org")
    at.change(smtp_url=SECRET)
    newest, first = at.history()
    at.restore(newest)
    assert at.url == "smtp://relay.example.org"
    at.restore(first)
    assert at.url is None
    assert settings.read(at.mail, BOSS).server_own is False


def test_the_same_command_changes_once_and_a_stale_version_is_refused(at: Office) -> None:
    key = str(uuid4())
    at.change(key, smtp_url=SECRET)
    at.change(key, smtp_url=SECRET)
    at.change(smtp_url=SECRET)
    at.change()
    assert len(at.history()) == 1
    with pytest.raises(ServiceError) as stale:
        at.change(smtp_url="smtp://relay.example.org", if_match=1)
    assert stale.value.code == "version_conflict"


def test_there_is_one_record_and_it_is_for_administrators(at: Office) -> None:
    with pytest.raises(ServiceError) as taken:
        service.create(at.kept, "mail_settings", {"mail_from": "Help <help@example.org>"}, CallContext(viewer=BOSS))
    assert taken.value.code == "conflict"
    for key in ("mail", "other"):
        with pytest.raises(ServiceError) as hidden:
            service.get(at.kept, "mail_settings", key, ANNA)
        assert hidden.value.code == "not_found"
    with pytest.raises(ServiceError) as forbidden:
        service.changes(at.kept, ChangesQuery(), ANNA)
    assert forbidden.value.code == "forbidden"
    assert [one.id for one in at.mail.records.select(None, BOSS)] == ["mail"]


@dataclass
class Wire:
    """A bus that keeps what goes over it."""

    sent: list[Outgoing] = field(default_factory=list)

    def send(self, messages: Sequence[Outgoing]) -> list[bool]:
        self.sent += messages
        return [True] * len(messages)


def test_no_password_is_in_history_log_event_answer_or_text(
    db: Database[Any], caplog: pytest.LogCaptureFixture
) -> None:
    wire = Wire()
    store = MongoMailSettings(db, cast(Bus, wire), ChassisSettings(sweep_age_seconds=-1.0), SEAL)
    at = office_over(store)
    at.change(smtp_url=SECRET)
    at.change(smtp_url="smtps://desk:s3cret@mail.example.org:465", mail_from="Help <help@example.org>")
    at.restore(at.history()[0])
    assert store.outbox.sweep() == 3
    at.change(smtp_url=None)
    with pytest.raises(ServiceError) as refused:
        at.restore(at.history()[0])
    told = [
        *(change.model_dump_json() for change in at.history()),
        *(str(row) for row in db["mail_settings_events"].find()),
        *(str(row) for row in db["settings"].find_one({"_id": "mail"}, {"pending": 1})["pending"]),  # type: ignore[index]
        *(str(message) for message in wire.sent),
        str(service.get(at.kept, "mail_settings", "mail", BOSS)),
        settings.read(at.mail, BOSS).model_dump_json(),
        f"{refused.value!r} {refused.value.message} {refused.value.params} {refused.value.detail}",
        caplog.text,
    ]
    assert (len(wire.sent), len(at.history())) == (3, 4)
    assert [text for text in told if "s3cret" in text] == []
