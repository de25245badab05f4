"""Administrators choose how mail goes out, and try it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from notifications.usecases.oversee import delivery_view
from notifications.usecases.ports import Deliveries, MailChoice, MailChoices
from notifications.usecases.rows import letter
from trackline_schemas.context import CallContext
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.notifications import Delivery as DeliveryView
from trackline_schemas.notifications import MailSettings, UpdateMailSettings
from trackline_schemas.viewer import Viewer

# A test that waits for a broken server tells nothing: it is over soon.
TEST_SECONDS = 60


@dataclass(frozen=True)
class MailOffice:
    choices: MailChoices
    environment: MailChoice
    deliveries: Deliveries
    now: Callable[[], datetime]

    def read(self, viewer: Viewer) -> MailSettings:
        _check(viewer)
        choice, test = self.choices.read(), self.deliveries.last_test()
        server, has_password = _without_password(choice.smtp_url or self.environment.smtp_url or "")
        return MailSettings(
            server=server,
            has_password=has_password,
            server_own=choice.smtp_url is not None,
            mail_from=choice.mail_from or self.environment.mail_from or "",
            mail_from_own=choice.mail_from is not None,
            updated_at=choice.updated_at,
            updated_by_id=choice.updated_by_id,
            last_test=delivery_view(test) if test else None,
        )

    def update(self, command: UpdateMailSettings, viewer: Viewer) -> MailSettings:
        _check(viewer)
        changed = command.model_dump(exclude_unset=True)
        if changed:
            self.choices.change(changed, viewer.id, self.now())
        return self.read(viewer)

    def test(self, call: CallContext) -> DeliveryView:
        """To whoever asks. A repeat under the same command is the same mail."""
        _check(call.viewer)
        now = self.now()
        me = call.viewer.id
        row = letter(f"test:{call.command_id}:{me}:mail", me, me, "test", now, now + timedelta(seconds=TEST_SECONDS))
        self.deliveries.add([row])
        return delivery_view(row)


def _without_password(url: str) -> tuple[str, bool]:
    parts = urlsplit(url)
    if parts.password is None:
        return url, False
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{parts.username}@{host}", True


def _check(viewer: Viewer) -> None:
    if not viewer.admin:
        raise refuse(reasons.mail.MAIL_SETTINGS_FOR_ADMINISTRATORS_ONLY)
