"""The mail settings: rights, secrets, and that the next mail uses them."""

import pytest
from pydantic import ValidationError

from notifications.channels.mail import settings
from notifications.channels.mail.composer import MailComposer
from notifications.channels.mail.outlets import Outlets
from notifications.channels.mail.ports import MailChoice, MailPorts
from notifications.usecases.channel import TransportError
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError
from trackline_schemas.events import OrganisationChanged
from trackline_schemas.notifications import UpdateMailSettings
from trackline_schemas.viewer import Viewer
from trackline_testing.mail_settings import SEAL, MailSettingsStore, mail_ports

from .builders import NOW, bundle, read
from .fakes import FakeOrganisation
from .world import World, office

BOSS = Viewer(id="boss", admin=True)
CALL = CallContext(viewer=BOSS)
ENVIRONMENT = MailChoice("smtp://127.0.0.1:1025", "Trackline <trackline@localhost>")
SECRET = "smtp://desk:s3cret@mail.example.org:587"


@pytest.fixture
def post() -> World:
    return office()


@pytest.fixture
def mail(mail_settings: MailSettingsStore, post: World) -> MailPorts:
    return mail_ports(mail_settings, post.deliveries, lambda: post.now, ENVIRONMENT)


def test_a_password_is_never_returned(mail: MailPorts) -> None:
    before = settings.read(mail, BOSS)
    assert (before.server, before.server_own, before.has_password) == ("smtp://127.0.0.1:1025", False, False)
    after = settings.update(mail, UpdateMailSettings(smtp_url=SECRET), CALL)
    assert (after.server, after.server_own, after.has_password) == ("smtp://desk@mail.example.org:587", True, True)
    assert (after.updated_at, after.updated_by_id) == (NOW, "boss")
    assert "s3cret" not in after.model_dump_json() + repr(UpdateMailSettings(smtp_url=SECRET)) + repr(
        MailChoice(SECRET)
    )


def test_missing_members_stay_and_null_resets(mail: MailPorts) -> None:
    settings.update(mail, UpdateMailSettings(smtp_url=SECRET, mail_from="Help <help@example.org>"), CALL)
    kept = settings.update(mail, UpdateMailSettings(mail_from="Desk <desk@example.org>"), CALL)
    assert (kept.server_own, kept.mail_from) == (True, "Desk <desk@example.org>")
    back = settings.update(mail, UpdateMailSettings.model_validate({"smtp_url": None}), CALL)
    assert (back.server, back.mail_from) == ("smtp://127.0.0.1:1025", "Desk <desk@example.org>")


def test_the_next_mail_uses_the_new_settings(mail: MailPorts) -> None:
    organisation = FakeOrganisation()
    outlets = Outlets(mail.choices, ENVIRONMENT, organisation.name, "http://127.0.0.1:8000", 5, SEAL)
    first = outlets()
    assert outlets() is first
    organisation.apply(OrganisationChanged(name="Harbour"), 1)
    assert outlets() is not first
    settings.update(mail, UpdateMailSettings(smtp_url="smtp://127.0.0.1:1", mail_from="Help <help@example.org>"), CALL)
    assert outlets().composer.from_address == "help@example.org"  # type: ignore[attr-defined]
    with (
        pytest.raises(TransportError, match=r"127\.0\.0\.1:1 "),
        outlets().client.conversation() as conversation,
        conversation.to("rita@example.org"),
    ):
        pass


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("smtp_url", "mail.example.org"),
        ("smtp_url", "http://mail.example.org"),
        ("smtp_url", "smtp://mail.example.org:99999"),
        ("smtp_url", "smtp://mail.example.org:25\nx"),
        ("smtp_url", "smtp://ma☃il.example.org"),
        ("mail_from", "nobody"),
        ("mail_from", "Help <help@example.org>\nBcc: all@example.org"),
        ("mail_from", "Help\u202e <help@example.org>"),
        ("mail_from", "Help <help>"),
    ],
)
def test_invalid_settings_are_refused_without_showing_them(member: str, value: str) -> None:
    with pytest.raises(ValidationError, match="must look like"):
        UpdateMailSettings.model_validate({member: value})


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("Help <he..lp@example.org>", "email_dots_not_valid"),
        ("Hilfe <büro@example.org>", "email_mailbox_not_ascii"),
        ("Help <help@exa mple.org>", "email_domain_not_valid"),
        ("Help help@example.org", "email_mailbox_not_valid"),
    ],
)
def test_a_sender_that_gets_no_mail_is_refused(value: str, reason: str) -> None:
    with pytest.raises(ValidationError) as caught:
        UpdateMailSettings(mail_from=value)
    assert caught.value.errors()[0]["type"] == reason


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("Büro, Nord (IT) <desk@müller.example>", "Büro, Nord (IT)"),
        ('"Desk, North" <desk@müller.example>', "Desk, North"),
        ("desk@müller.example", "Trackline"),
    ],
)
def test_a_sender_is_kept_as_it_was_typed_and_sent_in_ascii(mail: MailPorts, value: str, name: str) -> None:
    after = settings.update(mail, UpdateMailSettings(mail_from=value), CALL)
    outlets = Outlets(mail.choices, ENVIRONMENT, FakeOrganisation().name, "http://127.0.0.1:8000", 5, SEAL)
    sender = read(outlets().composer.compose(bundle()))["From"].addresses[0]
    assert after.mail_from == value
    assert (sender.display_name, sender.addr_spec) == (name, "desk@xn--mller-kva.example")


@pytest.mark.parametrize("value", ["Desk <desk@my_firm.local>", "desk@my_firm.local", "desk@my_firm.local (Desk)"])
def test_a_sender_that_an_earlier_release_took_goes_on_sending(value: str) -> None:
    composer = MailComposer(value, "http://127.0.0.1:8000", "Desk", SEAL)
    sender = read(composer.compose(bundle()))["From"].addresses[0]
    assert (composer.from_address, sender.display_name) == ("desk@my_firm.local", "Desk")
    assert sender.addr_spec == "desk@my_firm.local"


def test_a_test_mail_is_sent_once_and_shows_its_outcome(mail: MailPorts, post: World) -> None:
    call = CallContext(viewer=BOSS, command_id="c1")
    assert settings.send_test(mail, call).id == settings.send_test(mail, call).id
    post.send_all()
    assert [address for address, _ in post.server.taken] == ["boss@example.org"]
    last = settings.read(mail, BOSS).last_test
    assert last is not None
    assert (last.state, last.ticket_id) == ("sent", None)


def test_a_failed_test_is_over_within_a_minute(mail: MailPorts, post: World) -> None:
    settings.send_test(mail, CallContext(viewer=BOSS, command_id="c1"))
    post.server.refuses = [TransportError("no connection")] * 9
    post.send_all()
    for _ in range(4):
        post.later(seconds=20)
        post.send_all()
    last = settings.read(mail, BOSS).last_test
    assert last is not None
    assert (last.state, last.error) == ("failed", "no connection")


def test_only_administrators_may_use_them(mail: MailPorts) -> None:
    anna = Viewer(id="anna", teams={"it": "manage"})
    with pytest.raises(ServiceError, match="administrators"):
        settings.read(mail, anna)
    with pytest.raises(ServiceError, match="administrators"):
        settings.update(mail, UpdateMailSettings(mail_from="Help <help@example.org>"), CallContext(viewer=anna))
    with pytest.raises(ServiceError, match="administrators"):
        settings.send_test(mail, CallContext(viewer=anna, command_id="c1"))
