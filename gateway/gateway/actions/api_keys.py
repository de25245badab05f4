"""Creates and revokes API keys."""

from gateway.actions.caller import Caller
from gateway.actions.parts import Parts
from gateway.people.models import ApiKeyView, CreateApiKey
from trackline_schemas.errors import reasons, refuse


async def create(parts: Parts, caller: Caller, command: CreateApiKey) -> ApiKeyView:
    """Returns the only view that contains the key itself, which is not stored."""
    user_id = command.user_id or caller.person.id
    person = parts.people.directory.user(user_id)
    if person is None or not person.active:
        raise refuse(reasons.people.NO_ACTIVE_PERSON, pointer="/user_id")
    return await parts.people.api_keys.create(command, user_id, caller.person.id)


async def revoke(parts: Parts, key_id: str) -> None:
    await parts.people.api_keys.revoke(key_id)
