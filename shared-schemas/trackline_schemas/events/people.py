"""Events of people, teams, the organisation and API keys. `subject` is the id of the person, team or key."""

from typing import Literal

from pydantic import Field

from trackline_schemas.base import Instant, View
from trackline_schemas.viewer import Role

USER_CHANGED = "user.changed.v1"
USER_ERASED = "user.erased.v1"
TEAM_CHANGED = "team.changed.v1"
ORGANISATION_CHANGED = "organisation.changed.v1"
API_KEY_CHANGED = "api_key.changed.v1"


class UserChanged(View):
    """The whole state of one person. `teams` is team id → role. `successor_id` gets the active tickets of who is not
    active, or no agent any more. Sessions and tokens with a lower epoch than `credentials_epoch`, and API keys with a
    lower one than `keys_epoch`, let nobody in."""

    id: str
    name: str
    emails: list[str]
    active: bool = True
    admin: bool = False
    language: str = "en"
    time_zone: str = "UTC"
    teams: dict[str, Role] = Field(default_factory=dict)
    successor_id: str | None = None
    credentials_epoch: int = 0
    keys_epoch: int = 0


class UserErased(View):
    """Reserved: no release has emitted it yet."""

    id: str


class TeamChanged(View):
    """The whole state of one team. `replies_assign` says whether an agent who replies to a ticket that nobody has
    becomes its assignee."""

    id: str
    name: str
    confidential: bool = False
    active: bool = True
    replies_assign: bool = True


class OrganisationChanged(View):
    """The organisation that runs this installation. It has no name before the setup."""

    name: str | None = None
    language: str = "en"
    time_zone: str = "UTC"


class ApiKeyChanged(View):
    """The key acts as the person `user_id`. It is not active any more once somebody has revoked it, and does not work
    after `expires_at`, which a key of an earlier release lacks."""

    id: str
    name: str
    scope: Literal["read", "write", "admin"]
    user_id: str
    active: bool = True
    expires_at: Instant | None = None
