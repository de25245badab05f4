"""The security log: what the actions write into it, and how administrators read it."""

import json
from collections.abc import AsyncIterator
from typing import Any

from fastapi import Request

from gateway.actions.caller import Caller, require_admin
from gateway.actions.parts import Parts
from gateway.kit.exchange import template_of
from gateway.people.domain.security_log import Entry, Happened, Outcome, changed
from gateway.people.models import UserView
from gateway.people.security import SecurityEntry, SecurityLogQuery
from gateway.people.usecases.views import security_view
from trackline_core.records.decide import Document
from trackline_csv import lines, quote
from trackline_schemas.errors import ServiceError, reasons
from trackline_schemas.paging import Page

RIGHTS = frozenset({"admin", "active", "teams"})
COLUMNS = tuple(name for name in SecurityEntry.model_fields if name != "id")
BATCH = 200
_REFUSALS: dict[str, Outcome] = {"unauthenticated": "refused", "forbidden": "refused", "throttled": "throttled"}
# The use cases write these themselves, because they know the account.
_WRITTEN = frozenset({reasons.access.CREDENTIALS_WRONG.name, reasons.access.TOO_MANY_ATTEMPTS.name})


async def write(parts: Parts, caller: Caller, event: Happened, user_id: str | None = None, /, **detail: Any) -> None:
    """`user_id` is the person whom the act was about."""
    await parts.people.security_log.write(_entry(caller, event, "succeeded", user_id, detail))


async def write_changes(parts: Parts, caller: Caller, before: UserView, after: UserView) -> None:
    found = changed(before.model_dump(include={*RIGHTS, "emails"}), after.model_dump())
    rights = {name: pair for name, pair in found.items() if name in RIGHTS}
    if rights:
        await write(parts, caller, "account_rights_changed", after.id, **rights)
    if "emails" in found:
        await write(parts, caller, "account_address_changed", after.id, emails=found["emails"])


def note_failure(parts: Parts, caller: Caller, event: Happened, error: ServiceError) -> None:
    """Notes that the caller failed to do this to their own account."""
    outcome: Outcome = "throttled" if error.code == "throttled" else "failed"
    parts.people.security_log.note(_entry(caller, event, outcome, caller.person.id, {"reason": error.reason}))


def note_refusal(request: Request, error: ServiceError) -> None:
    """Notes a request that was answered with 401, 403 or 429. The route stands for the address, which may hold what
    somebody typed."""
    outcome = _REFUSALS.get(error.code)
    if outcome is None or error.reason in _WRITTEN or _opens_the_portal(request, error):
        return
    state, address = request.scope["state"], request.client.host if request.client else "unknown"
    detail = {"method": request.method, "route": template_of(request.scope), "reason": error.reason}
    actor, credential = state.get("actor"), state.get("credential", "")
    entry = Entry("access", outcome, actor, None, address, credential, state.get("request_id", ""), detail)
    request.app.state.parts.people.security_log.note(entry)


async def entries(parts: Parts, caller: Caller, query: SecurityLogQuery) -> Page[SecurityEntry]:
    require_admin(caller)
    page = await parts.people.security_log.find(query)
    return Page(items=[security_view(row) for row in page.items], after=page.after)


async def export(parts: Parts, caller: Caller, query: SecurityLogQuery) -> AsyncIterator[str]:
    """Returns all entries of the query as CSV. Exporting them is an entry itself."""
    require_admin(caller)
    asked = query.model_dump(mode="json", exclude_none=True, exclude={"size", "after"})
    await write_export(parts, caller, "security_log", **asked)
    return _csv(parts.people.security_log.stream(query))


async def write_export(parts: Parts, caller: Caller, what: str, /, **asked: Any) -> None:
    await write(parts, caller, "export", of=what, **asked)


def _entry(caller: Caller, event: Happened, outcome: Outcome, user_id: str | None, detail: dict[str, Any]) -> Entry:
    address, credential = caller.client.address, caller.credential.label
    return Entry(event, outcome, caller.person.id, user_id, address, credential, caller.origin.request_id, detail)


def _opens_the_portal(request: Request, error: ServiceError) -> bool:
    # Everybody begins that way. They are led to the sign-in page.
    is_page = not request.scope["path"].startswith("/api/")
    return is_page and request.method == "GET" and error.reason == reasons.access.SIGN_IN_FIRST.name


async def _csv(rows: AsyncIterator[Document]) -> AsyncIterator[str]:
    yield lines([COLUMNS])
    batch: list[list[str]] = []
    async for row in rows:
        batch.append(_cells(security_view(row)))
        if len(batch) == BATCH:
            yield lines(batch)
            batch = []
    yield lines(batch)


def _cells(entry: SecurityEntry) -> list[str]:
    fields = entry.model_dump(mode="json", exclude={"id"})
    texts = (json.dumps(value) if isinstance(value, dict) else str(value or "") for value in fields.values())
    return list(map(quote, texts))
