"""The organisation, and the steps of setting it up that were skipped."""

from gateway.actions import security_log
from gateway.actions.caller import Caller, require_admin
from gateway.actions.parts import Parts
from gateway.people.models import OrganisationView, UpdateOrganisation, UpdateSetup
from gateway.people.usecases import organisation
from trackline_schemas.versions import IfMatch


async def update(
    parts: Parts, caller: Caller, command: UpdateOrganisation, version: IfMatch = None, key: str | None = None
) -> OrganisationView:
    require_admin(caller)
    after = await organisation.update(parts.people, command, version, caller.writing("organisation.update", key))
    await security_log.write_settings(parts, caller, "organisation", command)
    return after


async def update_setup(parts: Parts, caller: Caller, command: UpdateSetup) -> None:
    require_admin(caller)
    await organisation.note_setup(parts.people, command)
