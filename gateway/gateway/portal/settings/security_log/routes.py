"""Who signed in, was refused, or changed an account, a permission, a password or a key, and from where."""

from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from pydantic import ValidationError
from starlette.responses import Response

from gateway.actions import security_log
from gateway.kit.mongo import store_errors
from gateway.people.security import SecurityEntry, SecurityLogQuery
from gateway.portal.kit import i18n
from gateway.portal.kit.forms import field_errors
from gateway.portal.kit.i18n import noop
from gateway.portal.kit.named_people import explain_nobody, find_named
from gateway.portal.settings.area import Area
from gateway.portal.settings.page import AdminVisit, settings_page
from gateway.portal.settings.security_log import words
from trackline_schemas.paging import Page
from trackline_schemas.plain_values import read_day

router = APIRouter(prefix="/settings/security-log", include_in_schema=False, dependencies=[Depends(store_errors)])
AREA = Area(
    76,
    "/settings/security-log",
    "shield",
    noop("Security log"),
    noop("Sign-ins, refused access, passwords, permissions, keys and exports"),
    router,
    also=noop("Audit, logins, failed sign-ins"),
)
PAGE_SIZE = 50
# The people whom what was typed may mean.
MOST_PEOPLE = 50
FIELDS = ("event", "outcome", "person", "address", "from", "to")
After = Annotated[str | None, Query(alias="page[after]")]


@router.get("")
async def entries(visit: AdminVisit, after: After = None) -> Response:
    given = {name: visit.request.query_params.get(name, "").strip() for name in FIELDS}
    page, export, status = Page[SecurityEntry](items=[]), "", 200
    people = await find_named(visit, given["person"], size=MOST_PEOPLE)
    nobody = explain_nobody(people)
    errors: dict[str, str] = {"person": nobody} if nobody else {}
    try:
        query = _query(given, [person.id for one in people for person in one.found])
    except ValidationError as error:
        errors, status = field_errors(error), 422
    else:
        asked = query.model_dump(mode="json", exclude_none=True, exclude={"size", "after", "person_ids"})
        persons = [("person_id", one) for one in query.person_ids or ()]
        export = f"/api/v1/security-log/entries.csv?{urlencode([*asked.items(), *persons])}"
        page = await security_log.entries(visit.parts, visit.caller, query.model_copy(update={"after": after}))
    shown: dict[str, Any] = {"entries": page.items, "after": page.after, "given": given, "export": export}
    return await settings_page(visit, "security_log.html", errors=errors, status=status, labels=words, **shown)


def _query(given: dict[str, str], people: list[str]) -> SecurityLogQuery:
    """Raises ValidationError."""
    found = {name: given[name] for name in ("event", "outcome", "address") if given[name]}
    period = {"since": _midnight(given["from"], 0), "until": _midnight(given["to"], 1)}
    asked = people[:MOST_PEOPLE] if given["person"] else None
    return SecurityLogQuery.model_validate({**found, **period, "person_ids": asked, "size": PAGE_SIZE})


def _midnight(day: str, later: int) -> datetime | None:
    """Returns the beginning of the day, or of the day after, in the reader's time zone. None if it is no date."""
    try:
        begin = datetime.combine(read_day(day) + timedelta(days=later), time(), i18n.zone())
        return begin.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
