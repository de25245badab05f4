"""Turns stored documents into the views that the rest of the gateway reads."""

from gateway.people.domain.sheet import Problem
from gateway.people.models import ApiKeyView, LinkHolder, PeopleImport, RowProblem, TeamView, UserView
from gateway.people.row_problems import describe
from gateway.people.security import SecurityEntry
from trackline_core.records.decide import Document
from trackline_csv import Form


def user_view(document: Document) -> UserView:
    own = {"id": document["_id"], "email": document["emails"][0], "has_password": "password_hash" in document}
    return UserView.model_validate({**document, **own})


def link_holder_view(document: Document) -> LinkHolder:
    return LinkHolder(
        id=document["_id"],
        name=document["name"],
        email=document["emails"][0],
        has_password="password_hash" in document,
    )


def team_view(document: Document) -> TeamView:
    return TeamView.model_validate({**document, "id": document["_id"]})


def api_key_view(row: Document) -> ApiKeyView:
    return ApiKeyView.model_validate({**row, "id": row["_id"]})


def security_view(row: Document) -> SecurityEntry:
    return SecurityEntry.model_validate({**row, "id": row["_id"]})


def people_import_view(document: Document) -> PeopleImport:
    report = document["report"]
    problems = [RowProblem(**one, detail=describe(Problem(**one))) for one in report["problems"]]
    rows = sum(any(row) for row in document["rows"])
    fields = {
        "multiline": False,
        "doubts": [],
        **document,
        **report,
        "id": document["_id"],
        "encoding": encoding_of(document),
        "rows": rows,
        "problems": problems,
    }
    return PeopleImport.model_validate(fields)


def encoding_of(document: Document) -> str | None:
    """Returns the encoding in which the file of an import was read, or None if it came as text."""
    return Form(**document["form"]).named if "packed" in document else None
