"""People, teams and the organisation in memory, so that requests about them do not wait for MongoDB."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from gateway.people.models import OrganisationView
from trackline_core.records.decide import Document
from trackline_schemas.events import TEAM_CHANGED, USER_CHANGED, Event, TeamChanged, UserChanged
from trackline_schemas.viewer import Role, Viewer

# `changed_at` is the time of MongoDB's clock at the write. A write becomes readable a little later, and writes do not
# become readable in the order of their times.
OVERLAP = timedelta(seconds=20)
BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)


class Changes(Protocol):
    """The documents of users, or those of teams."""

    def since(self, at: datetime) -> AsyncIterator[Document]:
        """Yields the documents whose member `changed_at` is `at` or later."""
        ...


@dataclass(frozen=True, slots=True)
class Person:
    """`teams` is team id → role. A credential with a lower epoch lets nobody in (gateway.people.domain.credentials).
    Access tokens that were issued before `credentials_at` are void too."""

    id: str
    name: str
    emails: tuple[str, ...]
    active: bool
    admin: bool
    language: str
    time_zone: str
    version: int
    teams: Mapping[str, Role] = field(default_factory=dict)
    credentials_at: datetime | None = None
    credentials_epoch: int = 0
    keys_epoch: int = 0
    location: str | None = None
    phone: str | None = None
    department: str | None = None

    @property
    def email(self) -> str:
        return self.emails[0]

    @property
    def viewer(self) -> Viewer:
        return Viewer.model_construct(id=self.id, admin=self.admin, teams=dict(self.teams))


@dataclass(frozen=True, slots=True)
class Team:
    id: str
    name: str
    confidential: bool
    active: bool
    version: int


_NOT_IN_EVENTS = ("credentials_at", "location", "phone", "department")


class Directory:
    """Learns of changes in three ways: from this gateway's own writes, from the events of other gateways, and from
    `refresh`. `organisation` is as it was when this gateway read or wrote it last."""

    def __init__(self, users: Changes, teams: Changes) -> None:
        self._sources = {"users": users, "teams": teams}
        self._seen: dict[str, datetime] = defaultdict(lambda: BEFORE_ALL)
        self._users: dict[str, Person] = {}
        self._teams: dict[str, Team] = {}
        self.organisation = OrganisationView()
        self.reading_organisation = asyncio.Lock()
        self.loaded = False

    def user(self, user_id: str) -> Person | None:
        return self._users.get(user_id)

    @property
    def size(self) -> int:
        """Returns the number of people, including inactive ones."""
        return len(self._users)

    def team(self, team_id: str) -> Team | None:
        return self._teams.get(team_id)

    def all_teams(self) -> list[Team]:
        """Returns all teams by name."""
        return sorted(self._teams.values(), key=lambda team: team.name.casefold())

    def members(self, team_id: str) -> list[Person]:
        """Returns the active members by name."""
        found = (person for person in self._users.values() if person.active and team_id in person.teams)
        return sorted(found, key=lambda person: person.name.casefold())

    def agents(self) -> list[Person]:
        """Returns the active agents by name."""
        found = (person for person in self._users.values() if person.active and (person.admin or person.teams))
        return sorted(found, key=lambda person: person.name.casefold())

    def teams(self) -> Mapping[str, bool]:
        """Returns team id → confidential."""
        return {team.id: team.confidential for team in self._teams.values()}

    def viewer(self, user_id: str) -> Viewer:
        """Returns a viewer without any rights for a person who is unknown or deactivated."""
        person = self._users.get(user_id)
        return person.viewer if person and person.active else Viewer(id=user_id)

    async def find_team(self, team_id: str) -> Team | None:
        """Refreshes before it answers None, since another gateway may have created the team a moment ago."""
        if team_id not in self._teams:
            await self.refresh()
        return self._teams.get(team_id)

    async def refresh(self) -> None:
        """Reads what has changed since the last call; the first call reads everything."""
        await self._read("users", self.put_user)
        await self._read("teams", self.put_team)
        self.loaded = True

    async def _read(self, name: str, put: Callable[[Document], None]) -> None:
        async for document in self._sources[name].since(self._seen[name] - OVERLAP):
            put(document)
            self._seen[name] = max(document["changed_at"], self._seen[name])

    def put_user(self, document: Document) -> None:
        known = self._users.get(document["_id"])
        if known is None or document["version"] >= known.version:
            self._users[document["_id"]] = _with_highest_epochs(_person(document), known)

    def put_team(self, document: Document) -> None:
        known = self._teams.get(document["_id"])
        if known is None or document["version"] >= known.version:
            names = ("name", "confidential", "active", "version")
            self._teams[document["_id"]] = Team(id=document["_id"], **{name: document[name] for name in names})

    def put_organisation(self, document: Document) -> OrganisationView:
        """Takes {} if there is no document yet."""
        self.organisation = OrganisationView.model_validate(document)
        return self.organisation

    def apply(self, event: Event) -> None:
        """Takes the events of all gateways, in any order."""
        if event.type == USER_CHANGED:
            self._apply_user(UserChanged.model_validate(event.data), event.sequence)
        elif event.type == TEAM_CHANGED:
            team = TeamChanged.model_validate(event.data)
            self.put_team({"_id": team.id, "version": event.sequence, **team.model_dump(exclude={"id"})})

    def _apply_user(self, user: UserChanged, version: int) -> None:
        known = self._users.get(user.id)
        # The event does not have these fields. The next refresh reads their changes.
        kept = {name: getattr(known, name) for name in _NOT_IN_EVENTS} if known else {}
        fields: dict[str, Any] = user.model_dump(exclude={"id"})
        self.put_user({"_id": user.id, "version": version, **kept, **fields})


def _with_highest_epochs(person: Person, known: Person | None) -> Person:
    """An event of an earlier release has no epochs, and must not let old credentials in again."""
    if known is None:
        return person
    return replace(
        person,
        credentials_epoch=max(person.credentials_epoch, known.credentials_epoch),
        keys_epoch=max(person.keys_epoch, known.keys_epoch),
    )


def _person(document: Document) -> Person:
    names = ("name", "active", "admin", "language", "time_zone", "version", "teams")
    return Person(
        id=document["_id"],
        emails=tuple(document["emails"]),
        credentials_at=document.get("credentials_at"),
        credentials_epoch=document.get("credentials_epoch", 0),
        keys_epoch=document.get("keys_epoch", 0),
        location=document.get("location"),
        phone=document.get("phone"),
        department=document.get("department"),
        **{name: document[name] for name in names},
    )
