"""The real mail settings of the notifications service, over a store in memory."""

from collections.abc import Sequence
from typing import Any
from unittest.mock import patch

from prometheus_client import REGISTRY, CollectorRegistry

from trackline_core.records import service
from trackline_schemas.base import now
from trackline_schemas.context import CallContext
from trackline_schemas.notifications import Delivery, MailSettings

# A service is a process apart: its metrics have the names of the gateway's, in a registry of its own.
with patch.object(REGISTRY, "register", CollectorRegistry().register):
    from notifications.channels.mail import settings
    from notifications.channels.mail.ports import MailChoice
    from trackline_testing.mail_settings import FakeMailSettings, mail_ports

ENVIRONMENT = MailChoice("smtp://127.0.0.1:8025", "Trackline <t@localhost>")


class Unsent:
    """Deliveries that nobody sends."""

    def __init__(self) -> None:
        self._rows: list[Any] = []

    def add(self, rows: Sequence[Any]) -> None:
        self._rows += rows

    def last_test(self, channel: str) -> Any:
        return self._rows[-1] if self._rows else None


class Mailing:
    def __init__(self) -> None:
        unsent: Any = Unsent()
        self.mail = mail_ports(FakeMailSettings(), unsent, now, ENVIRONMENT)
        self._kept = {"mail_settings": self.mail.records}

    def _notifications_mail_settings(self, context: CallContext) -> MailSettings:
        return settings.read(self.mail, context.viewer)

    def _notifications_update_mail_settings(self, context: CallContext, command: Any, if_match: Any) -> MailSettings:
        return settings.update(self.mail, command, context, if_match)

    def _notifications_send_test_mail(self, context: CallContext) -> Delivery:
        return settings.send_test(self.mail, context)

    def _notifications_record_changes(self, context: CallContext, query: Any) -> Any:
        return service.changes(self._kept, query, context.viewer).model_dump(mode="json")

    def _notifications_update_record(
        self, context: CallContext, kind: str, id: str, values: dict[str, Any], if_match: int | None
    ) -> Any:
        return service.update(self._kept, kind, id, values, if_match, context)
