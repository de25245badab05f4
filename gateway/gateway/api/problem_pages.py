"""The pages behind the `type` URIs of problems. Each explains a code and lists all reasons for it."""

from html import escape

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from trackline_schemas.errors import CODES, Code, Reason, find_by_code, not_found

router = APIRouter(include_in_schema=False)


@router.get("/problems/{code}")
async def problem_page(code: str) -> HTMLResponse:
    if code not in CODES:
        raise not_found("problem", code)
    return HTMLResponse(_page(CODES[code]))


def _page(code: Code) -> str:
    title, mending = escape(code.title), escape(code.mending)
    rows = "".join(map(_row, find_by_code(code.name)))
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f"<h1>{title}</h1><p><code>{code.name}</code>, status {code.status}</p><p>{mending}</p>"
        f"<table><tr><th>reason<th>detail</tr>{rows}</table></html>"
    )


def _row(reason: Reason) -> str:
    return f'<tr id="{reason.name}"><td><code>{reason.name}</code><td>{escape(reason.template)}</tr>'
