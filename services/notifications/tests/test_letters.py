"""Mails that belong to no ticket, from the event to the received mail."""

from datetime import datetime, timedelta

import pytest

from notifications.channels.mail.composer import MailComposer
from notifications.channels.mail.letters import letter, with_link
from notifications.channels.mail.payload import Purpose
from notifications.domain.delivery import Delivery
from notifications.usecases.channel import TransportError
from trackline_schemas.events import MAIL_REQUESTED, Event, MailRequested
from trackline_testing.mail_settings import SEAL

from .builders import NOW, bundle, mail_row, read
from .world import World, office

LINK = "https://help.example.org/password?link=abc.secret"


def asked(purpose: str = "invited", expires_at: datetime = NOW + timedelta(days=7)) -> Event:
    data = {"recipient_id": "rita", "purpose": purpose, "url": LINK, "expires_at": expires_at}
    return Event.unlogged(MAIL_REQUESTED, "gateway", "rita", MailRequested.model_validate(data), NOW, id="m1")


@pytest.fixture
def post() -> World:
    return office()


def only(post: World) -> Delivery:
    [row] = post.deliveries.rows.values()
    return row


def test_a_repeated_event_is_one_mail_and_its_link_is_removed(post: World) -> None:
    post.consume([asked()])
    post.send_all()
    post.consume([asked(), asked()])
    post.send_all()
    assert [address for address, _ in post.server.taken] == ["rita@example.org"]
    assert (only(post).state, only(post).secret) == ("sent", None)


def test_replayed_events_send_no_mail(post: World) -> None:
    post.consume([asked().model_copy(update={"replay": True})])
    assert post.deliveries.rows == {}


def test_an_expired_link_is_not_sent(post: World) -> None:
    post.consume([asked(expires_at=NOW + timedelta(hours=1))])
    post.later(hours=1)
    post.send_all()
    assert (only(post).state, post.server.taken) == ("failed", [])


def test_there_is_no_attempt_after_a_link_expires(post: World) -> None:
    post.consume([asked(expires_at=NOW + timedelta(seconds=15))])
    post.server.refuses = [TransportError("no connection")] * 9
    post.send_all()
    assert only(post).state == "queued"
    post.later(seconds=10)
    post.send_all()
    assert (only(post).state, only(post).error) == ("failed", "no connection")


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(
    ("purpose", "linked"),
    [
        ("invited", True),
        ("password_link", True),
        ("password_changed", True),
        ("address_changed", True),
        ("test", False),
    ],
)
def test_a_letter_says_who_and_why(purpose: Purpose, linked: bool, language: str) -> None:
    composer = MailComposer("Trackline <desk@help.example.org>", "https://help.example.org/", "Harbour & Sons", SEAL)
    row = letter("m1", "rita", "boss", purpose, NOW, NOW)
    row = with_link(row, LINK, SEAL) if linked else row
    message = read(composer.compose(bundle(row, language=language, names={"boss": "Boss\r\nBcc: all@example.org"})))
    for kind in ("plain", "html"):
        part = message.get_body((kind,))
        assert part is not None
        assert (LINK in part.get_content()) == linked
        assert "Rita" in part.get_content()
    assert message["In-Reply-To"] is None
    assert message["Message-ID"].startswith("<letter.")
    assert "Bcc" not in message
    assert LINK not in str(message.items())


def test_a_link_is_not_printed() -> None:
    assert LINK not in repr(mail_row(secret=LINK))
    assert LINK not in repr(MailRequested.model_validate(asked().data))
