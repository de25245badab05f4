"""Posted forms. Their CSRF token is checked where the caller is identified."""

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, Request
from pydantic import ValidationError
from starlette.datastructures import FormData

from gateway.portal.kit.i18n import gettext
from gateway.portal.kit.reasons import sentence
from trackline_schemas.errors import ServiceError, reason_of

# Fields that no page gives back.
MAX_FIELDS = 1000
SECRET = frozenset({"password", "current", "new"})


class Form(dict[str, list[str]]):
    """Text fields only, stripped; the line ends of browsers (CRLF) become ours."""

    def text(self, name: str) -> str:
        return (self.get(name) or [""])[0]

    def many(self, name: str) -> list[str]:
        return self.get(name, [])

    def number(self, name: str) -> int | None:
        value = self.text(name)
        return int(value) if value.isdecimal() else None

    @property
    def key(self) -> str:
        """The hidden field that was drawn when the form was rendered: the form sent twice is one command."""
        return self.text("key")


async def posted(request: Request) -> Form:
    async with request.form(max_files=0, max_fields=MAX_FIELDS) as fields:
        return texts(request, fields)


def texts(request: Request, fields: FormData) -> Form:
    form = Form()
    for name, value in fields.multi_items():
        if isinstance(value, str):
            form.setdefault(name, []).append(_cleaned(name, value))
    # An error page offers it again.
    request.state.form = form
    return form


def _cleaned(name: str, value: str) -> str:
    # Blanks at the ends belong to a password.
    return value if name in SECRET else value.replace("\r\n", "\n").strip()


Posted = Annotated[Form, Depends(posted)]


def own_address(address: str, otherwise: str = "/") -> str:
    """Where to go next, if it is a place of ours: anything else would be an open redirect."""
    parts = urlsplit(address)
    local = address.startswith("/") and not address.startswith(("//", "/\\")) and not parts.netloc
    return address if local else otherwise


def mistakes(error: ValidationError | ServiceError) -> dict[str, str]:
    """Field → sentence, for the places beside the fields."""
    if isinstance(error, ServiceError):
        entries = error.detail.get("errors", [])
        return {str(entry["pointer"]).split("/")[-1]: _said(entry) for entry in entries if "pointer" in entry}
    return {str(entry["loc"][-1]): _said_by_pydantic(entry) for entry in error.errors() if entry["loc"]}


def _said(entry: Mapping[str, Any]) -> str:
    said = sentence(entry.get("reason", ""), entry.get("params", {}), entry["detail"])
    return said or gettext("This is not valid.")


def _said_by_pydantic(error: Mapping[str, Any]) -> str:
    if error["type"] == "string_too_short":
        return gettext("Please fill this in.")
    if error["type"] == "string_too_long":
        return gettext("This is too long.")
    return _said({"detail": error["msg"], **reason_of(error)})
