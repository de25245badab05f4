"""Secrets are encrypted in MongoDB: the mail server's password, and the links of mails that were not sent yet."""

from dataclasses import replace
from typing import Any, cast

import pytest
from pydantic import ValidationError
from pymongo.database import Database

from notifications.adapters.delivery import SEALED, MongoDeliveries
from notifications.channels.mail import settings
from notifications.channels.mail.composer import MailComposer
from notifications.channels.mail.letters import letter, with_link
from notifications.channels.mail.outlets import Outlets
from notifications.channels.mail.ports import MailChoice
from notifications.channels.mail.smtp import Server
from notifications.channels.mail.store import MongoMailSettings
from notifications.domain.delivery import Delivery
from notifications.settings import Settings
from notifications.usecases.channel import TransportError
from trackline_chassis.bus import Bus
from trackline_chassis.sealing import Seal
from trackline_chassis.settings import ChassisSettings
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError
from trackline_schemas.notifications import UpdateMailSettings
from trackline_schemas.viewer import Viewer
from trackline_testing.mail_settings import SEAL, mail_ports

from .builders import NOW, bundle
from .world import office

Document = dict[str, Any]
URL = "smtp://desk:s3cret@mail.example.org:587"
LINK = "https://help.example.org/password?link=abc.s3cret"
CALL = CallContext(viewer=Viewer(id="boss", admin=True), command_id="0" * 31 + "1", key_sent=True)
NEW = Seal(["n" * 32])
BOTH = Seal(["n" * 32, "k" * 32])


def store(db: Database[Document], seal: Seal = SEAL) -> MongoMailSettings:
    return MongoMailSettings(db, cast(Bus, None), ChassisSettings(), seal)


def everything(db: Database[Document]) -> str:
    return repr([[*db[name].find()] for name in db.list_collection_names()])


def invitation(link: str | None = LINK) -> Delivery:
    row = letter("m1", "rita", "boss", "invited", NOW, NOW)
    return row if link is None else with_link(row, link, SEAL)


def test_no_collection_holds_the_password_of_the_mail_server(db: Database[Document]) -> None:
    post = office()
    kept = store(db)
    ports = mail_ports(kept, post.deliveries, lambda: NOW)
    settings.update(ports, UpdateMailSettings(smtp_url=URL), CALL)
    assert kept.read().smtp_url == URL
    assert "s3cret" not in everything(db)
    digest = UpdateMailSettings(smtp_url=URL).digest()
    assert repr(digest) not in everything(db), "the plain hash of a password lets somebody guess it"
    # A repeat of the same command is recognised all the same.
    assert settings.update(ports, UpdateMailSettings(smtp_url=URL), CALL).version == 2


def test_a_plain_password_is_read_and_encrypted(db: Database[Document]) -> None:
    db["settings"].insert_one({"_id": "mail", "version": 1, "smtp_url": URL})
    kept = store(db)
    assert kept.read().smtp_url == URL
    assert (kept.reseal(), kept.reseal()) == (1, 0)
    assert "s3cret" not in everything(db)
    assert kept.read().smtp_url == URL


def test_an_old_key_is_read_and_a_new_key_writes(db: Database[Document]) -> None:
    db["settings"].insert_one({"_id": "mail", "version": 1, "smtp_url": URL})
    store(db).reseal()
    assert store(db, BOTH).reseal() == 1
    assert store(db, NEW).read().smtp_url == URL


def test_a_replica_of_the_earlier_release_keeps_its_mails(db: Database[Document]) -> None:
    db["settings"].insert_one({"_id": "mail", "version": 1, "smtp_url": URL})
    store(db).reseal()
    found = db["settings"].find_one({"_id": "mail"})
    assert found
    # It finds no such host, and a failed connection costs no mail: the delivery stays in the queue.
    assert Server.of(found["smtp_url"]).host == "sealed.invalid"


def test_without_its_key_no_other_server_gets_the_mails(db: Database[Document]) -> None:
    db["settings"].insert_one({"_id": "mail", "version": 1, "smtp_url": URL})
    store(db).reseal()
    kept, environment = store(db, NEW), MailChoice("smtp://127.0.0.1:1025", "desk@example.org")
    outlets = Outlets(kept, environment, lambda: None, "http://127.0.0.1:8000", 5, NEW)
    with pytest.raises(TransportError) as caught:
        outlets()
    assert not caught.value.permanent
    ports = mail_ports(kept, office().deliveries, lambda: NOW)
    with pytest.raises(ServiceError, match="TRACKLINE_ENCRYPTION_KEYS"):
        settings.read(ports, CALL.viewer)
    settings.update(ports, UpdateMailSettings(smtp_url="smtp://relay.example.org"), CALL)
    assert kept.read().smtp_url == "smtp://relay.example.org"


def test_no_row_of_the_queue_holds_a_link(db: Database[Document]) -> None:
    deliveries = MongoDeliveries(db)
    deliveries.add([invitation()])
    assert "s3cret" not in everything(db)
    [[row]] = deliveries.claim("mail", "c1", NOW, NOW)
    assert row == replace(invitation(), secret=row.secret, state="claimed", claim="c1", until=NOW, attempts=1)
    composer = MailComposer("desk@example.org", "http://127.0.0.1:8000", "Trackline", SEAL)
    assert LINK in composer.compose(bundle(row)).content.decode().replace("=\n", "").replace("=3D", "=")


def test_the_earlier_release_does_not_find_a_sealed_row(db: Database[Document]) -> None:
    MongoDeliveries(db).add([invitation()])
    assert db["deliveries"].count_documents({"channel": "mail", "state": "queued"}) == 0


@pytest.mark.parametrize("field", ["secret", "link"])
def test_a_plain_link_is_encrypted(db: Database[Document], field: str) -> None:
    deliveries = MongoDeliveries(db)
    deliveries.add([invitation(None)])
    db["deliveries"].update_one({}, {"$set": {field: LINK, "channel": "mail"}})
    assert (deliveries.reseal(SEAL), deliveries.reseal(SEAL)) == (1, 0)
    assert deliveries.reseal(BOTH) == 1
    found = db["deliveries"].find_one() or {}
    assert (found["channel"], NEW.open(found["_id"], found[field])) == ("mail" + SEALED, LINK)


def test_a_link_without_its_key_waits(db: Database[Document]) -> None:
    composer = MailComposer("desk@example.org", "http://127.0.0.1:8000", "Trackline", NEW)
    with pytest.raises(TransportError) as caught:
        composer.compose(bundle(invitation()))
    assert not caught.value.permanent


@pytest.mark.parametrize("keys", ["", "short", "k" * 32 + ",short"])
def test_a_missing_or_short_key_stops_the_service(keys: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKLINE_ENCRYPTION_KEYS", keys)
    with pytest.raises(ValidationError, match="encryption_keys"):
        Settings()


def test_keys_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKLINE_ENCRYPTION_KEYS", f"{'n' * 32}, {'k' * 32}")
    assert [key.get_secret_value() for key in Settings().encryption_keys] == ["n" * 32, "k" * 32]
    assert "nnnn" not in repr(Settings())
