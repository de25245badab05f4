"""Lets administrators change the settings of outgoing mail, and send a test mail."""

from datetime import timedelta

from notifications.channels.mail.letters import letter
from notifications.channels.mail.payload import NAME
from notifications.channels.mail.ports import MailPorts
from notifications.usecases import delivery
from trackline_schemas.context import CallContext
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.notifications import Delivery, MailSettings, UpdateMailSettings
from trackline_schemas.records.kinds.mail_settings import KEY, has_password, without_password
from trackline_schemas.versions import IfMatch
from trackline_schemas.viewer import Viewer

# Administrators wait for the result of a test, so it must fail soon if the server does not answer.
TEST_TIME = timedelta(seconds=60)


def read(ports: MailPorts, viewer: Viewer) -> MailSettings:
    _check(viewer)
    choice, test = ports.choices.read(), ports.deliveries.last_test(NAME)
    url = choice.smtp_url or ports.environment.smtp_url or ""
    return MailSettings(
        server=without_password(url) if url else "",
        has_password=has_password(url),
        server_own=choice.smtp_url is not None,
        mail_from=choice.mail_from or ports.environment.mail_from or "",
        mail_from_own=choice.mail_from is not None,
        version=choice.version,
        updated_at=choice.updated_at,
        updated_by_id=choice.updated_by_id,
        last_test=delivery.view(test) if test else None,
    )


def update(
    ports: MailPorts, command: UpdateMailSettings, context: CallContext, if_match: IfMatch = None
) -> MailSettings:
    _check(context.viewer)
    # The records remember the hash of the command, and a password could be guessed from a plain one.
    digest = ports.seal.fingerprint(command.digest())
    ports.records.update(KEY, command.model_dump(exclude_unset=True), digest, if_match, context)
    return read(ports, context.viewer)


def send_test(ports: MailPorts, context: CallContext) -> Delivery:
    """Sends a test mail to the administrator who asks for it. A repeat of the same command sends no second mail."""
    _check(context.viewer)
    now, me = ports.clock(), context.viewer.id
    row = letter(f"test:{context.command_id}", me, me, "test", now, now + TEST_TIME)
    ports.deliveries.add([row])
    return delivery.view(row)


def _check(viewer: Viewer) -> None:
    if not viewer.admin:
        raise refuse(reasons.mail.MAIL_SETTINGS_FOR_ADMINISTRATORS_ONLY)
