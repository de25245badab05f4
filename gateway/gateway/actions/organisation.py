"""Changes the organisation and the progress of its setup."""

from gateway.actions.caller import Caller
from gateway.actions.parts import Parts
from gateway.people.models import OrganisationView, UpdateOrganisation, UpdateSetup


async def update(
    parts: Parts, caller: Caller, command: UpdateOrganisation, version: int | None = None, key: str | None = None
) -> OrganisationView:
    return await parts.people.organisation.update(caller.writing("organisation.update", key), command, version)


async def update_setup(parts: Parts, command: UpdateSetup) -> None:
    await parts.people.organisation.note(command)
