"""The mail settings: one record, which is there from the start and leaves everything to the environment.

The URL of the SMTP server with its password is the member `smtp_url` of the document. It is not a field, so that no
history, event or answer has it: these show `server`, which follows from it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import SplitResult, urlsplit

from trackline_schemas.base import Command, Instant, View
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.filters.tree import And, Filter, Or
from trackline_schemas.notifications import MailFrom
from trackline_schemas.records.kind import RecordKind
from trackline_schemas.viewer import Viewer

# The id of the one document.
KEY = "mail"


class MailServer(View):
    """`url` has no password. `password_set_at` is null for a password that an earlier release stored."""

    url: str
    has_password: bool = False
    password_set_at: Instant | None = None


class MailSettingsChanged(View):
    """What is null is left to the environment."""

    id: str
    server: MailServer | None = None
    mail_from: str | None = None


class MailSettingsRecord(MailSettingsChanged):
    version: int
    updated_at: Instant | None = None
    updated_by_id: str | None = None


class RestoreMailSettings(Command):
    """The fields of the record. Whoever changes the settings sends UpdateMailSettings instead."""

    server: MailServer | None = None
    mail_from: MailFrom | None = None


def without_password(url: str) -> str:
    parts = urlsplit(url)
    user = parts.netloc.rpartition("@")[0].partition(":")[0]
    return f"{parts.scheme}://{user}@{_host(parts)}" if user else f"{parts.scheme}://{_host(parts)}"


def has_password(url: str) -> bool:
    return urlsplit(url).password is not None


def shown(url: str | None, password_set_at: datetime | None) -> dict[str, Any] | None:
    """What people may see of an SMTP URL: a MailServer as an object."""
    if url is None:
        return None
    kept = has_password(url)
    return {
        "url": without_password(url),
        "has_password": kept,
        "password_set_at": password_set_at if kept else None,
    }


def _resolve(before: Mapping[str, Any], given: dict[str, Any], at: datetime) -> dict[str, Any]:
    """A change gives `smtp_url`, a restore gives `server`: each follows from the other."""
    if "smtp_url" in given and given["smtp_url"] != before.get("smtp_url"):
        return {**given, "server": shown(given["smtp_url"], at)}
    if "server" in given and given["server"] != before.get("server"):
        return {**given, **_restored(before, given["server"])}
    return given


def _restored(before: Mapping[str, Any], server: Mapping[str, Any] | None) -> dict[str, Any]:
    if server is None:
        return {"smtp_url": None}
    if not server["has_password"]:
        url = without_password(server["url"])
        return {"smtp_url": url, "server": shown(url, None)}
    url = _with_stored_password(before.get("smtp_url") or "", server["url"])
    return {"smtp_url": url, "server": shown(url, (before.get("server") or {}).get("password_set_at"))}


def _with_stored_password(stored: str, wanted: str) -> str:
    """Raises ServiceError unless the stored password belongs to the same user of the same host. Only the scheme and the
    port may differ: where nothing but the password does, the earlier one is not kept."""
    now, then = urlsplit(stored), urlsplit(wanted)
    same_account = (now.hostname, now.username or "") == (then.hostname, then.username or "")
    if now.password is None or not same_account or without_password(stored) == without_password(wanted):
        raise refuse(reasons.mail.PASSWORD_NOT_KEPT, value=without_password(wanted))
    return f"{then.scheme}://{then.username or ''}:{now.password}@{_host(then)}"


def _host(parts: SplitResult) -> str:
    return parts.netloc.rpartition("@")[2]


def _readable(viewer: Viewer) -> Filter:
    return And(all=[]) if viewer.admin else Or(any=[])


KIND = RecordKind(
    name="mail_settings",
    event_type="mail_settings.changed.v1",
    event=MailSettingsChanged,
    create=RestoreMailSettings,
    update=RestoreMailSettings,
    view=MailSettingsRecord,
    collection="settings",
    log="mail_settings_events",
    owner="notifications",
    unique="",
    forbidden=reasons.mail.MAIL_SETTINGS_FOR_ADMINISTRATORS_ONLY,
    may_be_empty=frozenset({"server", "smtp_url", "mail_from"}),
    readable=_readable,
    resolve=_resolve,
)
