"""The commands about people, teams and the organisation, and the views that callers read."""

import re
from base64 import b64decode, b64encode
from typing import Annotated, Any, ClassVar, Literal, Self
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    Secret,
    StringConstraints,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from gateway.people.domain.password_rule import LONGEST, SHORTEST
from trackline_csv import Encoding
from trackline_schemas import addresses
from trackline_schemas.base import Command, Instant, View, digest_json
from trackline_schemas.errors import reasons, value_error
from trackline_schemas.text.keys import address_key, clean_address, distinct, mixes_alphabets
from trackline_schemas.text.types import LINE
from trackline_schemas.ticket.types import Id
from trackline_schemas.viewer import Role

ZONES = frozenset(available_timezones())


def _check_zone(name: str) -> str:
    if name not in ZONES:
        raise value_error(reasons.values.TIME_ZONE_UNKNOWN)
    return name


def _without_repeats(emails: list[str]) -> list[str]:
    return distinct(emails, address_key)


def _clean_address(given: Any) -> Any:
    return clean_address(given) if isinstance(given, str) else given


def _check_alphabets(address: str) -> str:
    if any(map(mixes_alphabets, re.split("[@.]", address))):
        raise value_error(reasons.values.ADDRESS_MIXES_ALPHABETS)
    return address


