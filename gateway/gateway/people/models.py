"""People and teams as callers write them and as they are read."""

from typing import Annotated, Any, ClassVar, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, Secret, StringConstraints, field_validator

from trackline_schemas.base import Command, Instant, View
from trackline_schemas.errors import reasons, value_error
from trackline_schemas.ticket.types import Id
from trackline_schemas.viewer import Role

ZONES = frozenset(available_timezones())


def _zone(name: str) -> str:
    if name not in ZONES:
        raise value_error(reasons.values.TIME_ZONE_UNKNOWN)
    return name


def _once(emails: list[str]) -> list[str]:
    return list(dict.fromkeys(emails))


# Addresses end up in mail headers: nothing that could end a header or name a second recipient may pass.
Email = Annotated[
    str,
    StringConstraints(
        to_lower=True,
        max_length=254,
        pattern=r'^[^\s@<>()\[\]\\,;:"\x00-\x1f\x7f]+@[^\s@<>()\[\]\\,;:"\x00-\x1f\x7f]+$',
    ),
]
Emails = Annotated[list[Email], Field(min_length=1, max_length=10), AfterValidator(_once)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
TimeZone = Annotated[str, AfterValidator(_zone)]
Memberships = Annotated[dict[Id, Role], Field(max_length=200)]
# Blanks at the ends belong to a password: commands strip every other text.
Password = Secret[Annotated[str, StringConstraints(strip_whitespace=False, min_length=8, max_length=200)]]
AnyPassword = Secret[Annotated[str, StringConstraints(strip_whitespace=False, max_length=200)]]


class Change(Command):
    """Only the members that are present are changed; null empties those that may be empty."""

    may_be_null: ClassVar[frozenset[str]] = frozenset()

    @field_validator("*")
    @classmethod
    def _not_null(cls, value: Any, info: Any) -> Any:
        if value is None and info.field_name not in cls.may_be_null:
            raise value_error(reasons.values.NULL_NOT_ALLOWED)
        return value

    def given(self) -> dict[str, Any]:
        return self.model_dump(exclude_unset=True)


class CreateUser(Command):
    """Without a password the person cannot sign in until they are invited. `teams` is team id → role; whoever has one
    is an agent. The first address is the one that mail goes to. Language and time zone, left out, are those of the
    organisation."""

    name: Name
    emails: Emails
    password: Password | None = None
    active: bool = True
    admin: bool = False
    language: Language = "en"
    time_zone: TimeZone = "UTC"
    phone: Line | None = None
    department: Line | None = None
    location: Line | None = None
    teams: Memberships = Field(default_factory=dict)


class UpdateProfile(Change):
    """What people may change of themselves."""

    may_be_null = frozenset({"phone"})

    language: Language | None = None
    time_zone: TimeZone | None = None
    phone: Line | None = None


class UpdateUser(UpdateProfile):
    """`teams` replaces all memberships."""

    may_be_null = frozenset({"phone", "department", "location"})

    name: Name | None = None
    emails: Emails | None = None
    active: bool | None = None
    admin: bool | None = None
    department: Line | None = None
    location: Line | None = None
    teams: Memberships | None = None


class SetPassword(Command):
    password: Password


class ChangePassword(Command):
    current: AnyPassword
    new: Password


class ForgottenPassword(Command):
    email: Email


class PasswordByLink(Command):
    """`link` is what follows `link=` in the address that was mailed."""

    link: Annotated[str, StringConstraints(max_length=200)]
    password: Password


Mapping = Annotated[dict[str, str], Field(max_length=20)]


class CreatePeopleImport(Command):
    """`csv` has a row of titles. `mapping` is field → title; left out, it is guessed by the titles. Fields: name,
    email, phone, department, location, language, time_zone, team (the name of one, to reply in it)."""

    csv: Annotated[str, StringConstraints(strip_whitespace=False, min_length=1)]
    mapping: Mapping | None = None
    invite: bool = False


class UpdatePeopleImport(Command):
    mapping: Mapping | None = None
    invite: bool | None = None


class RowProblem(View):
    """`row` as in a spreadsheet, where the titles are row 1."""

    row: int
    field: str | None
    code: str
    detail: str


class PeopleImport(View):
    """The numbers of a draft are what a start would do. `known` have an account with the address already and stay as
    they are."""

    id: str
    state: Literal["draft", "running", "done"]
    columns: list[str]
    mapping: dict[str, str]
    invite: bool
    rows: int
    done: int
    created: int
    known: int
    failed: int
    problems: list[RowProblem]
    created_at: Instant


class UpdateOrganisation(Change):
    """Language and time zone are for people who come in without."""

    name: Name | None = None
    language: Language | None = None
    time_zone: TimeZone | None = None


Step = Literal["organisation", "mail", "people", "teams"]


class UpdateSetup(Command):
    """`dismissed` takes the list from the home page, or brings it back."""

    skip: Step | None = None
    dismissed: bool | None = None


class OrganisationView(View):
    """`version` is 0 until somebody has set something."""

    version: int = 0
    name: str | None = None
    language: str = "en"
    time_zone: str = "UTC"
    updated_at: Instant | None = None
    skipped: list[Step] = Field(default_factory=list, exclude=True)
    dismissed: bool = Field(default=False, exclude=True)

    @property
    def site(self) -> str:
        """What the portal is called for those who use it."""
        return self.name or "Trackline"


class SetupView(View):
    """Steps in their order. `finished`: each is done."""

    steps: dict[Step, Literal["open", "done", "skipped"]]
    finished: bool
    dismissed: bool


KeyScope = Literal["read", "write", "admin"]


class CreateApiKey(Command):
    """The key acts as the person `user_id`, by default its maker. `read` may only read, `write` all but what is for
    administrators, `admin` all that the person may."""

    name: Name
    scope: KeyScope = "read"
    user_id: Id | None = None


class ApiKeyView(View):
    """`last_used_at` is at most five minutes old. `key` is there once, in the answer to its making."""

    id: str
    name: str
    scope: KeyScope
    user_id: str
    created_by: str
    created_at: Instant
    last_used_at: Instant | None = None
    key: str | None = Field(default=None, repr=False)


class CreateTeam(Command):
    """Tickets of a confidential team are read by its members only, administrators included."""

    name: Name
    confidential: bool = False
    active: bool = True


class UpdateTeam(Change):
    name: Name | None = None
    confidential: bool | None = None
    active: bool | None = None


class PersonView(View):
    """Enough to pick a person."""

    id: str
    name: str
    email: str


class UserView(PersonView):
    """`version` is the ETag; `email` is the first of `emails`. Without a password nobody can sign in: invite them."""

    version: int
    emails: list[str]
    active: bool
    admin: bool
    has_password: bool
    language: str
    time_zone: str
    phone: str | None = None
    department: str | None = None
    location: str | None = None
    teams: dict[str, Role] = Field(default_factory=dict)
    created_at: Instant
    updated_at: Instant


class TeamView(View):
    id: str
    version: int
    name: str
    confidential: bool
    active: bool
    created_at: Instant
    updated_at: Instant
