"""Creates and revokes API keys."""

from gateway.actions import security_log
from gateway.actions.caller import Caller, require_admin
from gateway.actions.confirmation import require_confirmed
from gateway.actions.parts import Parts
from gateway.people.models import ApiKeyView, CreateApiKey
from gateway.people.usecases import api_key


async def create(parts: Parts, caller: Caller, command: CreateApiKey, key: str | None = None) -> ApiKeyView:
    """Returns the only view that contains the key itself, which is not stored. A repeat of the command returns it again
    within an hour."""
    require_admin(caller)
    await require_confirmed(parts, caller)
    user_id = command.user_id or caller.person.id
    context = caller.writing("api_key.create", key)
    made = await api_key.create(parts.people, command, user_id, context, key or None, caller.credential)
    await security_log.write(
        parts, caller, "api_key_created", user_id, key_id=made.id, name=made.name, scope=made.scope
    )
    return made


async def revoke(parts: Parts, caller: Caller, key_id: str) -> None:
    require_admin(caller)
    await require_confirmed(parts, caller)
    await api_key.revoke(parts.people, key_id, caller.writing("api_key.revoke", target=key_id))
    await security_log.write(parts, caller, "api_key_revoked", key_id=key_id)