Email = Annotated[
    str,
    BeforeValidator(_clean_address),
    StringConstraints(to_lower=True, max_length=addresses.LONGEST),
    AfterValidator(addresses.check),
    AfterValidator(_check_alphabets),
    Field(json_schema_extra={"format": "idn-email"}),
]
Emails = Annotated[list[Email], Field(min_length=1, max_length=10), AfterValidator(_without_repeats)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$"), LINE]
Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$"), LINE]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
TimeZone = Annotated[str, AfterValidator(_check_zone)]
Memberships = Annotated[dict[Id, Role], Field(max_length=200)]
# Commands strip every text but passwords, whose leading and trailing blanks count. The check and the hash of a password
# put it into its normal form themselves (gateway.people.adapters.password), because old hashes are of other forms.
# gateway.people.domain.password_rule says which passwords people may choose. The schema shows its shortest length.
Password = Secret[
    Annotated[
        str,
        StringConstraints(strip_whitespace=False, max_length=LONGEST),
        Field(json_schema_extra={"minLength": SHORTEST}),
    ]
]
AnyPassword = Secret[Annotated[str, StringConstraints(strip_whitespace=False, max_length=200)]]


class Change(Command):
    """Changes only the members that are present. null empties those that may be empty."""

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
    """Without a password, the person cannot sign in before somebody invites them. `teams` is team id → role; whoever
    has a role is an agent. Mail goes to the first address. Without a language or time zone, the person gets that of the
    organisation."""

    as_typed = frozenset({"password"})

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
    """What people may change about themselves."""

    may_be_null = frozenset({"phone"})

    language: Language | None = None
    time_zone: TimeZone | None = None
    phone: Line | None = None


class UpdateUser(UpdateProfile):
    """`teams` replaces all memberships. `successor_id` is an agent who gets the active tickets of the person when they
    are deactivated or no agent any more, also if it is named later. Without one, nobody has these tickets, and their
    teams are told. Activating the person empties it."""

    may_be_null = frozenset({"phone", "department", "location", "successor_id"})

    name: Name | None = None
    emails: Emails | None = None
    active: bool | None = None
    admin: bool | None = None
    department: Line | None = None
    location: Line | None = None
    teams: Memberships | None = None
    successor_id: Id | None = None


class SetPassword(Command):
    as_typed = frozenset({"password"})

    password: Password


class ChangePassword(Command):
    as_typed = frozenset({"current", "new"})

    current: AnyPassword
    new: Password


class ConfirmPassword(Command):
    as_typed = frozenset({"password"})

    password: AnyPassword


class SessionView(View):
    """A browser or an app in which the person is signed in. `user_agent` and `address` are those of the sign-in, and
    `current` says that it is the one that asks. `last_used_at` lags by at most five minutes for a browser. For an
    app it is when it renewed its token last. What an earlier release has started lacks some of these."""

    id: str
    kind: Literal["browser", "app"]
    user_agent: str | None = None
    address: str | None = None
    created_at: Instant | None = None
    last_used_at: Instant | None = None
    expires_at: Instant
    current: bool


class ForgottenPassword(Command):
    email: Email


class CheckPassword(Command):
    """Without `link`, the caller must be signed in."""

    as_typed = frozenset({"password"})

    password: AnyPassword
    link: Annotated[str, StringConstraints(max_length=200)] | None = None


class PasswordStrength(View):
    """`score` is from 0 (guessed at once) to 4 (very hard to guess). `reason` with its `params`, and the sentence
    `detail`, say why the password would be refused."""

    score: Annotated[int, Field(ge=0, le=4)]
    accepted: bool
    reason: str | None = None
    params: dict[str, Any] = Field(default_factory=dict)
    detail: str | None = None


class PasswordByLink(Command):
    """`link` is what follows `link=` in the address in the mail."""

    as_typed = frozenset({"password"})

    link: Annotated[str, StringConstraints(max_length=200)]
    password: Password


Mapping = Annotated[dict[str, str], Field(max_length=20)]


def _from_base64(given: Any) -> Any:
    try:
        return b64decode(given, validate=True) if isinstance(given, str) else given
    except ValueError as error:
        raise value_error(reasons.values.NOT_ENCODED) from error


Base64 = Annotated[
    bytes,
    BeforeValidator(_from_base64),
    PlainSerializer(lambda content: b64encode(content).decode()),
    WithJsonSchema({"type": "string", "contentEncoding": "base64"}),
]


class CreatePeopleImport(Command):
    """Either `csv` has the text, or `file` has the bytes in base64. It begins with a row of titles. `encoding` is that
    of the `file`; without it, the encoding is recognised. `mapping` is field → title; without it, the titles decide.
    The fields are name (or first_name and last_name), email, phone, department, location, language, time_zone, and team
    (the name of a team in which the person may reply). `multiline` takes cells over several lines as they are, also
    where they look like several people."""

    csv: Annotated[str, StringConstraints(strip_whitespace=False, min_length=1)] | None = None
    file: Base64 | None = None
    encoding: Encoding | None = None
    mapping: Mapping | None = None
    invite: bool = False
    multiline: bool = False

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.csv is None) == (self.file is None) or (self.file is None and self.encoding):
            raise value_error(reasons.people_import.IMPORT_NEEDS_A_FILE)
        return self

    def digest(self) -> bytes:
        """A member that is left out counts as its default."""
        return digest_json(self.model_dump(mode="json", exclude_defaults=True))


class UpdatePeopleImport(Command):
    """`encoding` reads a file again. The columns stay in their places."""

    encoding: Encoding | None = None
    mapping: Mapping | None = None
    invite: bool | None = None
    multiline: bool | None = None


class RowProblem(View):
    """`row` is the number in a spreadsheet, where the titles are row 1."""

    row: int
    field: str | None
    code: str
    detail: str


class EncodingDoubt(View):
    """A `word` of the file that would be `other` in the `encoding`."""

    word: str
    other: str
    encoding: str


class PeopleImport(View):
    """The numbers of a draft are what its start would do. `known` counts the rows whose address belongs to an account
    already; those accounts stay as they are. `encoding` is that in which the file was read; there is none if it came as
    text. `doubts` are words that somebody should look at before the start, unless somebody has named the encoding. An
    import has `failed` if a fault of Trackline stopped it: the last of `problems` names the row."""

    id: str
    state: Literal["draft", "running", "done", "failed"]
    encoding: str | None
    doubts: list[EncodingDoubt]
    columns: list[str]
    mapping: dict[str, str]
    invite: bool
    multiline: bool
    rows: int
    done: int
    created: int
    known: int
    failed: int
    problems: list[RowProblem]
    created_at: Instant


