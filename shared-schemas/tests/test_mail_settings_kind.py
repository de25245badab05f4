"""What a change of the mail settings writes, and which server may come back with the stored password."""

from datetime import UTC, datetime
from typing import Any

import pytest

from trackline_schemas.errors import ServiceError
from trackline_schemas.records.kinds.mail_settings import (
    KIND,
    MailSettingsChanged,
    has_password,
    shown,
    without_password,
)

EARLIER, NOW = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)
URL = "smtp://desk:s3%40cret@mail.example.org:587"


def stored(url: str | None, at: datetime | None = EARLIER) -> dict[str, Any]:
    return {"smtp_url": url, "server": shown(url, at)}


def restored(now: str | None, wanted: str | None) -> Any:
    """The URL that results when a server comes back which had been `wanted`."""
    return KIND.resolve(stored(now), {"server": shown(wanted, None)}, NOW)["smtp_url"]


@pytest.mark.parametrize(
    ("url", "seen", "secret"),
    [
        ("smtp://mail.example.org", "smtp://mail.example.org", False),
        ("smtp://desk@mail.example.org:25", "smtp://desk@mail.example.org:25", False),
        (URL, "smtp://desk@mail.example.org:587", True),
        ("smtps://desk:a@b@mail.example.org", "smtps://desk@mail.example.org", True),
        ("smtp://desk:@mail.example.org", "smtp://desk@mail.example.org", True),
        ("smtp://:s3cret@[::1]:25", "smtp://[::1]:25", True),
        ("smtp://mail.example.org/?password=s3cret", "smtp://mail.example.org", False),
    ],
)
def test_a_url_is_seen_without_its_password(url: str, seen: str, secret: bool) -> None:
    assert (without_password(url), has_password(url)) == (seen, secret)


def test_a_change_of_the_url_is_a_change_of_the_server_that_is_shown() -> None:
    given = KIND.resolve(stored(None), {"smtp_url": URL}, NOW)
    assert given == {"smtp_url": URL, "server": shown(URL, NOW)}
    assert KIND.resolve(stored(URL), {"smtp_url": URL}, NOW) == {"smtp_url": URL}
    assert KIND.resolve(stored(URL), {"smtp_url": None}, NOW) == {"smtp_url": None, "server": None}
    assert KIND.resolve(stored(URL), {"mail_from": "help@example.org"}, NOW) == {"mail_from": "help@example.org"}


@pytest.mark.parametrize(
    ("now", "wanted", "becomes"),
    [
        (URL, None, None),
        (URL, "smtp://relay.example.org", "smtp://relay.example.org"),
        (URL, "smtp://desk@mail.example.org:587", "smtp://desk@mail.example.org:587"),
        ("smtps://desk:n3w@MAIL.example.org", URL, "smtp://desk:n3w@mail.example.org:587"),
        ("smtps://:n3w@mail.example.org", "smtp://:old@mail.example.org", "smtp://:n3w@mail.example.org"),
    ],
)
def test_a_server_comes_back_with_what_is_stored(now: str, wanted: str | None, becomes: str | None) -> None:
    assert restored(now, wanted) == becomes


@pytest.mark.parametrize(
    "now",
    [
        None,
        "smtp://desk@mail.example.org:587",
        "smtp://desk:n3w@mail.example.com:587",
        "smtp://Desk:n3w@mail.example.org:587",
        "smtp://desk:n3w@mail.example.org.evil.example:587",
        # Here only the password differs, and the earlier one is gone.
        "smtp://desk:n3w@mail.example.org:587",
    ],
)
def test_a_password_that_is_not_stored_for_this_user_and_host_must_be_entered(now: str | None) -> None:
    with pytest.raises(ServiceError) as refused:
        restored(now, URL)
    assert (refused.value.code, refused.value.reason) == ("conflict", "password_not_kept")
    assert refused.value.params == {"value": "smtp://desk@mail.example.org:587"}


def test_neither_fields_nor_event_have_the_url() -> None:
    assert set(KIND.fields) == {"server", "mail_from"}
    event = MailSettingsChanged.model_validate({"id": "mail", **stored(URL), "commands": [URL]})
    assert "cret" not in event.model_dump_json()
