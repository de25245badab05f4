"""Creates and revokes API keys."""

from gateway.actions.caller import Caller
from gateway.actions.parts import Parts
from gateway.people.models import ApiKeyView, CreateApiKey
from gateway.people.usecases import api_key
from trackline_schemas.errors import reasons, refuse


async def create(parts: Parts, caller: Caller, command: CreateApiKey) -> ApiKeyView:
    """Returns the only view that contains the key itself, which is not stored."""
    user_id = command.user_id or caller.person.id
    person = parts.people.directory.user(user_id)
    if person is None or not person.active:
        raise refuse(reasons.people.NO_ACTIVE_PERSON, pointer="/user_id")
    return await api_key.create(parts.people, command, user_id, caller.writing("api_key.create"))


async def revoke(parts: Parts, caller: Caller, key_id: str) -> None:
    await api_key.revoke(parts.people, key_id, caller.writing("api_key.revoke", target=key_id))