class UpdateOrganisation(Change):
    """New people without a language or time zone of their own get those of the organisation. A null takes the name
    away."""

    may_be_null = frozenset({"name"})

    name: Name | None = None
    language: Language | None = None
    time_zone: TimeZone | None = None


Step = Literal["organisation", "mail", "people", "teams"]


class UpdateSetup(Command):
    """`dismissed` hides the list on the home page (true) or shows it again (false)."""

    skip: Step | None = None
    dismissed: bool | None = None


class OrganisationView(View):
    """`version` is 0 until somebody has changed something."""

    version: int = 0
    name: str | None = None
    language: str = "en"
    time_zone: str = "UTC"
    updated_at: Instant | None = None
    skipped: list[Step] = Field(default_factory=list, exclude=True)
    dismissed: bool = Field(default=False, exclude=True)

    @property
    def site(self) -> str:
        """Returns the name that the portal shows for itself."""
        return self.name or "Trackline"


class SetupView(View):
    """`steps` are in the order in which people take them. `finished` says that every step is done."""

    steps: dict[Step, Literal["open", "done", "skipped"]]
    finished: bool
    dismissed: bool


KeyScope = Literal["read", "write", "admin"]


class CreateApiKey(Command):
    """The key acts as the person `user_id`, by default as the one who creates it. With the scope `read` it may only
    read, with `write` do everything that needs no administrator, and with `admin` whatever the person may. It stops
    working at `expires_at`, or else after `days`: in a year by default, and in two years at the latest. A key that is
    made with another API key ends no later than that one, and with it when somebody revokes that one."""

    name: Name
    scope: KeyScope = "read"
    user_id: Id | None = None
    expires_at: Instant | None = None
    days: int | None = None


class ApiKeyFields(Command):
    """What the history of an API key shows."""

    name: Name | None = None
    scope: KeyScope | None = None
    user_id: Id | None = None
    active: bool | None = None
    expires_at: Instant | None = None


class ApiKeyView(View):
    """`last_used_at` lags by at most five minutes. A key without `expires_at` is of an earlier release and works until
    somebody revokes it. Only the answer to the creation has `key`, and within an hour a repeat of the creation."""

    id: str
    name: str
    scope: KeyScope
    user_id: str
    created_by: str
    created_at: Instant
    last_used_at: Instant | None = None
    expires_at: Instant | None = None
    key: str | None = Field(default=None, repr=False)


class CreateTeam(Command):
    """Agents and administrators can read the tickets of a confidential team only if they are members of it. With
    `replies_assign`, an agent who replies to a ticket that nobody has becomes its assignee."""

    name: Name
    confidential: bool = False
    active: bool = True
    replies_assign: bool = True


class UpdateTeam(Change):
    name: Name | None = None
    confidential: bool | None = None
    active: bool | None = None
    replies_assign: bool | None = None


class PersonView(View):
    """What one needs to pick a person from a list."""

    id: str
    name: str
    email: str


class ContactView(PersonView):
    """How agents reach a person."""

    phone: str | None = None
    department: str | None = None
    location: str | None = None


class LinkHolder(PersonView):
    """Whoever has a password may also sign in with it."""

    has_password: bool


class UserView(ContactView):
    """`version` is the ETag, and `email` the first of `emails`. People without a password cannot sign in: invite
    them."""

    version: int
    emails: list[str]
    active: bool
    admin: bool
    has_password: bool
    language: str
    time_zone: str
    teams: dict[str, Role] = Field(default_factory=dict)
    successor_id: str | None = None
    created_at: Instant
    updated_at: Instant


class TeamView(View):
    id: str
    version: int
    name: str
    confidential: bool
    active: bool
    replies_assign: bool = True
    created_at: Instant
    updated_at: Instant
