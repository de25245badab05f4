"""Where the type of a problem leads."""

from html import escape

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from gateway.kit.problems import TITLES
from trackline_schemas.errors import HTTP_STATUS, not_found

router = APIRouter(include_in_schema=False)

_MENDING = {
    "malformed": "Send a body that is valid JSON, and headers of the documented form.",
    "invalid_cursor": "Start the list again without page[after], and follow links.next from there.",
    "invalid_filter": "Use a documented field and operator: filter[state]=open,new or filter=<JSON tree>.",
    "unauthenticated": "Get an access token from POST /api/v1/auth/token and send it as Authorization: Bearer ….",
    "forbidden": "Ask somebody with the role for it, or an administrator for the role.",
    "not_found": "Check the number. What you may not see is answered like what does not exist.",
    "method_not_allowed": "See the header Allow for the methods of this address.",
    "conflict": "Read the resource again and decide anew.",
    "ticket_closed": "A closed ticket takes no more comments: open a new one that follows it up.",
    "transition_not_allowed": "Choose a state that can follow the present one.",
    "version_conflict": "Read the resource again and repeat with its new ETag; with base_version only the fields that "
    "both changed conflict, and base, theirs and mine show them.",
    "too_large": "Bodies are limited to 1 MB.",
    "unsupported_media_type": "Send the body as application/json.",
    "invalid": "The member errors names each wrong value by its JSON pointer.",
    "key_reused": "Draw a new Idempotency-Key for each new request; repeat a key only with the same body.",
    "throttled": "Wait as long as Retry-After says.",
    "internal": "Give the request id to your administrator.",
    "unavailable": "Nothing was done. Repeat after Retry-After.",
    "outcome_unknown": "It may have been done. Repeat with the same Idempotency-Key: it is carried out once.",
    "timeout": "It may have been done. Repeat with the same Idempotency-Key: it is carried out once.",
}


@router.get("/problems/{code}")
async def problem_page(code: str) -> HTMLResponse:
    if code not in _MENDING:
        raise not_found("problem", code)
    status = HTTP_STATUS.get(code, 405)
    title, text = escape(TITLES[code]), escape(_MENDING[code])
    return HTMLResponse(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f"<h1>{title}</h1><p><code>{escape(code)}</code>, status {status}</p><p>{text}</p></html>"
    )
