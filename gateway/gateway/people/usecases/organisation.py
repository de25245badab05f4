"""The organisation: its name, the language and time zone of new people, and the skipped steps of setting up."""

from gateway.people.models import OrganisationView, UpdateOrganisation, UpdateSetup
from gateway.people.usecases.ports import Ports
from trackline_schemas.context import CallContext
from trackline_schemas.events import ORGANISATION_CHANGED, OrganisationChanged
from trackline_schemas.records.kind import RecordKind, anybody
from trackline_schemas.versions import IfMatch

# The key of the one document. An installation serves one organisation.
KEY = "organisation"

KIND = RecordKind(
    name="organisation",
    event_type=ORGANISATION_CHANGED,
    event=OrganisationChanged,
    create=UpdateOrganisation,
    update=UpdateOrganisation,
    view=OrganisationView,
    collection="organisation",
    log="people_events",
    owner="gateway",
    may_be_empty=UpdateOrganisation.may_be_null,
    may_write=anybody,
    exists_from_start=True,
)


async def refresh(ports: Ports) -> OrganisationView:
    """Reads the organisation anew, into the directory."""
    # One read at a time: a read that began before a change would otherwise put the old state back after it.
    async with ports.directory.reading_organisation:
        return ports.directory.put_organisation(await ports.organisation.find() or {})


async def update(
    ports: Ports, command: UpdateOrganisation, if_match: IfMatch, context: CallContext
) -> OrganisationView:
    """Raises ServiceError version_conflict."""
    await ports.organisation.create_missing()
    updated = await ports.records[KIND.name].update(KEY, command.given(), command.digest(), if_match, context)
    await refresh(ports)
    return OrganisationView.model_validate(updated)


async def note_setup(ports: Ports, command: UpdateSetup) -> None:
    if command.skip or command.dismissed is not None:
        await ports.organisation.note_setup(command.skip, command.dismissed)
    await refresh(ports)
