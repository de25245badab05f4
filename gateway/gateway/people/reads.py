"""What everybody above this floor may read of people. Writes go through the actions."""

from collections.abc import Collection

from gateway.kit.credential import Credential
from gateway.people.models import (
    ApiKeyView,
    LinkHolder,
    OrganisationView,
    PeopleImport,
    SessionView,
    TeamView,
    UserView,
)
from gateway.people.usecases import link, organisation, people_import, session, sign_in, team, user
from gateway.people.usecases.people_import import Details
from gateway.people.usecases.ports import Ports
from gateway.people.usecases.views import api_key_view, link_holder_view, team_view, user_view
from trackline_csv import Written
from trackline_schemas.paging import Page


async def get_user(ports: Ports, user_id: str) -> UserView:
    """Raises ServiceError not_found."""
    return user_view(await user.get(ports, user_id))


async def list_users(
    ports: Ports,
    *,
    q: str = "",
    team_id: str | None = None,
    active: bool | None = None,
    size: int,
    after: str | None = None,
) -> Page[UserView]:
    """Sorts by name. `q` is read by trackline_schemas.text.people_query."""
    page = await ports.users.page(q, team_id, active, size, after)
    return Page(items=[user_view(document) for document in page.items], after=page.after)


async def find_link_holder(ports: Ports, token: str) -> LinkHolder | None:
    """Returns the person whom the link lets in, or None if the link does not work any more."""
    holder = await link.find_holder(ports, token)
    return link_holder_view(holder) if holder else None


async def get_team(ports: Ports, team_id: str) -> TeamView:
    """Raises ServiceError not_found."""
    return team_view(await ports.records[team.KIND.name].get(team_id))


async def list_teams(ports: Ports, *, size: int, after: str | None = None) -> Page[TeamView]:
    """Sorts by name."""
    page = await ports.teams.page(size, after)
    return Page(items=[team_view(document) for document in page.items], after=page.after)


async def get_organisation(ports: Ports) -> OrganisationView:
    """Reads the store. `ports.directory.organisation` answers at once and may be a few seconds old."""
    return await organisation.refresh(ports)


async def list_api_keys(ports: Ports) -> list[ApiKeyView]:
    """Returns the keys that work, will work with an active account, or have expired: the newest first and without the
    keys themselves."""
    rows = [row for row in await ports.api_keys.all() if row.get("keys_epoch", 0) >= _keys_epoch(ports, row["user_id"])]
    kept = {row["_id"] for row in rows}
    return [api_key_view(row) for row in rows if kept.issuperset(row.get("makers", ()))]


async def list_sessions(ports: Ports, user_id: str, current: Credential) -> list[SessionView]:
    """Returns where the person is signed in; `current` is the credential that asks."""
    return await session.list_sessions(ports, user_id, current)


async def find_still_valid(ports: Ports, credentials: Collection[Credential]) -> set[Credential]:
    """Returns those of the credentials that nobody has ended or revoked."""
    return await sign_in.still_valid(ports, credentials)


async def get_people_import(ports: Ports, key: str) -> PeopleImport:
    """The numbers of a draft are what its start would do. Raises ServiceError not_found."""
    return await people_import.get(ports, key)


async def get_people_import_details(ports: Ports, key: str) -> Details:
    """Raises ServiceError not_found."""
    return await people_import.get_details(ports, key)


async def get_unfinished_rows(ports: Ports, key: str) -> Written:
    """Returns the rows that could not be imported, in the form of their file, with the reason in the last column."""
    return await people_import.get_unfinished_rows(ports, key)


def _keys_epoch(ports: Ports, user_id: str) -> int:
    person = ports.directory.user(user_id)
    return person.keys_epoch if person else 0
