"""Reply templates: texts that agents insert into a reply, with variables that the ticket fills in."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import StringConstraints

from trackline_schemas.base import Command, Instant, View
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.filters.tree import And, Condition, Filter, Or
from trackline_schemas.records.kind import RecordKind
from trackline_schemas.text.types import LINE, PROSE
from trackline_schemas.ticket.types import Id
from trackline_schemas.viewer import Viewer

Name = Annotated[str, StringConstraints(min_length=1, max_length=100), LINE]
Text = Annotated[str, StringConstraints(min_length=1, max_length=10_000), PROSE]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
Visibility = Literal["personal", "team", "everybody"]

VARIABLES = (
    "requester.name",
    "requester.first_name",
    "agent.name",
    "agent.first_name",
    "ticket.number",
    "ticket.title",
    "organisation.name",
)
# No braces inside, so that a text without the closing ones costs little.
_VARIABLE = re.compile(r"\{\{([^{}]*)\}\}")


class ReplyTemplateChanged(View):
    id: str
    name: str
    text: str
    language: str | None = None
    visibility: Visibility = "personal"
    team_id: str | None = None
    active: bool = True


class ReplyTemplate(ReplyTemplateChanged):
    """`text` may have variables such as {{requester.name}}. A personal template is for the person who created it, and a
    team template is for the members of the team. A template without a language is for every language."""

    version: int
    created_by_id: str
    created_at: Instant
    updated_at: Instant
    updated_by_id: str


class CreateReplyTemplate(Command):
    name: Name
    text: Text
    language: Language | None = None
    visibility: Visibility = "personal"
    team_id: Id | None = None


class UpdateReplyTemplate(Command):
    name: Name | None = None
    text: Text | None = None
    language: Language | None = None
    visibility: Visibility | None = None
    team_id: Id | None = None
    active: bool | None = None


def fill(text: str, values: Mapping[str, str]) -> str:
    """Returns the text with the values of its variables. A variable without a value stays as it is."""
    return _VARIABLE.sub(lambda found: values.get(found[1].strip(), found[0]), text)


def _check(values: Mapping[str, Any]) -> None:
    for variable in map(str.strip, _VARIABLE.findall(values["text"])):
        if variable not in VARIABLES:
            raise refuse(reasons.records.VARIABLE_UNKNOWN, pointer="/text", name=variable, example=VARIABLES)
    if (values["visibility"] == "team") != (values.get("team_id") is not None):
        raise refuse(reasons.records.TEAM_FOR_TEAM_TEMPLATES, pointer="/team_id")


def _may_write(viewer: Viewer, values: Mapping[str, Any]) -> bool:
    if values["visibility"] == "personal":
        return viewer.agent and values["created_by_id"] == viewer.id
    if values["visibility"] == "team" and viewer.teams.get(values.get("team_id") or "") in ("reply", "manage"):
        return True
    return viewer.admin


def _readable(viewer: Viewer) -> Filter:
    if not viewer.agent:
        return Or(any=[])
    own = And(all=[_is("visibility", "personal"), _is("created_by_id", viewer.id)])
    member = Condition(field="team_id", op="in", value=sorted(viewer.teams))
    of_team = _is("visibility", "team") if viewer.admin else And(all=[_is("visibility", "team"), member])
    return Or(any=[_is("visibility", "everybody"), own, of_team])


def _is(field: str, value: str) -> Filter:
    return Condition(field=field, op="eq", value=value)


KIND = RecordKind(
    name="reply_template",
    event_type="reply_template.changed.v1",
    event=ReplyTemplateChanged,
    create=CreateReplyTemplate,
    update=UpdateReplyTemplate,
    view=ReplyTemplate,
    collection="reply_templates",
    log="reply_template_events",
    address="/api/v1/reply-templates",
    unique="",
    forbidden=reasons.records.TEMPLATE_OF_OTHERS,
    may_be_empty=frozenset({"language", "team_id"}),
    may_write=_may_write,
    readable=_readable,
    rule=_check,
    filters={
        **dict.fromkeys(("active",), "bool"),
        **dict.fromkeys(("language", "visibility", "team_id", "created_by_id"), "keyword"),
    },
    references={"team_id": "team"},
)
