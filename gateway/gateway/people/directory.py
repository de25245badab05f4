"""Everybody in memory: who asks is answered without a question to MongoDB."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from gateway.people.usecases.ports import Changes
from trackline_core.records.decide import Document
from trackline_schemas.events import TEAM_CHANGED, USER_CHANGED, Event, TeamChanged, UserChanged
from trackline_schemas.viewer import Role, Viewer

# `changed_at` is MongoDB's clock at the write; writes become readable a little after it, and not in its order.
OVERLAP = timedelta(seconds=20)
BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Person:
    """`teams` is team id → role. Access tokens from before `credentials_at` are void."""

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
    location: str | None = None

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


class Directory:
    """Refreshed by this gateway's own writes, by events of the others, and by looking what changed."""

    def __init__(self, users: Changes, teams: Changes) -> None:
        self._sources = {"users": users, "teams": teams}
        self._seen: dict[str, datetime] = defaultdict(lambda: BEFORE_ALL)
        self._users: dict[str, Person] = {}
        self._teams: dict[str, Team] = {}
        self.loaded = False

    def user(self, user_id: str) -> Person | None:
        return self._users.get(user_id)

    @property
    def size(self) -> int:
        """How many people there are, inactive ones too."""
        return len(self._users)

    def team(self, team_id: str) -> Team | None:
        return self._teams.get(team_id)

    def all_teams(self) -> list[Team]:
        """By name."""
        return sorted(self._teams.values(), key=lambda team: team.name.casefold())

    def members(self, team_id: str) -> list[Person]:
        """Active ones, by name."""
        found = (person for person in self._users.values() if person.active and team_id in person.teams)
        return sorted(found, key=lambda person: person.name.casefold())

    def teams(self) -> Mapping[str, bool]:
        """Team id → confidential."""
        return {team.id: team.confidential for team in self._teams.values()}

    def viewer(self, user_id: str) -> Viewer:
        """Someone unknown or deactivated may read nothing beyond what is their own."""
        person = self._users.get(user_id)
        return person.viewer if person and person.active else Viewer(id=user_id)

    async def find_team(self, team_id: str) -> Team | None:
        """Looks into MongoDB before it says that there is none: another gateway may have made it just now."""
        if team_id not in self._teams:
            await self.refresh()
        return self._teams.get(team_id)

    async def refresh(self) -> None:
        """Reads what changed since the last time, everything at first."""
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
            self._users[document["_id"]] = _person(document)

    def put_team(self, document: Document) -> None:
        known = self._teams.get(document["_id"])
        if known is None or document["version"] >= known.version:
            names = ("name", "confidential", "active", "version")
            self._teams[document["_id"]] = Team(id=document["_id"], **{name: document[name] for name in names})

    def apply(self, event: Event) -> None:
        """An event of any gateway, in any order."""
        if event.type == USER_CHANGED:
            self._apply_user(UserChanged.model_validate(event.data), event.sequence)
        elif event.type == TEAM_CHANGED:
            team = TeamChanged.model_validate(event.data)
            self.put_team({"_id": team.id, "version": event.sequence, **team.model_dump(exclude={"id"})})

    def _apply_user(self, user: UserChanged, version: int) -> None:
        known = self._users.get(user.id)
        # The event does not tell these: what changed of them is read at the next refresh.
        untold = {"credentials_at": known.credentials_at, "location": known.location} if known else {}
        rest: dict[str, Any] = user.model_dump(exclude={"id"})
        self.put_user({"_id": user.id, "version": version, **untold, **rest})


def _person(document: Document) -> Person:
    names = ("name", "active", "admin", "language", "time_zone", "version", "teams")
    return Person(
        id=document["_id"],
        emails=tuple(document["emails"]),
        credentials_at=document.get("credentials_at"),
        location=document.get("location"),
        **{name: document[name] for name in names},
    )
