"""Changes and tests the settings for outgoing mail."""

from gateway.actions import security_log
from gateway.actions.caller import Caller
from gateway.actions.confirmation import require_confirmed
from gateway.actions.parts import Parts
from gateway.clients.writes import notifications as writes
from trackline_schemas.notifications import Delivery, MailSettings, UpdateMailSettings
from trackline_schemas.records.kinds.mail_settings import KIND
from trackline_schemas.versions import IfMatch


async def update(
    parts: Parts, caller: Caller, command: UpdateMailSettings, version: IfMatch = None, key: str | None = None
) -> MailSettings:
    if "smtp_url" in command.model_fields_set:
        # Whoever chooses the server reads the links for new passwords.
        await require_confirmed(parts, caller)
    after = await writes.update_mail_settings(parts.rpc, caller.writing("mail.update", key), command, version)
    await security_log.write_settings(parts, caller, KIND.name, command)
    return after


async def send_test(parts: Parts, caller: Caller, key: str | None = None) -> Delivery:
    return await writes.send_test_mail(parts.rpc, caller.writing("mail.test", key))
