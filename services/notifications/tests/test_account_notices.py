"""Mails about a new password and other addresses of an account, from the event to the received mail."""

from typing import Any

import pytest

from notifications.channels.mail.composer import MailComposer
from notifications.channels.mail.letters import letter
from trackline_schemas.events import Event
from trackline_testing.mail_settings import SEAL

from .builders import NOW, PEOPLE, bundle, read, user_event
from .world import World, office

OLD, NEW = "rita@example.org", "rita@new.example.org"


def changed(sequence: int = 2, envelope: dict[str, Any] | None = None, **fields: Any) -> Event:
    return user_event(PEOPLE["rita"].model_copy(update=fields), sequence, **(envelope or {}))


@pytest.fixture
def post() -> World:
    return office()


def told(post: World) -> list[tuple[str, str]]:
    """Returns (purpose, address) of each mail that the server took."""
    post.send_all()
    sent = [row for row in post.deliveries.rows.values() if row.state == "sent"]
    return sorted((row.payload["purpose"], row.address or "") for row in sent)


def test_a_new_password_is_told_once(post: World) -> None:
    event = changed(credentials_epoch=1)
    post.consume([event])
    post.consume([event, event])
    assert told(post) == [("password_changed", OLD)]
    post.consume([changed(3, credentials_epoch=1, name="Rita R."), changed(4, credentials_epoch=2)])
    assert told(post) == [("password_changed", OLD)] * 2


def test_a_process_that_dies_before_it_saves_the_person_tells_it_once(post: World) -> None:
    event = changed(credentials_epoch=1)
    for channel in post.ports.channels:
        for handle in [channel.handlers[event.type]] if event.type in channel.handlers else []:
            handle([event])
    post.consume([event])
    assert told(post) == [("password_changed", OLD)]


def test_another_address_is_told_to_both(post: World) -> None:
    post.consume([changed(emails=[NEW])])
    assert told(post) == [("address_changed", OLD), ("address_changed", NEW)]
    assert sorted(address for address, _ in post.server.taken) == [OLD, NEW]


@pytest.mark.parametrize(
    ("before", "after", "addresses"),
    [
        ([OLD], [OLD, NEW], [OLD]),
        ([OLD, NEW], [OLD], [OLD, NEW]),
        ([OLD, NEW], [NEW, OLD], [OLD, NEW]),
        ([OLD, "second@example.org"], [NEW], [OLD, NEW, "second@example.org"]),
    ],
)
def test_the_mail_addresses_of_before_and_after_and_lost_ones_are_told(
    post: World, before: list[str], after: list[str], addresses: list[str]
) -> None:
    post.people.apply(PEOPLE["rita"].model_copy(update={"emails": before}), 2)
    post.consume([changed(3, emails=after)])
    assert told(post) == [("address_changed", address) for address in addresses]


@pytest.mark.parametrize(
    "event",
    [
        changed(language="en", name="Rita R.", admin=True),
        changed(envelope={"replay": True}, credentials_epoch=1, emails=[NEW]),
        changed(envelope={"historical": True}, credentials_epoch=1, emails=[NEW]),
        # older than what is known
        changed(1, credentials_epoch=1, emails=[NEW]),
        # The account was deactivated and activated.
        changed(3, credentials_epoch=2, keys_epoch=2),
    ],
)
def test_nothing_else_is_told(post: World, event: Event) -> None:
    post.consume([event])
    assert post.deliveries.rows == {}


def test_a_new_account_is_not_told_of_its_first_password(post: World) -> None:
    created = PEOPLE["rita"].model_copy(update={"id": "new", "credentials_epoch": 1})
    post.consume([user_event(created)])
    assert post.deliveries.rows == {}


def test_two_changes_in_one_batch_are_told_by_their_own_steps(post: World) -> None:
    post.consume([changed(3, emails=[NEW], credentials_epoch=1), changed(2, credentials_epoch=1)])
    assert told(post) == [("address_changed", OLD), ("address_changed", NEW), ("password_changed", NEW)]


def test_who_is_not_active_gets_no_mail(post: World) -> None:
    post.consume([changed(credentials_epoch=1, active=False)])
    assert told(post) == []


def test_the_letter_goes_to_its_own_address() -> None:
    composer = MailComposer("Trackline <desk@help.example.org>", "https://help.example.org/", "Harbour & Sons", SEAL)
    row = letter("c1", "rita", "boss", "address_changed", NOW, address=OLD)
    message = read(composer.compose(bundle(row, address=NEW, language="de", names={"boss": "Boss"})))
    assert OLD in message["To"]
    assert NEW not in str(message)
